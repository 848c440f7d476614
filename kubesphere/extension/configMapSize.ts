/** KubeSphere passes everything to its executor in one ConfigMap: so the sum must fit, and not only the package. */
import { gzipSync } from "zlib";
import { CONFIG_MAP_LIMIT } from "../api";
import { contentOf, type AnyFile } from "../chart/chartFiles";
import { ConfigurationError } from "../errors";
import { inKiB } from "../chart/releaseRecord";

/**
 * What KubeSphere adds, in bytes: a kubeconfig (8 KB with recorded certificates; longer chains double it) and
 * two short files for Helm's post-renderer.
 */
const EXECUTOR_FILES_SIZE = 16 * 1024;
/** Those files beside a kubeconfig of known size. */
const OTHER_FILES_SIZE = 2 * 1024;

/** @param memberKubeconfig see {@link judgeConfigMap} */
const filesSize = (memberKubeconfig: number) => Math.max(EXECUTOR_FILES_SIZE, memberKubeconfig + OTHER_FILES_SIZE);

interface Packed {
  /** Bytes of the archive. */
  readonly size: number;
  readonly chartURL?: string | undefined;
}

/** Bytes of the ConfigMap that KubeSphere makes for its executor, of {@link CONFIG_MAP_LIMIT}, about. @param config as in {@link judgeConfigMap} */
export const executorConfigMapSize = ({ size, chartURL }: Packed, config: string, memberKubeconfig = 0): number =>
  (chartURL === undefined ? size : 0) + Buffer.byteLength(config) + filesSize(memberKubeconfig);

export interface ConfigMapVerdict {
  readonly found: string;
  readonly allowed: string;
  readonly mend: string;
}

/**
 * The error for a package that is too large together with its config; undefined for any other.
 * @param config the InstallPlan's declared config; "" if there is none
 * @param memberKubeconfig bytes of the longest kubeconfig among the members that get its agent: it is in the same ConfigMap, in place of
 * the host's. Default: there are none
 */
export function judgeConfigMap(pkg: Packed, config: string, memberKubeconfig = 0): ConfigMapVerdict | undefined {
  if (executorConfigMapSize(pkg, config, memberKubeconfig) <= CONFIG_MAP_LIMIT) return undefined;
  const packed = pkg.chartURL === undefined ? pkg.size : 0;
  const values = Buffer.byteLength(config);
  const ours = [...(packed > 0 ? [`a package of ${packed} bytes`] : []), ...(values > 0 ? [`a config of ${values} bytes`] : [])];
  return {
    found: ours.join(" with "),
    allowed: `at most ${CONFIG_MAP_LIMIT - filesSize(memberKubeconfig)} bytes together, what a ConfigMap holds beside ${
      filesSize(memberKubeconfig) > EXECUTOR_FILES_SIZE
        ? `a member's kubeconfig of ${memberKubeconfig} bytes and other files of KubeSphere's`
        : "KubeSphere's own files"
    }`,
    mend:
      packed > values
        ? "Take out of the package what it does not need, or put the packed extension on a server and name its address as `chartURL`."
        : "Shorten the config.",
  };
}

interface Explained extends Packed {
  /** The package's files. */
  readonly contents: readonly AnyFile[];
}

/** {@link judgeConfigMap}, with the files that take most of the package: each is packed by itself for that. */
export async function explainConfigMap(pkg: Explained, config: string, memberKubeconfig = 0): Promise<ConfigMapVerdict | undefined> {
  const verdict = judgeConfigMap(pkg, config, memberKubeconfig);
  if (verdict === undefined || pkg.chartURL !== undefined) return verdict;
  const sizes: { readonly path: string; readonly bytes: number }[] = [];
  for (const file of pkg.contents) sizes.push({ path: file.path, bytes: gzipSync(await contentOf(file)).length });
  sizes.sort((a, b) => b.bytes - a.bytes);
  const most = sizes.slice(0, SHOWN).map(({ path, bytes }) => `${path} (${inKiB(bytes)})`);
  const more = sizes.length > SHOWN ? ` and ${sizes.length - SHOWN} more` : "";
  return { ...verdict, found: `${verdict.found}, most of the package ${most.join(", ")}${more}` };
}

const SHOWN = 3;

export const configMapText = ({ found, allowed, mend }: ConfigMapVerdict): string => `${found}; allowed: ${allowed}. ${mend}`;

/**
 * @param path what to name in the error: the source
 * @throws ConfigurationError for a package that does not fit into a ConfigMap with any config
 */
export async function checkConfigMapSize(pkg: Explained, path: string): Promise<void> {
  const verdict = await explainConfigMap(pkg, "");
  if (verdict !== undefined) throw new ConfigurationError({ path, given: verdict.found, allowed: verdict.allowed, mend: verdict.mend });
}
