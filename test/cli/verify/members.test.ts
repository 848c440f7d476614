/** What a platform engineer is told of a member that the host does not reach, or not as it should. On a server of this machine. */
import { membersOf, type Member, type Workload } from "../../../cli/verify/members";
import type { Cluster } from "../../../cli/shared/cluster";
import { consoleUrl as console, failures, healthy, site, target, verify, type Routes } from "./site";

const HOST = "ks.example.com/kapis/version";
const EDGE = "ks.example.com/clusters/edge/kapis/version";
const TOKEN = { "ks.example.com/oauth/token": [200, JSON.stringify({ access_token: "a-token" })] } as const;
const version = (gitVersion: string) => JSON.stringify({ gitVersion, kubernetes: { gitVersion: "v1.37.2" } });
const routes = (edge: Routes[string]): Routes => ({
  ...healthy(),
  "ks.example.com/oauth/token": [...TOKEN["ks.example.com/oauth/token"]],
  [HOST]: [200, version("v4.1.3")],
  [EDGE]: edge,
});
const member = (...workloads: readonly Workload[]): Member => ({
  name: "edge",
  agents: [{ extension: "shop", namespace: "extension-shop", workloads: () => Promise.resolve(workloads) }],
});
const at = () => `${console()}/clusters/edge/kapis/version`;
const with_ = (...members: readonly Member[]) => target({ members, password: "P@88w0rd" });
const ofMember = async (edge: Routes[string]) => {
  site.routes = routes(edge);
  const [, ...rest] = failures(await verify(with_(member())))[0] ?? [];
  return rest;
};

test("a member that is well is told so, and asked with a login that is made once", async () => {
  site.routes = routes([200, version("v4.1.3")]);
  const [reached, agent] = (await verify(with_(member({ object: "Deployment a/b", ready: 2, wanted: 2 })))).slice(-2);
  expect([reached, agent].map((it) => [it?.what, it?.result, it?.detail])).toEqual([
    ["member edge", "ok", `${at()}: v4.1.3`],
    ["agent shop on edge", "ok", "Deployment a/b: 2 ready"],
  ]);
  expect(site.asked.filter((it) => it.endsWith("/oauth/token"))).toHaveLength(1);
});

const status = (code: number, message: string): [number, string] => [code, JSON.stringify({ kind: "Status", message, code })];
const wrapped = (code: number, message: string): [number, string] => [code, JSON.stringify({ ErrStatus: { message, code } })];

test.each<[what: string, answer: [number, string], cause: string, next: string]>([
  [
    "that the host has no Cluster of",
    wrapped(400, "cluster edge not exists"),
    "the host has no Cluster edge: cluster edge not exists",
    "pulumi up --refresh",
  ],
  [
    "that is not ready",
    wrapped(503, "cluster edge is not ready"),
    "KubeSphere on the host does not reach edge: cluster edge is not ready",
    "is the member up, and does a Pod of the host reach the address in its kubeconfig? npx luban doctor",
  ],
  [
    "that is away",
    wrapped(502, "Error while proxying request: dial tcp 192.0.2.7:6443: connect: connection refused"),
    "KubeSphere on the host does not reach edge: Error while proxying request: dial tcp 192.0.2.7:6443: connect: connection refused",
    "is the member up, and does a Pod of the host reach the address in its kubeconfig? npx luban doctor",
  ],
  [
    "whose ks-agent has no Pod",
    status(503, 'no endpoints available for service ":ks-apiserver:"'),
    "KubeSphere on edge (Deployment ks-agent) has no ready Pod",
    "kubectl --kubeconfig <its kubeconfig> --namespace kubesphere-system get pods",
  ],
  [
    "without ks-core",
    status(404, 'services "ks-apiserver" not found'),
    'ks-core is gone from edge: services "ks-apiserver" not found',
    "npx luban doctor, which says how KubeSphere installs it again",
  ],
  [
    "with another secret",
    status(511, "The request could not be authenticated due to a system issue."),
    "edge does not take the host's tokens, as its jwtSecret is another one; or its API server does not take the kubeconfig of its Cluster any more",
    "pulumi up --refresh; if that changes nothing, any changed value of the member in kubesphere:memberClusters installs ks-core on it again",
  ],
  ["that lets nobody in", status(403, "forbidden"), "KubeSphere on edge does not let admin in: forbidden", "npx luban doctor"],
])("a member %s is told with what is likely wrong", async (_, answer, cause, next) => {
  expect(await ofMember(answer)).toEqual([`${at()}: HTTP ${answer[0]}`, cause, next]);
});

test("a member that was not upgraded with its host is told, and so is another server in its place", async () => {
  expect((await ofMember([200, version("v4.1.2")])).slice(0, 2)).toEqual([
    `${at()}: v4.1.2`,
    "ks-core on it is v4.1.2, and the host's is v4.1.3: a member is upgraded by a run, after the host",
  ]);
  expect((await ofMember([200, "<html>"]))[0]).toBe(`${at()}: no version`);
});

test("an agent whose Pods are not ready is told; without a password the member is passed over", async () => {
  site.routes = routes([200, version("v4.1.3")]);
  const checked = await verify(
    target({ members: [member({ object: "Deployment a/b", ready: 1, wanted: 2 }, { object: "DaemonSet a/c", ready: 1, wanted: 1 })] }),
  );
  expect(failures(checked)).toEqual([
    [
      ...["agent shop on edge", "Deployment a/b: 1 of 2 ready", "its Pods are starting, or cannot"],
      "kubectl --kubeconfig <its kubeconfig> --namespace extension-shop get pods; and npx luban status",
    ],
  ]);
  expect(checked.at(-2)).toMatchObject({
    what: "member edge",
    result: "skipped",
    detail: expect.stringContaining("set KUBESPHERE_ADMIN_PASSWORD") as string,
  });
});

test("the agents of a member are those that KubeSphere has installed there, and a kubeconfig that is none spares the rest", async () => {
  const plan = (name: string, clusters: object) => ({
    metadata: { name },
    status: { targetNamespace: `extension-${name}`, clusterSchedulingStatuses: clusters },
  });
  const plans = [plan("shop", { edge: { releaseName: "shop-agent" }, west: {} }), plan("other", {})];
  const host = { list: () => Promise.resolve(plans) } as unknown as Cluster;
  const [edge] = await membersOf(host, [{ name: "edge", kubeconfig: "/nowhere/edge.yaml" }]);
  expect(edge?.agents.map(({ extension, namespace }) => [extension, namespace])).toEqual([["shop", "extension-shop"]]);
  expect(await edge?.agents[0]?.workloads()).toEqual({ unread: expect.stringContaining("/nowhere/edge.yaml") as string });
});
