/** The stand-in for ks-console: extensions' front-end modules, the OAuth server and its login page, and KubeSphere's version on each cluster. */
import { bundleAnswer, type ReadKey } from "./bundles.js";
import { CONSOLE_SERVICE, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { readOnly, type Handler } from "./httpListener.js";
import type { Informer } from "./informer.js";
import { versions, type Connect } from "./multicluster.js";
import { namespaced } from "./names.js";
import { oauthServer } from "./oauth/oauthServer.js";
import { readIssuer } from "./oauth/platform.js";
import { Tokens } from "./oauth/tokens.js";
import type { ConfigMap, JSBundle, Secret } from "./objects.js";
import { withoutStrangers } from "./strangers.js";

/** @param isDeclared whether an Ingress names a host @param connect to a member */
export function consoleHandler(
  cluster: Pick<Cluster, "get" | "list">,
  bundles: Pick<Informer<JSBundle>, "items">,
  isDeclared: (host: string) => boolean,
  connect: Connect,
): Handler {
  const read: ReadKey = async (kind, { name, namespace, key }) => {
    if (kind === "secret") {
      const secret = await ifFound(cluster.get<Secret>(namespaced("v1", namespace, "secrets", name)));
      return secret && Buffer.from(secret.data?.[key] ?? "", "base64");
    }
    const configMap = await ifFound(cluster.get<ConfigMap>(namespaced("v1", namespace, "configmaps", name)));
    return configMap && contentOf(configMap, key);
  };
  const modules = readOnly(async ({ path }) => {
    const [, bundlePath] = /^\/pstatic(\/.*)$/.exec(path) ?? [];
    if (bundlePath !== undefined) return bundleAnswer(bundlePath, bundles.items, read);
    return { status: 404, contentType: "text/plain; charset=utf-8", body: `The sandbox's stand-in for the console has no ${path}\n` };
  });
  const tokens = new Tokens();
  const [oauth, version] = [oauthServer(cluster, tokens), versions(cluster, tokens, connect)];
  const isOwn = async (host: string) =>
    SERVICE_NAMES.includes(host) || isDeclared(host) || host === hostOf((await ifFound(readIssuer(cluster)))?.url);
  return withoutStrangers(async (request) => (await oauth(request)) ?? (await version(request)) ?? modules(request), isOwn);
}

/** By which programs in the cluster ask for it. */
const SERVICE_NAMES = ["", ".svc", ".svc.cluster.local"].map((suffix) => `${CONSOLE_SERVICE}.${SYSTEM_NAMESPACE}${suffix}`);

const hostOf = (url = "") => (URL.canParse(url) ? new URL(url).hostname : undefined);

const contentOf = ({ data, binaryData }: ConfigMap, key: string) =>
  data?.[key] !== undefined ? Buffer.from(data[key]) : Buffer.from(binaryData?.[key] ?? "", "base64");
