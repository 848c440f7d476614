/** What each request to a cluster needs of a kubeconfig's one context: the connection, and the user's login. */
import type { KubeConfig } from "@kubernetes/client-node";
import type { Agent } from "http";
import type { RequestOptions } from "https";
import { isDeepStrictEqual } from "util";
import { accessOf, connection, type Access, type Kubeconfig } from "../../kubesphere/cluster/kubeconfig";

/** Asked for each request: a token in a file, or a command's login, is another one after a while. */
export type Login = () => Promise<RequestOptions>;

/** @param chosen has one context @throws an error of a login by a command */
export const loginOf = (chosen: Kubeconfig, access: Access): Promise<Login> =>
  access.special.length > 0 ? libraryLogin(chosen, access) : Promise.resolve(() => Promise.resolve(connection(accessOf(chosen))));

/** The client library supports logins by a command or a provider, and proxies; loading it takes most of a second. */
async function libraryLogin(chosen: Kubeconfig, access: Access): Promise<Login> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = keepingConnections(new KubeConfig());
  config.loadFromString(JSON.stringify(chosen));
  return async () => {
    const options: RequestOptions = connection(access);
    await config.applyToHTTPSOptions(options);
    return options;
  };
}

/** The part of the library's class that makes what holds connections; anew for each request, and so a TLS handshake for each. */
interface AgentMaker {
  createAgent(cluster: unknown, options: object): Agent;
}

/** One agent for as long as the login is the same. */
function keepingConnections(config: KubeConfig): KubeConfig {
  const maker = config as unknown as AgentMaker;
  const create = maker.createAgent.bind(config);
  let last: { readonly of: readonly unknown[]; readonly agent: Agent } | undefined;
  maker.createAgent = (cluster, options) => {
    const of = [cluster, options];
    // Given a copy: an agent for a proxy changes them.
    if (!isDeepStrictEqual(of, last?.of)) last = { of, agent: create(cluster, { keepAlive: true, ...options }) };
    return (last as { readonly agent: Agent }).agent;
  };
  return config;
}
