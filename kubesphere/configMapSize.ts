/** KubeSphere hands its executor everything in one ConfigMap, so the sum must fit and not the package alone. */
import { CONFIG_MAP_LIMIT } from "./api";
import { ConfigurationError } from "./errors";
import type { ExtensionPackage } from "./extensionPackage";

/**
 * What KubeSphere adds, in bytes: a kubeconfig (8 KB with recorded certificates; longer chains double it) and
 * two short files for Helm's post-renderer.
 */
const EXECUTOR_FILES_SIZE = 16 * 1024;

/**
 * @param config of the InstallPlan, as declared
 * @param path what to name in the error: the source or the configuration key
 * @throws ConfigurationError when package, config and kubeconfig are more than a ConfigMap holds.
 */
export function checkConfigMapSize(
  { archive, chartURL }: Pick<ExtensionPackage, "archive" | "chartURL">,
  config: string,
  path: string,
): void {
  const packed = chartURL === undefined ? archive.length : 0;
  const values = Buffer.byteLength(config);
  if (packed + values + EXECUTOR_FILES_SIZE <= CONFIG_MAP_LIMIT) return;
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
