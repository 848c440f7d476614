/** What installing the stack's extensions makes: a preview holds digests of their packages, so they are read and rendered anew. */
import { rm, writeFile } from "fs/promises";
import { join, resolve } from "path";
import { ConfigurationError } from "../../kubesphere/errors";
import { configText, type ExtensionConfig } from "../../kubesphere/extensionConfig";
import { fetchExtension, packExtension, type ExtensionPackage } from "../../kubesphere/extensionPackage";
import { temporaryFolder } from "../../kubesphere/temporaryFolder";
import type { RenderedExtension } from "../../policy/gate";
import { resourcesOf, type Preview } from "../../policy/preview";
import { at, isRecord, SECRET } from "../../policy/rule";
import { findHelm, HelmPackage, ingressArgs, objectsIn, type IngressSettings } from "../extension/helm";
import { Failure } from "../shared/command";
import type { Config } from "./revealed";

export interface Rendered {
  readonly rendered: readonly RenderedExtension[];
  /** What could not be rendered, a line each. */
  readonly unchecked: readonly string[];
}

interface Installed {
  readonly urn: string;
  readonly name: string;
  readonly version: string;
  /** Of the package that the preview was made from. */
  readonly digest: unknown;
  readonly config: unknown;
}

/**
 * @param config where the packages come from, relative to the checkout
 * @throws Failure when one does not render
 */
export async function renderInstalled(preview: Preview, config: Config, checkout: string, cache: string): Promise<Rendered> {
  const installed = installedIn(preview);
  if (installed.length === 0) return { rendered: [], unchecked: [] };
  const [declared, helm] = await Promise.all([declaredPackages(config, checkout), findHelm(cache)]);
  const ingress = ingressOf(preview);
  const rendered: RenderedExtension[] = [];
  const unchecked = [...declared.unreadable];
  for (const { urn, name, version, digest, config: shown } of installed) {
    const { pkg, stated } =
      declared.found.find((it) => it.pkg.name === name && it.pkg.version === version && it.pkg.digest === digest) ?? {};
    const values = shown === SECRET ? stated : shown;
    if (pkg === undefined) unchecked.push(`extension ${name} ${version}: its package is not here as it was previewed`);
    else if (JSON.stringify(values ?? SECRET).includes(`"${SECRET}"`))
      unchecked.push(`extension ${name} ${version}: its config holds a secret; use --stack`);
    else rendered.push({ urn, objects: await render(helm, pkg, values as ExtensionConfig, ingress) });
  }
  return { rendered, unchecked };
}

const installedIn = (preview: Preview): Installed[] =>
  resourcesOf(preview).flatMap(({ urn, type, inputs }) => {
    const version = at(inputs, "install", "version");
    if (type !== "kubesphere:index:Extension" || typeof version !== "string") return [];
    const [name = ""] = urn.split("::").slice(-1);
    return [{ urn, name, version, digest: at(inputs, "versions", version, "package"), config: at(inputs, "install", "config") }];
  });

interface DeclaredPackage {
  readonly pkg: ExtensionPackage;
  /** `install.config` as the configuration has it. */
  readonly stated: unknown;
}

interface DeclaredPackages {
  readonly found: readonly DeclaredPackage[];
  readonly unreadable: readonly string[];
}

async function declaredPackages({ extensions }: Config, checkout: string): Promise<DeclaredPackages> {
  const places = (Array.isArray(extensions) ? extensions : []).flatMap((extension: unknown) => {
    const versions = at(extension, "versions");
    const stated = at(extension, "install", "config") ?? {};
    return (Array.isArray(versions) ? versions : [extension])
      .filter(isRecord)
      .map(({ source, chartURL }) => ({ source, chartURL, stated }));
  });
  const read = await Promise.all(
    places.map(async ({ source, chartURL, stated }) => {
      try {
        const pkg = typeof source === "string" ? await packExtension(resolve(checkout, source)) : await fetchExtension(String(chartURL));
        return { pkg, stated };
      } catch (error) {
        if (error instanceof ConfigurationError) return error.message;
        throw error;
      }
    }),
  );
  return { found: read.filter((it) => typeof it !== "string"), unreadable: read.filter((it) => typeof it === "string") };
}

/** What ks-core hands on to every extension's chart, and so decides whether there is an Ingress. */
function ingressOf(preview: Preview): string[] {
  const ingress = resourcesOf(preview).find(({ type }) => type === "kubesphere:index:KsCore")?.inputs["ingress"];
  return isRecord(ingress) ? ingressArgs({ httpsPort: 443, ...ingress } as unknown as IngressSettings) : [];
}

async function render(helm: string, pkg: ExtensionPackage, config: ExtensionConfig, ingress: readonly string[]) {
  const folder = await temporaryFolder("policy");
  try {
    const values = join(folder, "values.yaml");
    await writeFile(values, configText(config), { mode: 0o600 });
    return await HelmPackage.use(helm, pkg, async (unpacked) => {
      const { code, stdout, stderr } = await unpacked.template(["--values", values, ...ingress]);
      if (code !== 0) throw new Failure(`extension ${pkg.name} ${pkg.version} does not render: ${unpacked.readable(stderr)}`);
      return objectsIn(stdout);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
