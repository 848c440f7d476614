/** The kubeconfig that KubeKey leaves, as the stack keeps it. */
import { dump } from "js-yaml";
import type { KubekeySettings } from "../../settings/clusterSettings";
import { oneContext, readKubeconfig } from "../../kubesphere/cluster/kubeconfig";
import { Failure } from "../shared/command";

/**
 * KubeKey's names the first control-plane host by its internal address, as its own copy in the cluster does not (SaveKubeConfig);
 * the API server's certificate holds both.
 * @param text holds credentials, as does what comes back @throws Failure when it is none
 */
export function reachable(text: string, { hosts, roles }: KubekeySettings): string {
  const first = hosts.find(({ name }) => name === roles["control-plane"][0]);
  let config;
  try {
    config = oneContext(readKubeconfig(text));
  } catch {
    // The parser's words may quote it.
    throw new Failure("the kubeconfig that KubeKey left cannot be read: run the same command again");
  }
  const clusters = config.clusters.map(({ name, cluster }) => {
    const server = new URL(String(cluster["server"]));
    if (first !== undefined && server.hostname === first.internalAddress) server.hostname = first.address;
    return { name, cluster: { ...cluster, server: server.href.replace(/\/$/, "") } };
  });
  return dump({ apiVersion: "v1", kind: "Config", ...config, clusters }, { lineWidth: -1 });
}
