import { AgentRollouts, hasFailedAgent, placedOn } from "../../../kubesphere/extension/agentRollouts";
import type { PlanScheduling } from "../../../kubesphere/extension/clusterScheduling";
import { configHash, type AgentStatus } from "../../../kubesphere/extension/installPlan";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";

const APPLIED = "2026-01-01T00:00:05Z";
const HASH = configHash("c");
const plan = (agents: Readonly<Record<string, AgentStatus>> | undefined, scheduling: PlanScheduling = on("east")): StoredPlan => ({
  metadata: { name: "shop", managedFields: [{ time: APPLIED, fieldsV1: { "f:spec": {} } }] },
  spec: { extension: { name: "shop", version: "1.0.0" }, enabled: true, config: "c", clusterScheduling: scheduling },
  status: { state: "Installed", targetNamespace: "shops", ...(agents && { clusterSchedulingStatuses: agents }) },
});
const on = (...clusters: readonly string[]): PlanScheduling => ({ placement: { clusters } });
const by = (matchLabels: Readonly<Record<string, string>>): PlanScheduling => ({ placement: { clusterSelector: { matchLabels } } });
const INSTALLED: AgentStatus = { state: "Installed", version: "1.0.0", configHash: HASH };
const failed = (action: "Install" | "Upgrade", at = APPLIED): AgentStatus => ({
  ...{ state: `${action}Failed`, configHash: HASH, jobName: "helm-install-shop-agent-abc123" },
  conditions: [{ type: `${action}ed`, status: "False", reason: `${action}Failed`, message: "no room", lastTransitionTime: at }],
});
const look = (...given: Parameters<typeof plan>) => new AgentRollouts().look(plan(...given));

describe("`pulumi up` ends only when each agent has what the plan says", () => {
  const east = (status: AgentStatus) => look({ east: status });
  const going = (words: string) => ({ is: "going", words: `agent on east: ${words}` });

  test("installed, of the plan's version and with its config", () => {
    expect(east(INSTALLED)).toEqual({ is: "installed" });
    expect(east({ ...INSTALLED, version: "0.9.0" })).toEqual(going("to be upgraded"));
    expect(east({ ...INSTALLED, configHash: "0123" })).toEqual(going("to be upgraded"));
    // A release that was there counts as installed before KubeSphere upgrades it.
    expect(east({ state: "Installed", version: "1.0.0" })).toEqual(going("to be upgraded"));
    expect(east({ ...INSTALLED, state: "Upgrading", jobName: "job" })).toEqual(going("Upgrading, Job job"));
    expect(east({})).toEqual(going("waiting for KubeSphere"));
  });

  test("also on a cluster that KubeSphere passes over in silence, by its name", () => {
    expect(look(undefined)).toEqual(going("waiting for KubeSphere; is the cluster there, and Ready?"));
    expect(look({ east: INSTALLED }, on("east", "west"))).toEqual({
      is: "going",
      words: "agent on west: waiting for KubeSphere; is the cluster there, and Ready?",
    });
  });

  test("with an override, once the values of both have arrived", () => {
    const scheduling = { ...on("east"), overrides: { east: "agent: {greeting: override}\n" } };
    const given = { ...plan(undefined, scheduling), spec: { ...plan(undefined, scheduling).spec, config: "agent: {greeting: plan}\n" } };
    const with_ = (status: AgentStatus) => ({ ...given, status: { ...given.status, clusterSchedulingStatuses: { east: status } } });
    expect(new AgentRollouts().look(with_({ ...INSTALLED, configHash: configHash("agent:\n    greeting: override\n") })).is).toBe(
      "installed",
    );
    expect(new AgentRollouts().look(with_({ ...INSTALLED, configHash: configHash("agent:\n    greeting: before\n") })).is).toBe("going");
  });

  test("with an override that nobody here can merge as KubeSphere does, by state and version", () => {
    expect(look({ east: { ...INSTALLED, configHash: "0123" } }, { ...on("east"), overrides: { east: "a: yes" } })).toEqual({
      is: "installed",
    });
  });

  test("on a cluster that is away none is waited for: it would keep every run for a quarter of an hour, and fail it then", () => {
    const away = (clusters: readonly string[] | undefined, ...given: Parameters<typeof plan>) =>
      new AgentRollouts(clusters, ["east"]).look(plan(...given));
    const before = { ...INSTALLED, configHash: "0123" };
    expect(away(undefined, { east: before }, on("east"))).toEqual({ is: "installed" });
    // A selector took it before it was away, and another name has taken its place.
    expect(away([], { east: INSTALLED }, by({ zone: "eu" }))).toEqual({ is: "installed" });
    expect(away(undefined, { east: INSTALLED }, on("west"))).toEqual(look({}, on("west")));
    expect(away(undefined, { east: before, west: INSTALLED }, on("east", "west"))).toEqual({ is: "installed" });
  });

  test("of a plan that says nothing of clusters, or that KubeSphere dies of, none is waited for", () => {
    expect(look({ east: { state: "Upgrading" } }, {})).toEqual({ is: "installed" });
  });
});

describe("a cluster that leaves is waited for, so that it can go afterwards", () => {
  test("until KubeSphere has taken its agent off", () => {
    expect(look({ east: INSTALLED, west: INSTALLED })).toEqual({ is: "going", words: "agent on west: leaving" });
    expect(
      look({ east: INSTALLED }, { placement: { clusterSelector: { matchLabels: { "cluster.kubesphere.io/none": "true" } } } }),
    ).toEqual({
      is: "going",
      words: "agent on east: leaving",
    });
    expect(look(undefined, { placement: {} })).toEqual({ is: "installed" });
  });

  test("and a failure of that is told", () => {
    const west = { state: "UninstallFailed", conditions: [{ type: "a", status: "False", reason: "b", message: "held" }] };
    expect(look({ east: INSTALLED, west })).toEqual({ is: "going", words: "agent on west: leaving, held" });
  });
});

test("clusters chosen by their labels are those that have an agent, unless the caller knows better", () => {
  expect(placedOn(by({ zone: "eu" }))).toBeUndefined();
  expect(look(undefined, by({ zone: "eu" }))).toEqual({ is: "installed" });
  expect(look({ east: { state: "Installing" } }, by({ zone: "eu" }))).toEqual({ is: "going", words: "agent on east: Installing" });
  expect(new AgentRollouts(["west"]).look(plan({ east: INSTALLED }, by({ zone: "eu" })))).toEqual({
    is: "going",
    words: "agent on west: waiting for KubeSphere; is the cluster there, and Ready?; agent on east: leaving",
  });
});

test("a run that waits for agents on a member that is away fails after a quarter of an hour, also one that changes nothing", () => {
  const away = (clusters: readonly string[] | undefined, ...given: Parameters<typeof plan>) =>
    new AgentRollouts(clusters, ["east"]).look(plan(...given));
  expect(away(undefined, { east: { state: "Upgrading" } })).toEqual({ is: "installed" });
  expect(away(["east"], { east: { state: "Upgrading" } }, by({ zone: "eu" }))).toEqual({ is: "installed" });
  // One that leaves is there until it answers.
  expect(away(["west"], { east: INSTALLED, west: INSTALLED }, by({ zone: "eu" }))).toEqual({ is: "installed" });
});

describe("a failed agent ends the run with its reason", () => {
  const FAILURE = {
    ...{ where: "agent on east", reason: "UpgradeFailed: no room" },
    job: { namespace: "shops", name: "helm-install-shop-agent-abc123" },
  };

  test("each one, once no other is under way", () => {
    const agents = new AgentRollouts();
    const both = on("east", "west");
    expect(agents.look(plan({ east: failed("Upgrade"), west: { state: "Installing" } }, both))).toEqual({
      is: "going",
      words: "agent on west: Installing; agent on east: UpgradeFailed: no room",
    });
    // KubeSphere repeats an upgrade, so two are seldom failed at the same time.
    const again = { ...failed("Upgrade"), state: "Upgrading" };
    expect(agents.look(plan({ east: again, west: failed("Install") }, both))).toEqual({
      is: "failed",
      failures: [FAILURE, { ...FAILURE, where: "agent on west", reason: "InstallFailed: no room" }],
    });
    expect(agents.look(plan({ east: INSTALLED, west: INSTALLED }, both))).toEqual({ is: "installed" });
  });

  test("one that came to no Job is given the time in which KubeSphere tries again", () => {
    const { jobName, ...refused } = failed("Install");
    expect(look({ east: { ...refused, configHash: "" } })).toEqual({ is: "refused", reason: "agent on east: InstallFailed: no room" });
    expect(jobName).toBeDefined();
  });

  test("but not with the reason of an earlier rollout", () => {
    const before = { ...failed("Upgrade", "2026-01-01T00:00:04Z"), configHash: "0123" };
    expect(look({ east: before })).toEqual({ is: "going", words: "agent on east: UpgradeFailed, Job helm-install-shop-agent-abc123" });
    const unknown = { ...on("east"), overrides: { east: "a: yes" } };
    expect([look({ east: before }, unknown).is, look({ east: failed("Upgrade") }, unknown).is]).toEqual(["going", "failed"]);
  });

  test("which holds up nothing else if an earlier run has caused it", () => {
    expect([plan(undefined), plan({ east: INSTALLED }), plan({ east: failed("Install") })].map(hasFailedAgent)).toEqual([
      false,
      false,
      true,
    ]);
  });
});

test("of many, a line names some", () => {
  const names = ["a", "b", "c", "d", "e"];
  const agents = Object.fromEntries(names.map((name) => [name, { state: "Installing" }]));
  expect(look(agents, on(...names))).toEqual({
    is: "going",
    words: "agent on a: Installing; agent on b: Installing; agent on c: Installing; and 2 more",
  });
});
