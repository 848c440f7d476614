/** An API server that puts requests off, as it does just after a CRD was made. */
import { createServer } from "http";
import type { AddressInfo } from "net";
import { join } from "path";
import { temporaryFolders } from "../support/charts";
import { CHECKOUT, run } from "../support/sandbox";

const folder = temporaryFolders();
const asked: string[] = [];
const server = createServer(({ url = "" }, response) => {
  asked.push(url);
  const isPutOff = asked.filter((it) => it === url).length < 3;
  response.writeHead(isPutOff ? 429 : 404, { "retry-after": "0", "content-type": "application/json" });
  response.end(JSON.stringify({ message: isPutOff ? "storage is (re)initializing" : "404 page not found" }));
});
beforeAll(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("what an API server puts off is asked for again: no command takes a busy cluster for a broken one", async () => {
  const { port } = server.address() as AddressInfo;
  const kubeconfig = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "it" },
    contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
    clusters: [{ name: "it", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "it", user: {} }],
  };
  const file = join(await folder({ "config.json": JSON.stringify(kubeconfig) }), "config.json");
  const { stderr } = await run(process.execPath, ["cli/luban.mjs", "extension", "unpublish", "shop", "--kubeconfig", file], {
    cwd: CHECKOUT,
  });
  expect(stderr).toContain(`KubeSphere is not installed on http://127.0.0.1:${port}`);
  expect(asked.length).toBeGreaterThan(2);
});
