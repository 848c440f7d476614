/** What ks-core's `kubesphere.yaml` tells the InstallPlan controller. */
import type { Values } from "../../../kubesphere/chart/helmValues";
import type { HelmSettings } from "./executorObjects.js";
import { readYaml } from "../../../kubesphere/yaml/goYaml.js";
import { injectedIn } from "../../../kubesphere/extension/injectedIn.js";

interface KubeSphereYaml {
  helmExecutor?: Partial<HelmSettings> | null;
}

export interface Settings {
  helm: HelmSettings;
  /** The values that KubeSphere sets over an extension's own. */
  injected: Values;
}

/**
 * @param text `kubesphere.yaml`; undefined where ks-core is not installed
 * @param isForAgent agents are not told where the console is
 */
export function readSettings(text = "", isForAgent = false): Settings {
  const { helmExecutor } = (readYaml(text)[0] ?? {}) as KubeSphereYaml;
  const injected = injectedIn(text);
  const global = { ...(injected["global"] as Values) } as Record<string, unknown>;
  if (isForAgent) delete global["portal"];
  return { helm: { timeout: "10m", historyMax: 2, ...helmExecutor }, injected: { ...injected, global } };
}
