import { describeProblem } from "../../../kubesphere/errors";
import { clusterLabelMistake } from "../../../kubesphere/member/clusterLabels";
import { selects } from "../../../kubesphere/member/selection";
import { placeable, placedOn, placementProblems } from "../../../kubesphere/member/placement";
import { hasJoined, hostName, leavingClusters, type StoredCluster } from "../../../kubesphere/member/storedCluster";

const stored = (name: string, metadata: Partial<StoredCluster["metadata"]> = {}): StoredCluster => ({ metadata: { name, ...metadata } });
const HOST = stored("host", { labels: { "cluster-role.kubesphere.io/host": "" } });
const OURS = { managedFields: [{ manager: "pulumi-kubernetes-1" }] };

test("a cluster that KubeSphere does not know is passed over in silence: the run says so, and names those that there are", () => {
  const known = placeable([{ name: "edge" }], [HOST, stored("lyon")], "host", []);
  const scheduling = { placement: { clusters: ["edge", "egde", "lyon", "host"] }, overrides: { lion: {} } };
  expect(placementProblems("kubesphere:extensions[0].install.clusterScheduling", scheduling, known).map(describeProblem)).toEqual([
    'kubesphere:extensions[0].install.clusterScheduling.placement.clusters[1]: "egde" is not allowed; allowed: host, lyon, edge. Correct it, or declare the cluster in kubesphere:memberClusters.',
    'kubesphere:extensions[0].install.clusterScheduling.overrides.lion: "lion" is not allowed; allowed: host, lyon, edge. Correct it, or declare the cluster in kubesphere:memberClusters.',
  ]);
});

test("a member that this run takes out would keep an agent: it can be named no more", () => {
  const clusters = [
    HOST,
    stored("edge", OURS),
    stored("lyon"),
    stored("alone", { ...OURS, annotations: { "kubesphere-luban/alone": "true" } }),
  ];
  const leaving = leavingClusters(clusters, []);
  expect(leaving.map(({ metadata }) => metadata.name)).toEqual(["edge"]);
  expect(placeable([], clusters, "host", leaving).map(({ name }) => name)).toEqual(["host", "lyon", "alone"]);
  expect(leavingClusters(clusters, ["edge"])).toEqual([]);
});

test("on a first run the host has no Cluster yet, and may be named all the same", () => {
  expect(placeable([{ name: "edge" }], [], "main", []).map(({ name }) => name)).toEqual(["edge", "main"]);
  expect([
    hostName({}),
    hostName({ multicluster: { hostClusterName: "main" } }),
    hostName({ multicluster: { hostClusterName: "" } }),
  ]).toEqual(["host", "main", "host"]);
});

test("a selector takes clusters by the labels that they will have, those of the stack and those of others", () => {
  const known = placeable(
    [{ name: "edge", labels: { region: "eu" } }],
    [HOST, stored("edge", { labels: { region: "us", tier: "gold" } }), stored("lyon", { labels: { region: "eu" } })],
    "host",
    [],
  );
  const on = (clusterSelector: object, clusters?: string[]) => placedOn({ placement: { clusterSelector, clusters } }, known);
  expect(on({ matchLabels: { region: "eu" } })).toEqual(["edge", "lyon"]);
  expect(on({ matchLabels: { region: "eu", tier: "gold" } })).toEqual(["edge"]);
  // All of them, the host too.
  expect(on({})).toEqual(["host", "edge", "lyon"]);
  // Names win.
  expect(on({}, ["lyon"])).toEqual(["lyon"]);
  expect(placedOn({ placement: {} }, known)).toEqual([]);
});

test.each([
  [{ key: "tier", operator: "In", values: ["gold", "silver"] }, true],
  [{ key: "tier", operator: "NotIn", values: ["gold"] }, false],
  // As Kubernetes has it.
  [{ key: "none", operator: "NotIn", values: ["gold"] }, true],
  [{ key: "none", operator: "In", values: ["gold"] }, false],
  [{ key: "tier", operator: "Exists" }, true],
  [{ key: "tier", operator: "DoesNotExist" }, false],
  [{ key: "tier", operator: "Gt", values: ["1"] }, false],
])("the preview would name other clusters than Kubernetes takes: %j", (requirement, taken) => {
  expect(selects({ matchExpressions: [requirement] }, { tier: "gold" })).toBe(taken);
});

test("a member has joined when its nodes were counted, and not at its first Ready", () => {
  const conditions = [{ type: "Ready", status: "True" }];
  expect([
    hasJoined({ ...HOST, status: { conditions } }),
    hasJoined({ ...HOST, status: { conditions, nodeCount: 1 } }),
    hasJoined(HOST),
  ]).toEqual([false, true, false]);
});

test("a label that makes a member the host, or that KubeSphere writes itself, is refused", () => {
  expect(clusterLabelMistake("cluster-role.kubesphere.io/host", "")).toContain("a label of your own");
  expect(clusterLabelMistake("kubesphere.io/managed", "true")).toContain("a label of your own");
  expect(clusterLabelMistake("cluster.kubesphere.io/group", "production")).toBeUndefined();
  expect(clusterLabelMistake("region", "not a value")).toContain("a label's value");
});
