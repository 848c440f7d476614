/** Logs of executors' Pods: Helm may quote passwords in them, and whoever reads them must be asked for by the cluster's API server. */
import { readdir } from "fs/promises";
import { request } from "https";
import { text } from "stream/consumers";
import type { Cluster } from "../../../sandbox/src/sim/cluster";
import { Kubelet } from "../../../sandbox/src/sim/kubelet";
import type { Pod } from "../../../sandbox/src/sim/objects";
import { selfSigned } from "../../support/selfSigned";
import { temporaryFolders } from "../../support/charts";

const { certificate, key } = selfSigned(["127.0.0.1"], new Date(Date.now() - 60_000), new Date(Date.now() + 3_600_000));
const pod = (name: string): Pod => ({ metadata: { name, namespace: "shops", uid: `uid-${name}` } });

const folder = temporaryFolders();
let done: [string, string, object][];
let kubelet: Kubelet;
let logs: string;
let port = 0;
beforeEach(async () => {
  [done, logs] = [[], await folder({ "uid-long-gone.log": "secret" })];
  const pods = [pod("ended"), pod("new")];
  const cluster = {
    caCertificate: certificate,
    list: () => Promise.resolve([{ metadata: { name: "node-0" } }]),
    patch: (path: string, body: object) => Promise.resolve(void done.push(["patch", path, body])),
    create: (path: string, body: object) => Promise.resolve(void done.push(["create", path, body])),
  } as unknown as Cluster;
  const known = { items: pods, find: (of: string) => pods.find(({ metadata: { name } }) => of === `shops/${name}`) };
  kubelet = new Kubelet(cluster, Promise.resolve({ authority: certificate, certificate, key }), known, logs);
  await kubelet.start();
  port = (done[0]?.[2] as { status: { daemonEndpoints: { kubeletEndpoint: { Port: number } } } }).status.daemonEndpoints.kubeletEndpoint
    .Port;
  await kubelet.keep(pod("ended"), "one\ntwo\nthree\n");
});
afterEach(() => kubelet.stop());

const asked = (path: string, client: object = { cert: certificate, key }) =>
  new Promise<string>((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, ca: certificate, ...client }, (response) => {
      void text(response).then((body) => resolve(`${response.statusCode} ${body}`));
    })
      .once("error", reject)
      .end();
  });

test("the log of a Pod that has ended is what was said, or its last lines; one that has said nothing has none, and a strange one is not there", async () => {
  const paths = ["ended/helm", "ended/helm?tailLines=2", "ended/helm?tailLines=0", "new/helm", "strange/helm", "../x/y"];
  const answers = await Promise.all(paths.map((path) => asked(`/containerLogs/shops/${path}`)));
  expect(answers).toEqual(["200 one\ntwo\nthree\n", "200 two\nthree\n", "200 ", "200 ", "404 ", "404 "]);
});

test("nobody but the cluster's API server is answered", async () => {
  await expect(asked("/containerLogs/shops/ended/helm", {})).rejects.toThrow();
});

test("a Pod that has ended is put onto the node, by its own name", () => {
  expect(done.slice(1)).toEqual([
    ["patch", "/api/v1/namespaces/shops/pods/ended", { spec: { schedulingGates: [] } }],
    [
      "create",
      "/api/v1/namespaces/shops/pods/ended/binding",
      { apiVersion: "v1", kind: "Binding", metadata: { name: "ended" }, target: { apiVersion: "v1", kind: "Node", name: "node-0" } },
    ],
  ]);
});

test("what Pods have said goes with them, and with those that went while no simulator ran", async () => {
  expect(await readdir(logs)).toEqual(["uid-ended.log"]);
  await kubelet.forget("uid-ended");
  expect(await readdir(logs)).toEqual([]);
});
