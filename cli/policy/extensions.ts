/** What installing the stack's extensions makes: a preview holds digests of their packages, so they are read and rendered anew. */
import { rm, writeFile } from "fs/promises";
import { join, resolve } from "path";
import { accessOf, type ChartAccess } from "../../kubesphere/chart/chartAccess";
import type { Draft } from "../../kubesphere/extension/draft";
import { ConfigurationError } from "../../kubesphere/errors";
import { EXTENSION_COMPONENT, extensionNames } from "../../kubesphere/extension/extensionComponents";
import { configText, valuesOf, type ExtensionConfig } from "../../kubesphere/extension/extensionConfig";
import { fetchExtension, isPackageOf, pack, readExtension, type ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { partsOf } from "../../kubesphere/extension/installedParts";
import { together } from "../../kubesphere/parallel";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import type { RenderedExtension } from "../../policy/gate";
import { resourcesOf, type Preview } from "../../policy/preview";
import { at, isRecord } from "../../policy/rule";
import { findHelm, HelmPackage, ingressArgs, objectsIn, type IngressSettings } from "../extension/helm";
import { Failure } from "../shared/command";
import { nameIn } from "../shared/preview";
import { noCluster, plainRendering, statedKubernetes } from "../shared/rendering";
import { memberConfigs } from "./memberConfigs";
import { statedIngress } from "../shared/statedIngress";
import { toldIngress } from "../../kubesphere/ingress/toldIngress";
import type { Config } from "./revealed";

export interface Rendered {
  readonly rendered: readonly RenderedExtension[];
  /** What could not be rendered, one line each. */
  readonly unchecked: readonly string[];
}

interface Installed {
  readonly urn: string;
  readonly name: string;
  readonly version: string;
  /** Digests of the package's files that the preview was made from. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly install: unknown;
}

/**
 * @param config where the packages come from, relative to the checkout
 * @throws Failure when one does not render
 */
export async function renderInstalled(preview: Preview, config: Config, checkout: string, cache: string): Promise<Rendered> {
  const installed = installedIn(preview);
  if (installed.length === 0) return { rendered: [], unchecked: [] };
  const kubeVersion = statedKubernetes(config);
  const [declared, helm, rendering] = await together([
    declaredPackages(config, checkout),
    findHelm(cache),
    plainRendering(cache, kubeVersion, told(config)),
  ]);
  const ingress = ingressOf(preview);
  const rendered: RenderedExtension[] = [];
  const unchecked = [...declared.unreadable];
  for (const { urn, name, version, files, install } of installed) {
    const { draft, stated } = (await found(declared.found, ({ draft: it }) => isPreviewed(it, { name, version, files }))) ?? {};
    const configs = memberConfigs(install, stated);
    if (draft === undefined) unchecked.push(`extension ${name} ${version}: its package is not here as it was previewed`);
    else if (configs === undefined) unchecked.push(`extension ${name} ${version}: its config holds a secret; use --stack`);
    else {
      // Its rights are the preview's to tell; here it is as good with those of any cluster.
      const pkg = await pack(draft, rendering, { values: valuesOf(configs[0] ?? {}), path: `extension ${name} ${version}` });
      const args = ["--kube-version", kubeVersion ?? noCluster().kubeVersion, ...ingress];
      const objects = await Promise.all(configs.map((values) => render(helm, pkg, values, args)));
      // Most of it is the same on each cluster.
      rendered.push({ urn, objects: [...new Map(objects.flat().map((it) => [JSON.stringify(it), it])).values()] });
    }
  }
  return { rendered, unchecked };
}

function told(config: Config) {
  const { name, className } = statedIngress(config);
  return toldIngress(name, className);
}

function installedIn(preview: Preview): Installed[] {
  const resources = resourcesOf(preview).map((it) => ({ ...it, name: nameIn(it.urn) }));
  const names = extensionNames(resources);
  return resources.flatMap(({ urn, type, name, inputs }) => {
    const version = at(inputs, "install", "version");
    if (type !== EXTENSION_COMPONENT || typeof version !== "string") return [];
    const files = at(inputs, "versions", version, "files");
    return [{ urn, name: names.get(name) ?? name, version, files: isRecord(files) ? files : {}, install: inputs["install"] }];
  });
}

interface DeclaredPackage {
  readonly draft: Draft;
  /** `install` as the configuration has it. */
  readonly stated: unknown;
}

const isPreviewed = async (draft: Draft, { name, version, files }: Pick<Installed, "name" | "version" | "files">) =>
  draft.name === name && draft.version === version && (await isPackageOf(draft, files));

async function found<T>(items: readonly T[], is: (item: T) => Promise<boolean>): Promise<T | undefined> {
  for (const item of items) if (await is(item)) return item;
  return undefined;
}

interface DeclaredPackages {
  readonly found: readonly DeclaredPackage[];
  readonly unreadable: readonly string[];
}

async function declaredPackages({ extensions }: Config, checkout: string): Promise<DeclaredPackages> {
  const places = (Array.isArray(extensions) ? extensions : []).flatMap((extension: unknown) => {
    const versions = at(extension, "versions");
    const stated = at(extension, "install") ?? {};
    return (Array.isArray(versions) ? versions : [extension])
      .filter(isRecord)
      .map(({ source, chartURL, ...rest }) => ({ source, chartURL, access: accessOf(rest as ChartAccess), stated }));
  });
  const read = await Promise.all(
    places.map(async ({ source, chartURL, access, stated }) => {
      try {
        const isHere = typeof source === "string";
        const draft = await (isHere ? readExtension(resolve(checkout, source)) : fetchExtension(String(chartURL), access));
        return { draft, stated };
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

async function render(helm: string, pkg: ExtensionPackage, config: ExtensionConfig, further: readonly string[]) {
  const folder = await temporaryFolder("policy");
  try {
    const values = join(folder, "values.yaml");
    await writeFile(values, configText(config), { mode: 0o600 });
    return await HelmPackage.use(helm, pkg, async (unpacked) => {
      const args = ["--values", values, ...further];
      // A chart may make other objects once it is installed: KubeSphere upgrades it with the next change.
      const ways = partsOf(pkg.metadata).flatMap((part) => [[], ["--is-upgrade"]].map((more) => ({ part, more })));
      const renders = await Promise.all(ways.map(({ part, more }) => unpacked.template(part, [...args, ...more])));
      const objects = renders.flatMap(({ code, stdout, stderr }) => {
        if (code !== 0) throw new Failure(`extension ${pkg.name} ${pkg.version} does not render: ${unpacked.readable(stderr)}`);
        return objectsIn(stdout);
      });
      return [...new Map(objects.map((object) => [JSON.stringify(object), object])).values()];
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
