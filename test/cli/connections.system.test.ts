/** Commands ask a cluster often. A handshake with TLS takes two round trips, and more CPU time on both sides than the request. */
import { createServer } from "http";
import type { AddressInfo } from "net";
import { join } from "path";
import { temporaryFolders } from "../support/charts";
import { run } from "../support/sandbox";

const folder = temporaryFolders();
const asked: { readonly url: string; readonly isOnNewConnection: boolean }[] = [];
const known = new WeakSet<object>();
const kinds = ["Extension", "ExtensionVersion", "InstallPlan", "Repository", "Namespace", "ConfigMap", "ClusterRole", "ClusterRoleBinding"];
const resources = kinds.map((kind) => ({ kind, name: `${kind.toLowerCase()}s`, namespaced: kind === "ConfigMap" }));
const server = createServer(({ url = "", socket }, response) => {
  asked.push({ url, isOnNewConnection: !known.has(socket) });
  known.add(socket);
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(isOfKinds(url) ? { resources } : { items: [], metadata: { name: "shop" } }));
});
const isOfKinds = (url: string) => /^\/api(s\/[^/]+)?\/[^/]+$/.test(url);
beforeAll(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("a command's requests share their connections: hundreds of objects on a distant cluster take no handshake each", async () => {
  const { port } = server.address() as AddressInfo;
  const kubeconfig = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "it" },
    contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
    clusters: [{ name: "it", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "it", user: { token: "opaque" } }],
  };
  const file = join(await folder({ "config.json": JSON.stringify(kubeconfig) }), "config.json");
  await run(process.execPath, ["cli/luban.mjs", "extension", "unpublish", "shop", "--kubeconfig", file]);
  // What asks for the kinds goes out at the same time, each on a connection of its own.
  const ofObjects = asked.filter(({ url }) => !isOfKinds(url));
  expect(ofObjects.length).toBeGreaterThan(3);
  expect(ofObjects.filter((it) => it.isOnNewConnection)).toEqual([]);
});
