/** Reads the extensions of the configuration, then packs them. Imports no Pulumi: commands use it, too. */
import { LUBAN } from "../kubesphere/luban";
import type { PreparedExtension } from "../components/extensionArgs";
import type { PackageSettings } from "./extensionSettings";
import { ACCESS_KEYS, accessOf, hasAccess } from "../kubesphere/chart/chartAccess";
import type { Settings } from "./settings";
import { refuseWhatIsNoArchive } from "../kubesphere/chart/remoteChart";
import type { Placed, PlacedPackage } from "../kubesphere/extension/compatibility";
import { checkConfigMapSize } from "../kubesphere/extension/configMapSize";
import type { Draft } from "../kubesphere/extension/draft";
import { attempt, ConfigurationError, type Problem } from "../kubesphere/errors";
import { valuesOf } from "../kubesphere/extension/extensionConfig";
import { declarationProblems } from "../kubesphere/extension/extensionDeclarations";
import { resolveInstall, sizeProblems, type Installation } from "../kubesphere/extension/extensionInstall";
import { mergeValues } from "../kubesphere/chart/helmValues";
import { ROLLOUT_PLACEHOLDER } from "../kubesphere/extension/installPlan";
import { fetchExtension, pack, readExtension, type ExtensionPackage } from "../kubesphere/extension/extensionPackage";
import { inParallel } from "../kubesphere/parallel";
import type { Rendering } from "../kubesphere/extension/rendering";
import type { StorageNeed } from "../kubesphere/cluster/storage";

/** An extension after its files were read, and the configuration key that declares it. */
export interface ReadExtension {
  readonly path: string;
  readonly packages: readonly PlacedDraft[];
  /** Absent if it is only published, or if one of its versions could not be read. */
  readonly install?: Installation | undefined;
  readonly renamedFrom: string | undefined;
}

interface PlacedDraft extends Placed<Draft> {
  readonly chartURL: string | undefined;
  /** The keys that say how it was fetched. Default: none. */
  readonly accessKeys?: readonly string[];
}

/** The same extension, packed. */
export interface DeclaredExtension extends Omit<PreparedExtension, "follow"> {
  readonly path: string;
  readonly packages: readonly SourcedPackage[];
}

interface SourcedPackage extends PlacedPackage {
  /** The source in the configuration, or the address of the package. */
  readonly source: string;
  /** The keys that say how it was fetched from there. */
  readonly accessKeys: readonly string[];
}

export interface Found<Extension> {
  readonly extensions: readonly Extension[];
  /** Problems: files that cannot be read or are not valid. */
  readonly problems: readonly Problem[];
}

type Declared = Settings["extensions"][number];

export async function readExtensions(declared: readonly Declared[]): Promise<Found<ReadExtension>> {
  const read = await Promise.all(declared.map((extension, index) => readOne(`kubesphere:extensions[${index}]`, extension)));
  const extensions = read.map(({ extension }) => extension);
  return { extensions, problems: [...read.flatMap(({ problems }) => problems), ...declarationProblems(extensions)] };
}

/** One extension, as far as it is valid. */
interface Checked<Extension> {
  readonly extension: Extension;
  readonly problems: readonly Problem[];
}

/** @param path the key that declares it, which begins its error messages */
export async function readOne(path: string, { packages, isList, renamedFrom, install }: Declared): Promise<Checked<ReadExtension>> {
  const drafts = await Promise.all(
    packages.map((settings, index) => {
      const key = `${path}${isList ? `.versions[${index}]` : ""}.${settings.source === undefined ? "chartURL" : "source"}`;
      return attempt(draftAt(path, key, settings));
    }),
  );
  const problems = drafts.flatMap((it) => it.problems);
  const extension = { path, packages: drafts.flatMap(({ value }) => value ?? []), renamedFrom };
  // A version that could not be read is reported as such, and not as a missing version as well.
  if (install === false || problems.length > 0) return { extension, problems };
  const resolved = resolveInstall(
    path,
    extension.packages.map((it) => it.package),
    install,
  );
  return { extension: { ...extension, install: resolved.installation }, problems: resolved.problems };
}

/** The volumes that the extension will claim. */
export const extensionStorage = ({ path, install }: ReadExtension): StorageNeed[] =>
  install?.storageClass === undefined ? [] : [{ path: `${path}.install.storageClass`, className: install.storageClass }];

const UPLOAD = `put the file there that \`${LUBAN} extension package\` writes of the source`;

const draftAt = (owner: string, path: string, { source, chartURL, ...rest }: PackageSettings): Promise<PlacedDraft> =>
  within(owner, path, async () => {
    if (source === undefined) {
      const access = accessOf(rest);
      const fetched = { path, package: await fetchExtension(chartURL ?? "", access), accessKeys: Object.keys(access) };
      // What only we may fetch, KubeSphere gets from us.
      return { ...fetched, chartURL: hasAccess(access) ? undefined : chartURL };
    }
    // Otherwise KubeSphere would retry, and the run would wait for it.
    if (/^https?:/.test(chartURL ?? "")) await refuseWhatIsNoArchive(chartURL ?? "", { path: "chartURL", mend: UPLOAD });
    return { path, package: await readExtension(source), chartURL };
  });

/**
 * @param rendering renders their charts for the stack's cluster
 * @param memberKubeconfig bytes of the longest kubeconfig among the member clusters. Default: there are none
 */
export async function packExtensions(
  extensions: readonly ReadExtension[],
  rendering: Rendering,
  memberKubeconfig = 0,
): Promise<Found<DeclaredExtension>> {
  const packed = await inParallel(extensions, (extension) => packOne(extension, rendering, memberKubeconfig));
  return { extensions: packed.map(({ extension }) => extension), problems: packed.flatMap(({ problems }) => problems) };
}

export async function packOne(
  { path, packages, install, renamedFrom }: ReadExtension,
  rendering: Rendering,
  memberKubeconfig = 0,
): Promise<Checked<DeclaredExtension>> {
  const found = await Promise.all(packages.map((it) => attempt(packageOf(path, it, install, rendering))));
  const placed = found.flatMap(({ value }) => value ?? []);
  const installed = placed.find((it) => it.package.version === install?.version);
  const tooLarge = install && installed ? await sizeProblems(path, installed.package, install, memberKubeconfig) : [];
  return {
    extension: { path, packages: placed, versions: placed.map((it) => it.package), install, renamedFrom },
    problems: [...found.flatMap(({ problems }) => problems), ...tooLarge],
  };
}

const packageOf = (path: string, placed: PlacedDraft, install: Installation | undefined, rendering: Rendering): Promise<SourcedPackage> =>
  within(path, placed.path, async () => {
    const { package: draft, chartURL, accessKeys = [] } = placed;
    // The values are for the installed version only.
    const installing =
      install?.version === draft.version
        ? {
            ...{ path: `${path}.install.config`, namespace: install.namespace, values: valuesOf(install.config) },
            overrides: Object.entries(install.clusterScheduling?.overrides ?? {}).map(([cluster, override]) => ({
              path: `${path}.install.clusterScheduling.overrides.${cluster}`,
              values: mergeValues(valuesOf(override), ROLLOUT_PLACEHOLDER),
            })),
          }
        : undefined;
    const packed = await pack(draft, rendering, installing);
    const pkg: ExtensionPackage = chartURL ? { ...packed, chartURL } : packed;
    await checkConfigMapSize(pkg, draft.source);
    return { path: placed.path, package: pkg, source: draft.source, accessKeys };
  });

/** Does both, for callers that have a renderer already. */
export async function loadExtensions(declared: readonly Declared[], rendering: Rendering): Promise<Found<DeclaredExtension>> {
  const found = await readExtensions(declared);
  const packed = await packExtensions(found.extensions, rendering);
  return { extensions: packed.extensions, problems: [...found.problems, ...packed.problems] };
}

/** Keys of a package that is fetched, as errors about it name them. */
const OF_ADDRESS: readonly string[] = ["chartURL", ...ACCESS_KEYS];

/** A problem in a file; the key says which extension the file belongs to. */
async function within<T>(owner: string, key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.path.startsWith(`${owner}.`)) throw error;
    if (OF_ADDRESS.includes(error.path)) throw new ConfigurationError({ ...error, path: key.replace(/\w+$/, error.path) });
    throw new ConfigurationError({ ...error, path: `${key}: ${error.path}` });
  }
}
