/** An extension that owns the host is on its way to own every member that it is placed on: told by cluster, before it is merged. */
import { violations } from "../../policy/gate";

const step = (name: string, type: string, inputs: Readonly<Record<string, unknown>>) => ({
  op: "same",
  urn: `urn:pulumi:p::k::${type}::${name}`,
  newState: { type, inputs },
});
const ALL = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
const MODEST = [{ apiGroups: ["demo.example.com"], resources: ["*"], verbs: ["*"] }];

function found(placement: object | undefined, { rules = ALL, production = "true", ksCore = "{}" } = {}) {
  const steps = [
    step("demo-executor", "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", {
      metadata: { labels: { "kubesphere.io/extension-ref": "demo" } },
      rules,
    }),
    step("demo-plan", "kubernetes:kubesphere.io/v1alpha1:InstallPlan", {
      spec: { extension: { name: "demo" }, ...(placement && { clusterScheduling: { placement } }) },
    }),
    step("edge", "kubernetes:cluster.kubesphere.io/v1alpha1:Cluster", { metadata: { name: "edge", labels: { region: "eu" } } }),
    step("west", "kubernetes:cluster.kubesphere.io/v1alpha1:Cluster", { metadata: { name: "west" } }),
  ];
  return violations({ config: { "kubesphere:production": production, "kubesphere:ksCore": ksCore }, steps }, [])
    .filter(({ rule }) => rule === "privileged-on-members")
    .map(({ property, given }) => ({ property, given }));
}

test("the clusters are told by name, without the host, whatever it is called", () => {
  const given = { rights: ["cluster-admin"], on: ["edge", "far"] };
  expect(found({ clusters: ["host", "edge", "far"] })).toEqual([{ property: "rules", given }]);
  expect(found({ clusters: ["main", "edge", "far"] }, { ksCore: '{"values":{"multicluster":{"hostClusterName":"main"}}}' })).toEqual([
    { property: "rules", given },
  ]);
});

test("a selector is told as it is written, with the members that it takes today", () => {
  const on = ['whatever {"matchLabels":{"region":"eu"}} takes (of the stack\'s members: edge)'];
  expect(found({ clusterSelector: { matchLabels: { region: "eu" } } })).toEqual([
    { property: "rules", given: { rights: ["cluster-admin"], on } },
  ]);
});

test.each<[string, object]>([
  ["masked", { matchExpressions: "[secret]" }],
  ["masked in part", { matchLabels: null, matchExpressions: [{ key: "region", operator: "In", values: 3 }] }],
])("a selector that is %s is told all the same", (_, clusterSelector) => {
  expect(found({ clusterSelector })).toHaveLength(1);
});

test.each<[string, ReturnType<typeof found>]>([
  ["nowhere", found(undefined)],
  ["on the host alone", found({ clusters: ["host"] })],
  ["on no cluster", found({ clusterSelector: { matchLabels: { "cluster.kubesphere.io/none": "true" } } })],
  ["with modest rights", found({ clusters: ["edge"] }, { rules: MODEST })],
  ["outside of production", found({ clusters: ["edge"] }, { production: "false" })],
])("an extension placed %s passes", (_, told) => expect(told).toEqual([]));
