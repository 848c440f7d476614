/** The stand-in for ks-console: extensions' front-end modules, the OAuth server and its login page. */
import { bundleAnswer, type ReadKey } from "./bundles.js";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { readOnly, type Handler } from "./httpListener.js";
import type { Informer } from "./informer.js";
import { namespaced } from "./names.js";
import { oauthServer } from "./oauth/oauthServer.js";
import type { ConfigMap, JSBundle, Secret } from "./objects.js";

export function consoleHandler(cluster: Cluster, bundles: Informer<JSBundle>): Handler {
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
  const oauth = oauthServer(cluster);
  return async (request) => (await oauth(request)) ?? modules(request);
}

const contentOf = ({ data, binaryData }: ConfigMap, key: string) =>
  data?.[key] !== undefined ? Buffer.from(data[key]) : Buffer.from(binaryData?.[key] ?? "", "base64");
