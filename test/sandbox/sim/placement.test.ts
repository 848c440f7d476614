import { configHash } from "../../../sandbox/src/sim/configHash.js";
import type { ClusterObject, ClusterScheduling, InstallPlan } from "../../../sandbox/src/sim/objects.js";
import { selects } from "../../../kubesphere/member/selection";
import { agentConfig, targetsOf } from "../../../sandbox/src/sim/placement.js";

const clusterOf = (name: string, labels: Record<string, string> = {}): ClusterObject => ({ metadata: { name, labels } });
const clusters = [clusterOf("host", { "cluster-role.kubesphere.io/host": "" }), clusterOf("member", { tier: "edge" })];
const names = (scheduling?: ClusterScheduling) => targetsOf(scheduling, clusters)?.map(({ metadata }) => metadata.name);

test("agents would go to other clusters than on real KubeSphere", () => {
  expect(names({ placement: { clusters: ["member", "unknown"] } })).toEqual(["member"]);
  expect(names({ placement: { clusters: ["host"], clusterSelector: { matchLabels: { tier: "edge" } } } })).toEqual(["host"]);
  expect(names({ placement: { clusterSelector: { matchLabels: { tier: "edge" } } } })).toEqual(["member"]);
  expect(names({ placement: { clusterSelector: { matchLabels: { "cluster.kubesphere.io/none": "true" } } } })).toEqual([]);
  expect(names({ placement: { clusterSelector: {} } })).toEqual(["host", "member"]);
  expect(names({ placement: {} })).toEqual([]);
});

test("agents would go when a plan says no more of clusters: they stay", () => {
  expect([names(undefined), names({})]).toEqual([undefined, undefined]);
});

test.each([
  [{ key: "tier", operator: "In", values: ["edge", "core"] }, true],
  [{ key: "tier", operator: "NotIn", values: ["edge"] }, false],
  [{ key: "zone", operator: "NotIn", values: ["a"] }, true],
  [{ key: "tier", operator: "Exists" }, true],
  [{ key: "tier", operator: "DoesNotExist" }, false],
])("a label selector would mean something else than in Kubernetes: %j", (expression, expected) => {
  expect(selects({ matchExpressions: [expression] }, { tier: "edge" })).toBe(expected);
});

const planOf = (config: string | undefined, override?: string): InstallPlan => ({
  metadata: { name: "mc" },
  spec: {
    extension: { name: "mc", version: "0.1.0" },
    enabled: true,
    ...(config !== undefined && { config }),
    clusterScheduling: { placement: { clusters: ["member"] }, ...(override !== undefined && { overrides: { member: override } }) },
  },
});

test("who waits for an agent's config hash would wait for ever", () => {
  const config = "extension: {greeting: plan}\nagent: {greeting: plan}\n# package sha256:0\n";
  expect(agentConfig(planOf(config), "member")).toBe(config);
  expect(agentConfig(planOf(config, " \n"), "member")).toBe(config.trim());
  const merged = agentConfig(planOf(config, "agent: {greeting: override}\n"), "member");
  // As recorded from 4.1.2; the comment is lost.
  expect(merged).toBe("agent:\n    greeting: override\nextension:\n    greeting: plan\n");
  expect(configHash(merged)).toBe("2845982c1f486808");
  expect(agentConfig(planOf(undefined), "member")).toBe("");
});
