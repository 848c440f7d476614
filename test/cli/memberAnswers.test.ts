/** What a member says of itself: asked with the stack's kubeconfig before the one in the cluster, and no answer spoils nothing else. */
import { createServer, type Server } from "http";
import type { AddressInfo } from "net";
import { declaredMembers, seenMembers } from "../../cli/shared/members";
import { HOST, joined } from "../support/clusters";

const ANSWERS: Readonly<Record<string, object>> = {
  "/api/v1/namespaces/kube-system": { metadata: { uid: "uid-edge" } },
  "/api/v1/namespaces/kubesphere-system": { metadata: { annotations: { "cluster.kubesphere.io/host-cluster": "host" } } },
  "/apis/apps/v1/namespaces/kubesphere-system/deployments/ks-agent": { spec: { replicas: 2 }, status: { readyReplicas: 1 } },
};
const asked: string[] = [];
let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer(({ url: path = "", headers }, response) => {
    asked.push(headers.authorization ?? "");
    const answer = headers.authorization === "Bearer poor" ? undefined : ANSWERS[path];
    response.statusCode = answer === undefined ? 403 : 200;
    response.end(JSON.stringify(answer ?? { message: "forbidden" }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const kubeconfig = (token: string) =>
  JSON.stringify({
    "current-context": "edge",
    contexts: [{ name: "edge", context: { cluster: "edge", user: "me" } }],
    clusters: [{ name: "edge", cluster: { server: url } }],
    users: [{ name: "me", user: { token } }],
  });
const withKubeconfig = (text: string) =>
  joined("edge", "2026-01-01T00:00:00Z", { spec: { connection: { kubeconfig: Buffer.from(text).toString("base64") } } });

test("the stack's kubeconfig wins over the cluster's, and the host is not asked", async () => {
  asked.length = 0;
  const members = await seenMembers([HOST, withKubeconfig(kubeconfig("stored"))], [{ name: "edge", kubeconfig: kubeconfig("stated") }]);
  expect(members.map(({ answer }) => answer)).toEqual([
    {
      uid: "uid-edge",
      system: { annotations: { "cluster.kubesphere.io/host-cluster": "host" } },
      agent: { ready: 1, wanted: 2 },
    },
  ]);
  expect(new Set(asked)).toEqual(new Set(["Bearer stated"]));
  asked.length = 0;
  await seenMembers([withKubeconfig(kubeconfig("stored"))], []);
  expect(new Set(asked)).toEqual(new Set(["Bearer stored"]));
});

test("a member that does not answer, or whose kubeconfig is none, is told so without a word of the kubeconfig", async () => {
  const silent = async (text: string) => {
    const [member] = await seenMembers([withKubeconfig(text)], []);
    return member && "silent" in member.answer ? member.answer.silent : undefined;
  };
  expect(await silent(kubeconfig("poor"))).toBe(`${url}: HTTP 403: forbidden`);
  expect(await silent("/home/me/.kube/config")).toBe("its Cluster object has no kubeconfig that can be read");
  const away = kubeconfig("t").replace(url, "http://127.0.0.1:1");
  expect(await silent(away)).toMatch(/^http:\/\/127\.0\.0\.1:1: connect ECONNREFUSED/);
});

test("paths are those of the checkout, wherever the command is typed", () => {
  const members = [{ name: "edge", kubeconfig: "./edge.yaml" }, { name: "west", kubeconfig: "~/west.yaml" }, { name: 3 }];
  expect(declaredMembers({ memberClusters: members }, "/project")).toEqual([
    { name: "edge", kubeconfig: "/project/edge.yaml" },
    { name: "west", kubeconfig: "~/west.yaml" },
  ]);
  expect(declaredMembers({}, "/project")).toEqual([]);
});
