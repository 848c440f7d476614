/** The stand-in of KubeSphere's OAuth server on a port of its own, with the Secrets that it is given and no cluster. */
import type { AddressInfo } from "net";
import { ApiError } from "../../../../sandbox/src/sim/apiError.js";
import { listen } from "../../../../sandbox/src/sim/httpListener.js";
import { oauthServer } from "../../../../sandbox/src/sim/oauth/oauthServer.js";
import type { Reader } from "../../../../sandbox/src/sim/oauth/platform.js";
import type { Secret } from "../../../../sandbox/src/sim/objects.js";

export interface OAuthServer {
  /** Where it listens. */
  readonly url: string;
  /** May be changed at any time, as in a cluster. */
  readonly secrets: Secret[];
  readonly authentication: { issuer: Record<string, string> };
  close(): void;
}

const SYSTEM = "/api/v1/namespaces/kubesphere-system";
const dataOf = (data: Record<string, string>) =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]));

/** @param configuration as YAML or JSON, which is YAML too */
export const clientSecret = (name: string, configuration: string | object): Secret => ({
  metadata: { name, labels: { "config.kubesphere.io/type": "oauthclient" } },
  type: "config.kubesphere.io/oauthclient",
  data: dataOf({ "configuration.yaml": typeof configuration === "string" ? configuration : JSON.stringify(configuration) }),
});

export const adminSecret = (password: string): Secret => ({ metadata: { name: "kubesphere-admin" }, data: dataOf({ password }) });

/** @param issuer its URL; default: where it listens */
export async function startServer(secrets: Secret[], issuer?: string): Promise<OAuthServer> {
  const authentication = {
    issuer: { jwtSecret: "0123456789abcdef0123456789abcdef", accessTokenMaxAge: "2h", accessTokenInactivityTimeout: "30m" },
  };
  const objects = (path: string): unknown => {
    if (path === `${SYSTEM}/configmaps/kubesphere-config`) return { data: { "kubesphere.yaml": JSON.stringify({ authentication }) } };
    return secrets.find(({ metadata }) => path === `${SYSTEM}/secrets/${metadata.name}`);
  };
  const cluster: Reader = {
    get: <T>(path: string) => {
      const object = objects(path);
      return object === undefined ? Promise.reject(new ApiError(404, `${path} not found`)) : Promise.resolve(object as T);
    },
    list: <T>(path: string, selector?: string) => {
      if (path !== `${SYSTEM}/secrets` || selector !== "config.kubesphere.io/type=oauthclient") return Promise.reject(new Error(path));
      return Promise.resolve(secrets.filter(({ metadata }) => metadata.labels?.["config.kubesphere.io/type"] === "oauthclient") as T[]);
    },
  };
  const answer = oauthServer(cluster);
  const server = await listen(0, async (request) => (await answer(request)) ?? { status: 404, body: "" });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(authentication.issuer, { url: issuer ?? url });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, secrets, authentication, close };
}
