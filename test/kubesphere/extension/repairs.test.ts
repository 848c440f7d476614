import type { LostObject } from "../../../kubesphere/extension/lostObjects";
import { repairOf } from "../../../kubesphere/extension/repairs";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";

const APPLIED = "2026-01-01T00:00:00Z";
const minutes = (after: number) => Date.parse(APPLIED) + after * 60_000;
const BACK = "helm rollback demo 3 --namespace extension-demo";

const plan = (metadata: Partial<StoredPlan["metadata"]> = {}, status: StoredPlan["status"] = {}): StoredPlan => ({
  metadata: { name: "demo", uid: "uid-1", generation: 1, managedFields: [{ time: APPLIED, fieldsV1: { "f:spec": {} } }], ...metadata },
  spec: { extension: { name: "demo", version: "0.1.0" }, enabled: true },
  status,
});
const gone = (object: string): LostObject => ({ what: `${object} is gone`, object, mark: `${object} is gone`, by: "rollout" });
const scaled: LostObject = {
  what: "Deployment web is scaled to 0",
  object: "Deployment web",
  mark: "",
  by: { command: "kubectl scale …" },
};
const marked = (mark: string | undefined, generation = 2) =>
  plan({ generation, ...(mark !== undefined && { annotations: { "kubesphere-luban/repaired": mark } }) });

test("without a loss nothing changes: no mark comes, and one that is there stays", () => {
  expect(repairOf(plan(), [], BACK, minutes(1))).toEqual({ mark: undefined, broken: undefined, told: [] });
  expect(repairOf(marked("0123: Service web is gone"), [], BACK, minutes(1))).toEqual({ mark: "0123: Service web is gone", told: [] });
});

test("the mark says for what it is rolled out, in whatever order it was found, and is the same in a preview and in the run after it", () => {
  const [one, other] = [gone("Service web"), gone("Deployment web")];
  const repair = repairOf(plan(), [one, other], BACK, minutes(1));
  expect(repair.mark).toMatch(/^[0-9a-f]{16}: Deployment web is gone, Service web is gone$/);
  expect(repair).toMatchObject({ broken: "Service web is gone, Deployment web is gone", told: [] });
  expect(repairOf(plan(), [other, one], BACK, minutes(2)).mark).toBe(repair.mark);
});

test("another loss, another plan or another rollout of it has another mark, or nothing would be rolled out", () => {
  const marks = [
    repairOf(plan(), [gone("Service web")], BACK, minutes(1)),
    repairOf(plan(), [gone("Service api")], BACK, minutes(1)),
    repairOf(plan({ uid: "uid-2" }), [gone("Service web")], BACK, minutes(1)),
    repairOf(plan({ generation: 2 }), [gone("Service web")], BACK, minutes(1)),
  ].map(({ mark }) => mark);
  expect(new Set(marks).size).toBe(4);
});

test("a repair that did not help is not made again for ever: the way back is told instead", () => {
  const { mark } = repairOf(plan(), [gone("Service web")], BACK, minutes(-60));
  const soon = repairOf(marked(mark), [gone("Service web")], BACK, minutes(5));
  expect(soon).toMatchObject({ mark, broken: undefined });
  expect(soon.told).toEqual([
    expect.stringMatching(/^Service web is gone, and it was rolled out again for that minutes ago: .*: helm rollback demo 3/),
  ]);
  // Something else is lost, or the same once more after it was there.
  for (const again of [
    repairOf(marked(mark), [gone("Service web"), gone("Deployment web")], BACK, minutes(5)),
    repairOf(marked(mark), [gone("Service web")], BACK, minutes(60)),
  ]) {
    expect(again.broken).toContain("Service web is gone");
    expect(again.mark).not.toBe(mark);
  }
});

test("a rollout that took long ends when KubeSphere is done, and one of which nobody knows when it was is as good as now", () => {
  const { mark = "" } = repairOf(plan(), [gone("Service web")], BACK, minutes(0));
  const annotations = { "kubesphere-luban/repaired": mark };
  const done = { type: "Upgraded", status: "True", reason: "UpgradeSuccessful", message: "", lastTransitionTime: "2026-01-01T00:14:00Z" };
  const isMade = (it: StoredPlan, after: number) => repairOf(it, [gone("Service web")], BACK, minutes(after)).broken !== undefined;
  expect([12, 15, 30].map((after) => isMade(plan({ annotations }, { conditions: [done] }), after))).toEqual([false, false, true]);
  expect(isMade(plan({ annotations, managedFields: [] }), 60 * 24)).toBe(false);
});

test("what no rollout mends is told with its command, and rolls nothing out", () => {
  expect(repairOf(plan(), [scaled, { ...gone("Job once"), by: "rollback" }], BACK, minutes(1))).toEqual({
    mark: undefined,
    broken: undefined,
    told: ["Deployment web is scaled to 0, which no rollout mends: kubectl scale …"],
  });
});
