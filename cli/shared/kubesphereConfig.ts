/** ks-core's own configuration in the cluster. */
import { SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { textAt } from "../../kubesphere/chart/renderedObject";
import { readYaml, YamlError } from "../../kubesphere/yaml/goYaml";
import type { Values } from "../../kubesphere/chart/helmValues";
import { injectedIn, KUBESPHERE_CONFIG } from "../../kubesphere/extension/injectedIn";
import type { Cluster } from "./cluster";
import { Failure } from "./command";
import type { K8s } from "./objectDiff";

/** The text has secrets; the parser's error must not show them. */
export const unreadableConfig = ({ message }: YamlError) =>
  new Failure(`kubesphere.yaml in the ConfigMap ${SYSTEM_NAMESPACE}/kubesphere-config is no YAML: ${message}`);

/** The values that KubeSphere sets for every extension, after the next deployment of ks-core, else as they are now. */
export async function injectedBy(cluster: Pick<Cluster, "read">, made: readonly K8s[]): Promise<Values> {
  const metadata = { name: KUBESPHERE_CONFIG.configMap, namespace: SYSTEM_NAMESPACE };
  const isIt = ({ kind, metadata: { name } }: K8s) => kind === "ConfigMap" && name === metadata.name;
  const config = made.find(isIt) ?? (await cluster.read({ apiVersion: "v1", kind: "ConfigMap", metadata }));
  try {
    return injectedIn((config?.["data"] as Record<string, string> | undefined)?.[KUBESPHERE_CONFIG.key] ?? "");
  } catch (error) {
    throw error instanceof YamlError ? unreadableConfig(error) : error;
  }
}

/** With which KubeSphere in a cluster signs tokens; a secret. A member has its host's. Undefined where there is none, or it cannot be read. */
export async function signingSecret(cluster: Pick<Cluster, "read">): Promise<string | undefined> {
  const metadata = { name: KUBESPHERE_CONFIG.configMap, namespace: SYSTEM_NAMESPACE };
  const config = await cluster.read({ apiVersion: "v1", kind: "ConfigMap", metadata });
  try {
    const [stated] = readYaml((config?.["data"] as Record<string, string> | undefined)?.[KUBESPHERE_CONFIG.key] ?? "");
    return textAt(stated, "authentication", "issuer", "jwtSecret");
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}
