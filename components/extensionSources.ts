/** Reads the extensions that the configuration declares, then packs them. Imports no Pulumi: commands read them too. */
import type { ExtensionArgs } from "./extension";
import type { PackageSettings } from "./extensionSettings";
import type { Settings } from "./settings";
import { refuseWhatIsNoArchive } from "../kubesphere/chartSource";
import type { Placed, PlacedPackage } from "../kubesphere/compatibility";
import { checkConfigMapSize } from "../kubesphere/configMapSize";
import type { Draft } from "../kubesphere/draft";
import { ConfigurationError, type Problem } from "../kubesphere/errors";
import { valuesOf } from "../kubesphere/extensionConfig";
import { declarationProblems } from "../kubesphere/extensionDeclarations";
import { resolveInstall, sizeProblems, type Installation } from "../kubesphere/extensionInstall";
import { fetchExtension, pack, readExtension, type ExtensionPackage } from "../kubesphere/extensionPackage";
import { inParallel } from "../kubesphere/parallel";
import type { Rendering } from "../kubesphere/rendering";

/** An extension whose files are read, and the configuration key that declares it. */
export interface ReadExtension {
  readonly path: string;
  readonly packages: readonly PlacedDraft[];
  /** Absent where it is only published, and where one of its versions could not be read. */
  readonly install?: Installation | undefined;
  readonly renamedFrom: string | undefined;
}

interface PlacedDraft extends Placed<Draft> {
  readonly chartURL: string | undefined;
}

/** The same, packed. */
export interface DeclaredExtension extends Omit<ExtensionArgs, "follow"> {
  readonly path: string;
  readonly packages: readonly SourcedPackage[];
}

interface SourcedPackage extends PlacedPackage {
  /** As the configuration has it, or the address that the package is at. */
  readonly source: string;
}

export interface Found<Extension> {
  readonly extensions: readonly Extension[];
  /** Whatever cannot be read or is not what it should be. */
  readonly problems: readonly Problem[];
}

type Declared = Settings["extensions"][number];

export async function readExtensions(declared: readonly Declared[]): Promise<Found<ReadExtension>> {
  const problems: Problem[] = [];
  const extensions = await Promise.all(declared.map((extension, index) => read(`kubesphere:extensions[${index}]`, extension, problems)));
  return { extensions, problems: [...problems, ...declarationProblems(extensions)] };
}

async function read(path: string, { packages, isList, renamedFrom, install }: Declared, problems: Problem[]): Promise<ReadExtension> {
  const drafts = await Promise.all(
    packages.map((settings, index) => {
      const key = `${path}${isList ? `.versions[${index}]` : ""}.${settings.source === undefined ? "chartURL" : "source"}`;
      return collected(problems, draftAt(key, settings));
    }),
  );
  const found = { path, packages: drafts.filter((it) => it !== undefined), renamedFrom };
  // A version that could not be read is no version that is missing: its own problem is told, and nothing that follows from it.
  if (install === false || found.packages.length < packages.length) return found;
  const versions = found.packages.map((it) => it.package);
  const { installation, problems: more } = resolveInstall(path, versions, install);
  problems.push(...more);
  return { ...found, install: installation };
}

const UPLOAD = "put the file there that `npm run extension -- package` writes of the source";

const draftAt = (path: string, { source, chartURL }: PackageSettings): Promise<PlacedDraft> =>
  within(path, async () => {
    if (source === undefined) return { path, package: await fetchExtension(chartURL ?? ""), chartURL };
    // KubeSphere itself would try again and again, and the run would wait for it.
    if (/^https?:/.test(chartURL ?? "")) await refuseWhatIsNoArchive("chartURL", chartURL ?? "", UPLOAD);
    return { path, package: await readExtension(source), chartURL };
  });

/** @param rendering how their charts are rendered, for the stack's cluster */
export async function packExtensions(extensions: readonly ReadExtension[], rendering: Rendering): Promise<Found<DeclaredExtension>> {
  const problems: Problem[] = [];
  const packed = await inParallel(extensions, async ({ path, packages, install, renamedFrom }) => {
    const found = await Promise.all(packages.map((it) => collected(problems, packageOf(path, it, install, rendering))));
    const placed = found.filter((it) => it !== undefined);
    const installed = placed.find((it) => it.package.version === install?.version);
    if (install && installed) problems.push(...sizeProblems(path, installed.package, install));
    return { path, packages: placed, versions: placed.map((it) => it.package), install, renamedFrom };
  });
  return { extensions: packed, problems };
}

const packageOf = (path: string, placed: PlacedDraft, install: Installation | undefined, rendering: Rendering): Promise<SourcedPackage> =>
  within(placed.path, async () => {
    const { package: draft, chartURL } = placed;
    // Values are meant for the one version that they are installed with.
    const installing =
      install?.version === draft.version
        ? {
            ...{ path: `${path}.install.config`, namespace: install.namespace, values: valuesOf(install.config) },
            overrides: Object.entries(install.clusterScheduling?.overrides ?? {}).map(([cluster, override]) => ({
              path: `${path}.install.clusterScheduling.overrides.${cluster}`,
              values: valuesOf(override),
            })),
          }
        : undefined;
    const packed = await pack(draft, rendering, installing);
    const pkg: ExtensionPackage = chartURL ? { ...packed, chartURL } : packed;
    checkConfigMapSize(pkg, "", draft.source);
    return { path: placed.path, package: pkg, source: draft.source };
  });

/** Both, for who has a renderer at hand. */
export async function loadExtensions(declared: readonly Declared[], rendering: Rendering): Promise<Found<DeclaredExtension>> {
  const found = await readExtensions(declared);
  const packed = await packExtensions(found.extensions, rendering);
  return { extensions: packed.extensions, problems: [...found.problems, ...packed.problems] };
}

async function collected<T>(problems: Problem[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(error);
    return undefined;
  }
}

/** What is wrong lies in a file; the key says which of the extensions brought it in. */
async function within<T>(key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.path.startsWith("kubesphere:")) throw error;
    if (error.path === "chartURL") throw new ConfigurationError({ ...error, path: key.replace(/source$/, "chartURL") });
    throw new ConfigurationError({ ...error, path: `${key}: ${error.path}` });
  }
}
