/** What ks-core's `kubesphere.yaml` tells the InstallPlan controller. */
import type { Values } from "../../../kubesphere/helmValues";
import type { HelmSettings } from "./executorObjects.js";
import { readYaml } from "../../../kubesphere/goYaml.js";

interface KubeSphereYaml {
  authentication?: { issuer?: { url?: string } | null } | null;
  extension?: { imageRegistry?: string; nodeSelector?: Record<string, string>; ingress?: { domainSuffix?: string } } | null;
  helmExecutor?: Partial<HelmSettings> | null;
}

export interface Settings {
  helm: HelmSettings;
  /** The values that KubeSphere sets over an extension's own. */
  injected: Values;
}

/** @param text `kubesphere.yaml`; undefined where ks-core is not installed. */
export function readSettings(text: string | undefined): Settings {
  const { authentication, extension, helmExecutor } = (readYaml(text ?? "")[0] ?? {}) as KubeSphereYaml;
  const { imageRegistry, nodeSelector, ingress } = extension ?? {};
  const url = authentication?.issuer?.url;
  return {
    helm: { timeout: "10m", historyMax: 2, ...helmExecutor },
    injected: {
      global: {
        ...(url && { portal: { url } }),
        ...(imageRegistry && { imageRegistry }),
        ...(nodeSelector && { nodeSelector }),
        ...(ingress?.domainSuffix && { extension: { ingress } }),
      },
    },
  };
}
