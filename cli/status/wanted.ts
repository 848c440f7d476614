/** What a stack's configuration asks for of each extension: the same packages, texts and hashes that `pulumi up` would declare. */
import { resolve } from "path";
import { configurationProblems } from "../../settings/configProblems";
import type { injectedValues } from "../../components/preparation/injectedValues";
import { loadExtensions, type DeclaredExtension } from "../../settings/extensionSources";
import { settingsSchema, type Settings } from "../../settings/settings";
import type { BroughtCrd } from "../../kubesphere/extension/crdChanges";
import { describeProblem } from "../../kubesphere/errors";
import type { Rendering } from "../../kubesphere/extension/rendering";
import { installPlan } from "../../kubesphere/extension/extensionObjects";
import { configHash, ADDRESS } from "../../kubesphere/extension/installPlan";
import { Failure } from "../shared/command";

export interface Wanted {
  readonly name: string;
  /** The versions that the Marketplace is to offer. */
  readonly versions: readonly string[];
  /** Those of its folders `crds/`; absent where it has none or is only published. */
  readonly crds?: readonly Pick<BroughtCrd, "name" | "file">[];
  /** Absent where the extension is only published. */
  readonly install?: WantedInstall;
}

export interface WantedInstall {
  readonly version: string;
  /** Of the InstallPlan's config, which may hold secrets and stays here. */
  readonly configHash: string;
  /** The same without the digest of the package that ends it. */
  readonly valuesHash: string;
  readonly enabled: boolean;
  readonly namespace: string;
  /** Member clusters by name. */
  readonly clusters: readonly string[];
  /** Or by their labels, where it names none. */
  readonly clusterSelector?: object;
}

/**
 * @param config of the project, by key without namespace
 * @param checkout the folder that paths are relative to
 * @param rendering how the program renders the stack's extensions
 * @throws Failure with a line for each problem: what `pulumi up` would refuse has no wanted state
 */
export const wantedBy = async (
  config: Readonly<Record<string, unknown>>,
  checkout: string,
  rendering: RenderingFor,
): Promise<readonly Wanted[]> => (await declaredExtensions(config, checkout, rendering)).map(wanted);

export type RenderingFor = (settings: Parameters<typeof injectedValues>[0]) => Promise<Rendering>;

/** The extensions that `pulumi up` would declare; as {@link wantedBy}. @throws as that */
export async function declaredExtensions(
  config: Readonly<Record<string, unknown>>,
  checkout: string,
  rendering: RenderingFor,
): Promise<readonly DeclaredExtension[]> {
  const settings = checkedSettings(config);
  if (settings.extensions.length === 0) return [];
  const { extensions, problems } = await loadExtensions(
    settings.extensions.map((extension) => placed(extension, checkout)),
    await rendering(settings),
  );
  if (problems.length > 0) throw new Failure(problems.map(describeProblem).join("\n"));
  return extensions;
}

/** @param config of the project, by key without namespace @throws Failure with a line for each problem */
export function checkedSettings(config: Readonly<Record<string, unknown>>) {
  const raw = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typed(value)]));
  const { data, error } = settingsSchema.safeParse(raw);
  if (data === undefined) throw new Failure(configurationProblems("kubesphere:", error.issues, raw).join("\n"));
  return data;
}

/** The CLI tells a number or a truth value as text; the SDK reads it as JSON where it is some. */
function typed(value: unknown): unknown {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

/** The program runs in the checkout; a command runs where it was typed. */
export const placed = (extension: Settings["extensions"][number], checkout: string): Settings["extensions"][number] => ({
  ...extension,
  packages: extension.packages.map(({ source, ...rest }) => ({
    ...rest,
    ...(source !== undefined && { source: resolve(checkout, source) }),
  })),
});

/** {@link configHash} of what the author of a configuration wrote: a config without its address. */
export const valuesHash = (config: string): string => configHash(config.replace(ADDRESS, ""));

function wanted({ versions, install }: DeclaredExtension): Wanted {
  const name = versions[0]?.name ?? "";
  const listed = versions.map(({ version }) => version);
  const pkg = versions.find(({ version }) => version === install?.version);
  if (install === undefined || pkg === undefined) return { name, versions: listed };
  const { spec } = installPlan(pkg, install);
  const { crds } = pkg.learnt;
  const { placement } = spec.clusterScheduling ?? {};
  return {
    name,
    versions: listed,
    ...(crds.length > 0 && { crds }),
    install: {
      version: install.version,
      configHash: configHash(spec.config),
      valuesHash: valuesHash(spec.config),
      enabled: install.enabled,
      namespace: install.namespace,
      clusters: placement?.clusters ?? [],
      ...(placement?.clusterSelector !== undefined && { clusterSelector: placement.clusterSelector }),
    },
  };
}
