/** The stand-ins of ks-core, one for each line of its charts: `sandbox/charts/ks-core` is 1.1.3; later ones are that one and what they have otherwise. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

/** In the order of their releases: each has what those before it have. KubeSphere 4.1.3 and 4.2.1. */
export const LATER_KS_CORE_CHARTS = ["1.1.5", "1.2.4"] as const;

/** The first that the sandbox has a stand-in of. KubeSphere 4.1.2. */
export const FIRST_KS_CORE_CHART = "1.1.3";

/**
 * @param checkout the repository
 * @param folder becomes nothing but `ks-core-<version>` for each of them
 */
export function writeKsCoreCharts(checkout: string, folder: string): void {
  const charts = join(checkout, "sandbox", "charts");
  rmSync(folder, { recursive: true, force: true });
  for (const [index, version] of [FIRST_KS_CORE_CHART, ...LATER_KS_CORE_CHARTS].entries()) {
    const layers = [join(charts, "ks-core"), ...LATER_KS_CORE_CHARTS.slice(0, index).map((it) => join(charts, "ks-core-lines", it))];
    for (const layer of layers) cpSync(layer, join(folder, `ks-core-${version}`), { recursive: true, force: true });
  }
}
