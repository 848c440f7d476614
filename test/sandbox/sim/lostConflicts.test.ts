import { LostConflicts } from "../../../sandbox/src/sim/lostConflicts.js";
import type { InstallPlan, InstallPlanStatus } from "../../../sandbox/src/sim/objects.js";

const entry = { state: "Preparing", lastTransitionTime: "2026-01-01T00:00:00Z" } as const;
const CONDITION = {
  ...{ type: "Installed", status: "False", reason: "InstallFailed", message: "no such chart" },
  lastTransitionTime: entry.lastTransitionTime,
};
const FULL: InstallPlanStatus = { state: "Preparing", stateHistory: Array.from({ length: 10 }, () => entry), conditions: [CONDITION] };
const plan = (status: InstallPlanStatus = FULL, version = "1.0.0"): InstallPlan => ({
  metadata: { name: "shop" },
  spec: { extension: { name: "shop", version }, enabled: true },
  status,
});

test("the sandbox shows no plan that KubeSphere leaves in Preparing for good, and none of its mends", () => {
  const conflicts = new LostConflicts(() => true);
  expect([conflicts.holds(plan()), conflicts.holds(plan())]).toEqual([true, true]);
  expect(conflicts.holds(plan(FULL, "1.0.1"))).toBe(false);
});

test.each<[string, boolean, InstallPlanStatus]>([
  ["that nobody asked to be lost", false, FULL],
  ["that has just begun", true, { ...FULL, stateHistory: [entry] }],
  ["that has a Job", true, { ...FULL, jobName: "helm-install-shop-abcdef" }],
  ["that has not failed", true, { ...FULL, conditions: [] }],
])("a plan is left alone %s", (_, isSwitchedOn, status) => {
  expect(new LostConflicts(() => isSwitchedOn).holds(plan(status))).toBe(false);
});
