/** What drift says of member clusters, of which no state tells. */
import { onMembers } from "../../cli/drift/members";
import { compare } from "../../cli/drift/compare";
import { waysOf } from "../../cli/drift/ways";
import type { Cluster, StoredObject } from "../../cli/shared/cluster";
import { Failure } from "../../cli/shared/command";
import type { StoredPlan } from "../../kubesphere/extension/rollout";

const EDGE = { name: "edge", kubeconfig: "/nowhere" };
const declared = [
  { urn: "urn:edge", object: { apiVersion: "cluster.kubesphere.io/v1alpha1", kind: "Cluster", metadata: { name: "edge" } } },
  { urn: "urn:shop", object: { apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name: "shop" } } },
];
const plan = (state: string) =>
  ({
    metadata: { name: "shop" },
    spec: {},
    status: { targetNamespace: "extension-shop", clusterSchedulingStatuses: { edge: { state } } },
  }) as unknown as StoredPlan;
const empty = { list: () => Promise.resolve([]) } as unknown as Cluster;
const told = async (plans: readonly StoredPlan[], cluster: () => Promise<Cluster>, members = [EDGE]) =>
  (await onMembers(members, declared, plans, () => undefined, cluster)).map(({ object, urn, drift, reason, wayBack }) => [
    object,
    urn,
    drift,
    reason ?? wayBack[0],
  ]);

test("an agent that somebody uninstalled on the member, and ks-core, are told with what brings them back", async () => {
  expect(await told([plan("Installed")], () => Promise.resolve(empty))).toEqual([
    [
      ...["Release kubesphere-system/ks-core on edge", "urn:edge", "missing"],
      "change any value of edge in kubesphere:memberClusters, such as one that no chart reads, then: pulumi up",
    ],
    [
      ...["Release extension-shop/shop-agent on edge", "urn:shop", "missing"],
      "take edge out of the placement of shop, pulumi up, put it back, pulumi up",
    ],
  ]);
  // Status tells of one that is not installed yet.
  expect((await told([plan("Upgrading")], () => Promise.resolve(empty))).map(([object]) => object)).toEqual([
    "Release kubesphere-system/ks-core on edge",
  ]);
});

test("a member that is away is one line, and one that is yet to be joined is none", async () => {
  expect(await told([plan("Installed")], () => Promise.reject(new Failure("https://edge:6443 cannot be asked")))).toEqual([
    ["what is on member edge", "urn:edge", "unknown", "https://edge:6443 cannot be asked"],
  ]);
  expect(await told([], () => Promise.resolve(empty), [{ name: "west", kubeconfig: "/nowhere" }])).toEqual([]);
});

test("what KubeSphere writes on a Cluster is no drift, save another kubeconfig; neither is shown", async () => {
  const declaredCluster = {
    ...{ apiVersion: "cluster.kubesphere.io/v1alpha1", kind: "Cluster", metadata: { name: "edge", labels: { region: "eu" } } },
    spec: { connection: { kubeconfig: "b3Vycw==" }, config: "b3Vycw==" },
  };
  const fieldsV1 = { "f:spec": { "f:connection": { "f:kubeconfig": {} } } };
  const live = {
    ...declaredCluster,
    metadata: {
      ...declaredCluster.metadata,
      ...{ finalizers: ["finalizer.cluster.kubesphere.io"], annotations: { "kubesphere.io/config-hash": "1" } },
      managedFields: [{ manager: "controller-manager", operation: "Update", time: "2026-01-01T00:00:00Z", fieldsV1 }],
    },
    spec: { ...declaredCluster.spec, connection: { kubeconfig: "dGhlaXJz", kubernetesAPIEndpoint: "https://edge:6443" } },
    status: { uid: "uid-edge" },
  } as StoredObject;
  const applied = {
    ...live,
    spec: { ...declaredCluster.spec, connection: { kubeconfig: "b3Vycw==", kubernetesAPIEndpoint: "https://edge:6443" } },
  };
  const cluster = { read: () => Promise.resolve(live), dryApply: () => Promise.resolve(applied) } as unknown as Cluster;
  expect((await compare(cluster, declaredCluster))?.properties).toEqual([
    {
      path: "spec.connection.kubeconfig",
      is: "[secret]",
      wanted: "[secret]",
      by: [{ manager: "controller-manager", time: "2026-01-01T00:00:00Z" }],
    },
  ]);
});

test("a changed override is not offered to a command that does not write it", () => {
  const changed = (...paths: string[]) =>
    waysOf(declared[1]?.object as never, {
      object: "InstallPlan shop",
      drift: "changed",
      properties: paths.map((path) => ({ path, by: [] })),
    });
  expect(changed("spec.clusterScheduling.overrides.edge")).toEqual({
    wayBack: ["pulumi up --refresh"],
    notKept: "no command writes it into the configuration: it is install.clusterScheduling of the extension",
  });
  expect(changed("spec.config")).toEqual({ wayBack: ["pulumi up --refresh", "npx luban drift --take shop"] });
});
