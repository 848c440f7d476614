/** KubeSphere hands its executor everything in one ConfigMap, so the sum must fit and not the package alone. */
import { CONFIG_MAP_LIMIT } from "./api";
import { ConfigurationError } from "./errors";
import type { ExtensionPackage } from "./extensionPackage";

/**
 * What KubeSphere adds, in bytes: a kubeconfig (8 KB with recorded certificates; longer chains double it) and
 * two short files for Helm's post-renderer.
 */
const EXECUTOR_FILES_SIZE = 16 * 1024;

type Packed = Pick<ExtensionPackage, "archive" | "chartURL">;

/** Bytes of the ConfigMap that KubeSphere makes for its executor, of {@link CONFIG_MAP_LIMIT}, about. @param config as in {@link checkConfigMapSize} */
export const executorConfigMapSize = ({ archive, chartURL }: Packed, config: string): number =>
  (chartURL === undefined ? archive.length : 0) + Buffer.byteLength(config) + EXECUTOR_FILES_SIZE;

/**
 * @param config of the InstallPlan, as declared
 * @param path what to name in the error: the source or the configuration key
 * @throws ConfigurationError when package, config and kubeconfig are more than a ConfigMap holds.
 */
export function checkConfigMapSize(pkg: Packed, config: string, path: string): void {
  if (executorConfigMapSize(pkg, config) <= CONFIG_MAP_LIMIT) return;
  const packed = pkg.chartURL === undefined ? pkg.archive.length : 0;
  const values = Buffer.byteLength(config);
  const ours = [...(packed > 0 ? [`a package of ${packed} bytes`] : []), ...(values > 0 ? [`a config of ${values} bytes`] : [])];
  throw new ConfigurationError({
    path,
    given: ours.join(" with "),
    allowed: `at most ${CONFIG_MAP_LIMIT - EXECUTOR_FILES_SIZE} bytes together, what a ConfigMap holds beside KubeSphere's own files`,
    mend:
      packed > values
        ? "Take out of the package what it does not need, or put the packed extension on a server and name its address as `chartURL`."
        : "Shorten the config.",
  });
}
