/** Reads what the configuration names (charts, extensions) once, before any resource is declared. */
import * as semver from "semver";
import type { ExtensionArgs } from "./extension";
import type { PackageSettings } from "./extensionSettings";
import { mistake } from "./mistake";
import type { Settings } from "./settings";
import { refuseWhatIsNoArchive, resolveChart, type ChartSource } from "../kubesphere/chartSource";
import type { PlacedPackage } from "../kubesphere/compatibility";
import { ConfigurationError, describeProblem, type Problem } from "../kubesphere/errors";
import { declarationProblems } from "../kubesphere/extensionDeclarations";
import { resolveInstall } from "../kubesphere/extensionInstall";
import { fetchExtension, packageExtension, type ExtensionPackage } from "../kubesphere/extensionPackage";

/** An extension, and the configuration key that declares it. */
export interface DeclaredExtension extends ExtensionArgs {
  readonly path: string;
  readonly packages: readonly PlacedPackage[];
}

export interface Sources {
  /** Absent when a controller is already there. */
  readonly ingressNginx: ChartSource | undefined;
  readonly ksCore: ChartSource;
  /** Absent when the stack has none. */
  readonly harbor: ChartSource | undefined;
  /** Of the stack, e.g. `4.1.2`; undefined where neither chart nor configuration says it. */
  readonly kubesphereVersion: string | undefined;
  readonly extensions: readonly DeclaredExtension[];
}

/** @throws {@link mistake} naming every source that cannot be read or is not what it should be, a line each. */
export async function loadSources({ ingressNginx, ksCore, harbor, extensions, extensionRepositories }: Settings): Promise<Sources> {
  const problems: Problem[] = [];
  const collect = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(error);
      return undefined;
    });
  const [controller, core, registry, ...declared] = await Promise.all([
    ingressNginx.install ? collect(resolveChart("kubesphere:ingressNginx.chart", ingressNginx)) : undefined,
    collect(resolveChart("kubesphere:ksCore.chart", ksCore)),
    harbor && collect(resolveChart("kubesphere:harbor.chart", harbor)),
    ...extensions.map((extension, index) => load(`kubesphere:extensions[${index}]`, extension, collect)),
  ]);
  const resolved = declared.map((extension, index) => ({ ...extension, ...settled(extension, extensions[index]?.install, problems) }));
  problems.push(...declarationProblems(resolved));

  const kubesphereVersion = semver.clean(ksCore.kubesphereVersion ?? core?.appVersion ?? "") ?? undefined;
  if (kubesphereVersion === undefined && extensionRepositories.length > 0) problems.push(UNKNOWN_KUBESPHERE);
  if (core === undefined || problems.length > 0) throw mistake(problems.map(describeProblem).join("\n"));
  return { ingressNginx: controller, ksCore: core, harbor: registry, kubesphereVersion, extensions: resolved };
}

const UNKNOWN_KUBESPHERE: Problem = {
  path: "kubesphere:ksCore.kubesphereVersion",
  given: undefined,
  allowed: "KubeSphere's version, as the chart brings it: the form of its repositories depends on it",
  mend: "Write it, such as 4.1.3.",
};

type Collect = <T>(work: Promise<T>) => Promise<T | undefined>;

async function load(path: string, { packages, isList, renamedFrom }: Settings["extensions"][number], collect: Collect) {
  const placed = await Promise.all(
    packages.map(async (settings, index) => {
      const key = `${path}${isList ? `.versions[${index}]` : ""}.${settings.source === undefined ? "chartURL" : "source"}`;
      const pkg = await collect(packageOf(key, settings));
      return pkg && { path: key, package: pkg };
    }),
  );
  const read = placed.filter((it) => it !== undefined);
  return { path, packages: read, versions: read.map((it) => it.package), isWhole: read.length === packages.length, renamedFrom };
}

const UPLOAD = "put the file there that `npm run extension -- package` writes of the source";

async function packageOf(key: string, { source, chartURL = "" }: PackageSettings): Promise<ExtensionPackage> {
  try {
    if (source === undefined) return await fetchExtension(chartURL);
    // KubeSphere itself would try again and again, and the run would wait for it.
    if (/^https?:/.test(chartURL)) await refuseWhatIsNoArchive("chartURL", chartURL, UPLOAD);
    return await packageExtension(source, chartURL || undefined);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // What is wrong lies in a file; the key says which of the extensions brought it in.
    if (error.path === "chartURL") throw new ConfigurationError({ ...error, path: key.replace(/source$/, "chartURL") });
    throw new ConfigurationError({ ...error, path: `${key}: ${error.path}` });
  }
}

/** A version that could not be read is no version that is missing: its own problem is told, and nothing that follows from it. */
function settled(
  { path, versions, isWhole }: Awaited<ReturnType<typeof load>>,
  wanted: Settings["extensions"][number]["install"] | undefined,
  problems: Problem[],
): Pick<ExtensionArgs, "install"> {
  if (wanted === undefined || wanted === false || !isWhole) return {};
  const { installation, problems: found } = resolveInstall(path, versions, wanted);
  problems.push(...found);
  return { install: installation };
}
