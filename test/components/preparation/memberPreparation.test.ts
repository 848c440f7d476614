/** Members are asked before anything is declared: KubeSphere takes any kubeconfig, and says of a wrong one nothing, or in a log. */
import { createServer, type Server } from "http";
import type { AddressInfo } from "net";
import * as pulumi from "@pulumi/pulumi";
import { accessCluster } from "../../../components/cluster/clusterAccess";
import { clusterContents } from "../../../components/cluster/clusterContents";
import { findMembers } from "../../../components/cluster/memberAccess";
import { concernsClusters, judgePlatformMembers, readPlatformMembers } from "../../../components/preparation/platformMembers";
import { describeProblem } from "../../../kubesphere/errors";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";
import type { StoredCluster } from "../../../kubesphere/member/storedCluster";
import { parseSettings } from "../../../settings/parsedSettings";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
const told: { warn: string[]; info: string[] } = { warn: [], info: [] };
beforeEach(() => {
  for (const kind of ["warn", "info"] as const) {
    told[kind] = [];
    jest.spyOn(pulumi.log, kind).mockImplementation((...said: unknown[]) => Promise.resolve(void told[kind].push(String(said[0]))));
  }
});

/** A cluster that answers these paths, and what it was asked. */
async function clusterOf(answers: Record<string, unknown>) {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const [status, answer] = url in answers ? [200, answers[url]] : [404, { kind: "Status", message: "not found" }];
    response.writeHead(status).end(JSON.stringify(answer));
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = JSON.stringify({
    "current-context": "lab",
    contexts: [{ name: "lab", context: { cluster: "lab", user: "me" } }],
    clusters: [{ name: "lab", cluster: { server: address } }],
    users: [{ name: "me", user: { token: "fake-token" } }],
  });
  return { asked, address, kubeconfig };
}

const REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const NAMESPACES = "/api/v1/namespaces";
const MANAGER = "/apis/apps/v1/namespaces/kubesphere-system/deployments/ks-controller-manager";
const CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
const memberOf = (uid: string, more: Record<string, unknown> = {}) =>
  clusterOf({
    [REVIEW]: { status: { allowed: true } },
    [NAMESPACES]: { items: [{ metadata: { name: "kube-system", uid } }] },
    ...more,
  });

const HOST: StoredCluster = { metadata: { name: "host", labels: { "cluster-role.kubesphere.io/host": "" } }, status: { uid: "uid-host" } };
const READY = { nodeCount: 1, conditions: [{ type: "Ready", status: "True" }] };

/** As a run does it, with a host that has these objects. */
async function run(raw: object, clusters: readonly StoredCluster[] = [], plans: readonly object[] = []) {
  const host = await clusterOf({
    [CLUSTERS]: { items: clusters },
    "/api/v1/namespaces": { items: [] },
    "/apis/kubesphere.io/v1alpha1/installplans": { items: plans },
    "/apis/kubesphere.io/v1alpha1/extensions": { items: [] },
  });
  const settings = parseSettings({ access: { nodeIP: "192.168.50.208" }, ...raw }, "dev");
  const access = await accessCluster({ kubeconfig: host.kubeconfig });
  const contents = await clusterContents(access, concernsClusters(settings));
  const { members: read, problems: unread } = await readPlatformMembers(settings);
  const found = await findMembers(read);
  const { bases, problems, tell, chosen, away, longestKubeconfig } = judgePlatformMembers(
    settings,
    { read, found },
    { ...contents, uid: "uid-host" },
    access,
  );
  tell();
  return { host, bases, chosen, away, longestKubeconfig, problems: [...unread, ...problems].map(describeProblem) };
}
const preview = jest.spyOn(pulumi.runtime, "isDryRun");
beforeEach(() => preview.mockReturnValue(true));

test("a stack without members and placements asks nothing of clusters", async () => {
  const { host, bases } = await run({ extensions: [{ source: "./extensions/demo" }] });
  expect(host.asked.filter((path) => path.includes("cluster"))).toEqual([]);
  expect(bases).toEqual([]);
});

test("a member on which an extension has had something is told from others, also when no extension of the stack is placed there any more", async () => {
  const [edge, lab] = await Promise.all([memberOf("uid-edge"), memberOf("uid-lab")]);
  const memberClusters = [
    { name: "edge", kubeconfig: edge.kubeconfig },
    { name: "lab", kubeconfig: lab.kubeconfig },
  ];
  const plan = { metadata: { name: "left", annotations: { "kubesphere-luban/members": "edge" } }, spec: {} };
  const { bases } = await run({ memberClusters, extensions: [] }, [HOST], [plan]);
  expect(bases.map(({ hasRights }) => hasRights)).toEqual([true, false]);
});

test("a package that fits on the host alone would fail on members: the longest kubeconfig among them counts", async () => {
  const [edge, lab] = await Promise.all([memberOf("uid-edge"), memberOf("uid-lab")]);
  const longer = JSON.stringify({
    ...(JSON.parse(lab.kubeconfig) as object),
    users: [{ name: "me", user: { token: "a-token-that-is-longer" } }],
  });
  const memberClusters = [
    { name: "edge", kubeconfig: edge.kubeconfig },
    { name: "lab", kubeconfig: longer },
  ];
  expect((await run({ memberClusters })).longestKubeconfig).toBe(longer.length);
  expect((await run({})).longestKubeconfig).toBe(0);
});

test("each member is asked once, and the host's clusters are listed once", async () => {
  const [edge, lab] = await Promise.all([memberOf("uid-edge"), memberOf("uid-lab")]);
  const { host, bases, problems } = await run({
    memberClusters: [
      { name: "edge", kubeconfig: edge.kubeconfig },
      { name: "lab", kubeconfig: lab.kubeconfig },
    ],
    extensions: [{ source: "./extensions/demo", install: { clusterScheduling: { placement: { clusters: ["edge", "host"] } } } }],
  });
  expect(problems).toEqual([]);
  expect(bases.map(({ kubeconfig, standing }) => ({ kubeconfig, standing }))).toEqual([
    { kubeconfig: edge.kubeconfig, standing: { uid: "uid-edge", isFirst: true } },
    { kubeconfig: lab.kubeconfig, standing: { uid: "uid-lab", isFirst: false } },
  ]);
  expect([...edge.asked].sort()).toEqual([NAMESPACES, MANAGER, REVIEW].sort());
  expect(host.asked.filter((path) => path.includes("cluster"))).toEqual([CLUSTERS]);
});

test("every mistake of every member is told at once, with the place of it", async () => {
  const [host, user, owned] = await Promise.all([
    memberOf("uid-host"),
    clusterOf({ [REVIEW]: { status: { allowed: false } } }),
    memberOf("uid-owned", { [MANAGER]: {} }),
  ]);
  const { problems } = await run({
    memberClusters: [
      { name: "a", kubeconfig: host.kubeconfig },
      { name: "b", kubeconfig: user.kubeconfig },
      { name: "c", kubeconfig: owned.kubeconfig },
      { name: "d", kubeconfig: host.kubeconfig.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1") },
    ],
    extensions: [{ source: "./extensions/demo", install: { clusterScheduling: { placement: { clusters: ["e"] } } } }],
  });
  expect(problems.map((it) => it.replace(/127\.0\.0\.1:\d{2,}/, "api").split("; allowed")[0])).toEqual([
    'kubesphere:memberClusters[0].kubeconfig: "http://api, which is the host itself" is not allowed',
    'kubesphere:memberClusters[1].kubeconfig: "a user of http://api who may not do everything" is not allowed',
    'kubesphere:memberClusters[2].kubeconfig: "http://api, which has a KubeSphere of its own (Deployment ks-controller-manager, not ks-agent)" is not allowed',
    'kubesphere:memberClusters[3].kubeconfig: "http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1" is not allowed',
    'kubesphere:extensions[0].install.clusterScheduling.placement.clusters[0]: "e" is not allowed',
  ]);
});

test("another cluster under a member's name is a replacement, and the preview says what becomes of the former one and of agents", async () => {
  const edge = await memberOf("uid-new");
  const plans: StoredPlan[] = [
    {
      metadata: { name: "web" },
      spec: { extension: { name: "web", version: "1.0.0" }, enabled: true },
      status: { clusterSchedulingStatuses: { edge: {} } } as object,
    },
  ];
  const stored = { metadata: { name: "edge" }, status: { ...READY, uid: "uid-former" } };
  const { bases } = await run({ memberClusters: [{ name: "edge", kubeconfig: edge.kubeconfig }] }, [HOST, stored], plans);
  expect(bases[0]?.standing).toEqual({ uid: "uid-new", isFirst: false, replaces: "uid-former" });
  expect(told.warn).toEqual([
    `member edge: ${edge.address} is an address of this machine. KubeSphere's manager must reach the member at it, which a Pod does not`,
    "member edge is another cluster now (uid-new, and not uid-former): its Cluster object is replaced, and KubeSphere installs ks-core on the new one. The former one keeps ks-core and its agents; docs/members.md has the commands that remove them. KubeSphere goes on taking the agents of web for installed: take edge out of their placement, run `pulumi up`, and put it back",
  ]);
});

test("a member that goes, or is away, and what a selector takes today show in no diff", async () => {
  const ours = { managedFields: [{ manager: "pulumi-kubernetes-1" }] };
  const kubeconfig = JSON.stringify({
    "current-context": "lab",
    contexts: [{ name: "lab", context: { cluster: "lab" } }],
    clusters: [{ name: "lab", cluster: { server: "http://api.invalid:6443" } }],
    users: [],
  });
  const away = {
    metadata: { name: "edge", ...ours },
    spec: { connection: { kubeconfig: Buffer.from(kubeconfig).toString("base64") } },
    status: { ...READY, uid: "uid-edge" },
  };
  const clusterSelector = { matchLabels: { region: "eu" } };
  const {
    bases,
    chosen,
    away: unasked,
    problems,
  } = await run(
    {
      memberClusters: [{ name: "edge", kubeconfig, labels: { region: "eu" } }],
      extensions: [{ source: "./extensions/demo", install: { clusterScheduling: { placement: { clusterSelector } } } }],
    },
    [
      HOST,
      away,
      { metadata: { name: "lyon", labels: { region: "eu" } } },
      { metadata: { name: "new", labels: { region: "eu" } }, status: READY },
      { metadata: { name: "former", labels: { region: "eu" }, ...ours } },
    ],
  );
  expect(problems).toEqual([]);
  expect(bases[0]?.standing).toMatchObject({ uid: "uid-edge", isFirst: false });
  expect(told.warn).toEqual([
    expect.stringMatching(
      /^member edge does not answer \(http:\/\/api\.invalid:6443: getaddrinfo .+\); it stays as it is, a change of it waits until it is back, and agents on it are not waited for$/,
    ),
    "member former goes, and keeps ks-core with its CRDs, namespaces and finalizers; docs/members.md has the commands that remove them",
  ]);
  expect(told.info).toEqual(["kubesphere:extensions[0].install.clusterScheduling.placement: it takes edge, lyon, new today"]);
  // A run would wait a quarter of an hour for agents on clusters that are away.
  expect([...chosen]).toEqual([["kubesphere:extensions[0]", ["edge", "lyon", "new"]]]);
  expect(unasked).toEqual(["lyon", "former", "edge"]);
});

test("a kubeconfig that cannot be read is a mistake before any cluster is asked", async () => {
  const { problems, host } = await run({ memberClusters: [{ name: "edge", kubeconfig: "/none/edge.yaml" }] });
  expect(problems).toEqual([
    expect.stringMatching(/^kubesphere:memberClusters\[0\]\.kubeconfig: "\/none\/edge\.yaml" is not allowed; .+ENOENT/),
  ]);
  expect(host.asked).toContain(CLUSTERS);
});
