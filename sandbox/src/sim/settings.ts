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

/** @param text `kubesphere.yaml`; undefined where ks-core is not installed. */
export function readSettings(text = ""): Settings {
  const { helmExecutor } = (readYaml(text)[0] ?? {}) as KubeSphereYaml;
  return { helm: { timeout: "10m", historyMax: 2, ...helmExecutor }, injected: injectedIn(text) };
}
