/** The kubeconfig that KubeKey leaves, as the stack keeps it. */
import { dump } from "js-yaml";
import type { KubekeySettings } from "../../settings/clusterSettings";
import type { KubekeyMajor } from "../../kubesphere/cluster/kubekey";
import { oneContext, readKubeconfig, type Kubeconfig } from "../../kubesphere/cluster/kubeconfig";
import { Failure } from "../shared/command";
import { CLUSTER_NAMES, CONTROL_PLANE_DOMAIN } from "./files";

/**
 * KubeKey 3's names the first control-plane host by its internal address, as its own copy in the cluster does not (SaveKubeConfig), and
 * KubeKey 4's is that copy, with a name that only nodes know; the API server's certificate holds the address, too.
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
    if (first !== undefined && [first.internalAddress, CONTROL_PLANE_DOMAIN].includes(server.hostname)) server.hostname = first.address;
    return { name, cluster: { ...cluster, server: server.href.replace(/\/$/, "") } };
  });
  return dump({ apiVersion: "v1", kind: "Config", ...config, clusters }, { lineWidth: -1 });
}

/** Which KubeKey made the cluster, by the name that our file gave it. @param given path or contents @returns undefined where it has another */
export function madeBy(given: string): KubekeyMajor | undefined {
  let config: Kubeconfig;
  try {
    config = readKubeconfig(given);
  } catch {
    // Whoever asks the cluster says what is wrong with it.
    return undefined;
  }
  const is = (major: KubekeyMajor) => config.clusters.some(({ name }) => name === CLUSTER_NAMES[major]);
  return is(3) ? 3 : is(4) ? 4 : undefined;
}
