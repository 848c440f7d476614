/** Reads the packages of the extensions that the configuration declares. Imports no Pulumi: commands read them too. */
import type { ExtensionArgs } from "./extension";
import type { PackageSettings } from "./extensionSettings";
import type { Settings } from "./settings";
import { refuseWhatIsNoArchive } from "../kubesphere/chartSource";
import type { PlacedPackage } from "../kubesphere/compatibility";
import { ConfigurationError, type Problem } from "../kubesphere/errors";
import { declarationProblems } from "../kubesphere/extensionDeclarations";
import { resolveInstall } from "../kubesphere/extensionInstall";
import { fetchExtension, packageExtension, type ExtensionPackage } from "../kubesphere/extensionPackage";

/** An extension, and the configuration key that declares it. */
export interface DeclaredExtension extends ExtensionArgs {
  readonly path: string;
  readonly packages: readonly PlacedPackage[];
}

export interface LoadedExtensions {
  readonly extensions: readonly DeclaredExtension[];
  /** Whatever cannot be read or is not what it should be. */
  readonly problems: readonly Problem[];
}

export async function loadExtensions(extensions: Settings["extensions"]): Promise<LoadedExtensions> {
  const problems: Problem[] = [];
  const loaded = await Promise.all(extensions.map((extension, index) => load(`kubesphere:extensions[${index}]`, extension, problems)));
  const resolved = loaded.map((extension, index) => ({ ...extension, ...settled(extension, extensions[index]?.install, problems) }));
  return { extensions: resolved, problems: [...problems, ...declarationProblems(resolved)] };
}

async function load(path: string, { packages, isList, renamedFrom }: Settings["extensions"][number], problems: Problem[]) {
  const placed = await Promise.all(
    packages.map(async (settings, index) => {
      const key = `${path}${isList ? `.versions[${index}]` : ""}.${settings.source === undefined ? "chartURL" : "source"}`;
      try {
        return { path: key, package: await packageOf(key, settings) };
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        problems.push(error);
        return undefined;
      }
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
