/** The stand-in for ks-console: extensions' front-end modules, and for everything else a page that says what it is. */
import { label } from "../../../kubesphere/api";
import { bundleAnswer, defaultLink, type ReadKey } from "./bundles.js";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { Handler } from "./httpListener.js";
import type { Informer } from "./informer.js";
import { collection, namespaced } from "./names.js";
import type { ConfigMap, JSBundle, Secret } from "./objects.js";
import { Queue } from "./queue.js";

const PAGE = `<!doctype html>
<title>KubeSphere sandbox</title>
<p>This is the sandbox's stand-in for the KubeSphere console. It serves extensions' modules under <code>/pstatic/dist/</code> and has no user interface.</p>
`;

export function consoleHandler(cluster: Cluster, bundles: Informer<JSBundle>): Handler {
  const read: ReadKey = async (kind, { name, namespace, key }) => {
    if (kind === "secret") {
      const secret = await ifFound(cluster.get<Secret>(namespaced("v1", namespace, "secrets", name)));
      return secret && Buffer.from(secret.data?.[key] ?? "", "base64");
    }
    const configMap = await ifFound(cluster.get<ConfigMap>(namespaced("v1", namespace, "configmaps", name)));
    return configMap && contentOf(configMap, key);
  };
  return async ({ path }) => {
    const [, bundlePath] = /^\/pstatic(\/.*)$/.exec(path) ?? [];
    if (bundlePath !== undefined) return bundleAnswer(bundlePath, bundles.items, read);
    return { status: path === "/" ? 200 : 404, contentType: "text/html; charset=utf-8", body: PAGE };
  };
}

const contentOf = ({ data, binaryData }: ConfigMap, key: string) =>
  data?.[key] !== undefined ? Buffer.from(data[key]) : Buffer.from(binaryData?.[key] ?? "", "base64");

/** Does what KubeSphere's webhook does when a bundle is written: an extension's bundle without a link gets its own. */
export function bundleController(cluster: Cluster, bundles: Informer<JSBundle>): Queue {
  const queue = new Queue("JSBundle", async (name) => {
    const path = `${collection.jsBundles}/${name}`;
    const bundle = await ifFound(cluster.get<JSBundle>(path));
    const link = bundle && defaultLink(bundle, bundles.items);
    if (bundle && link !== undefined)
      await cluster.patch(path, { metadata: { resourceVersion: bundle.metadata.resourceVersion }, status: { link } });
  });
  bundles.onChange(({ metadata }, gone) => {
    if (!gone && metadata.labels?.[label.extensionRef] !== undefined) queue.add(metadata.name);
  });
  return queue;
}
