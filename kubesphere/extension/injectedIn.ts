/** The values that KubeSphere sets for every extension, from ks-core's configuration in a cluster (InstallPlan controller of v4.1.2). */
import { readYaml } from "../yaml/goYaml";
import type { Values } from "../chart/helmValues";

/** Its place: `data["kubesphere.yaml"]` of a ConfigMap in KubeSphere's namespace. */
export const KUBESPHERE_CONFIG = { configMap: "kubesphere-config", key: "kubesphere.yaml" };

interface KubeSphereYaml {
  readonly authentication?: { readonly issuer?: { readonly url?: string } | null } | null;
  readonly extension?: {
    readonly imageRegistry?: string;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly ingress?: { readonly domainSuffix?: string };
  } | null;
}

/** @param text the content of `kubesphere.yaml`; "" if ks-core is not installed @throws YamlError, whose message quotes none of its secrets */
export function injectedIn(text: string): Values {
  const { authentication, extension } = (readYaml(text)[0] ?? {}) as KubeSphereYaml;
  const { imageRegistry, nodeSelector, ingress } = extension ?? {};
  const url = authentication?.issuer?.url;
  return {
    global: {
      ...(url && { portal: { url } }),
      ...(imageRegistry && { imageRegistry }),
      ...(nodeSelector && { nodeSelector }),
      ...(ingress?.domainSuffix && { extension: { ingress } }),
    },
  };
}
