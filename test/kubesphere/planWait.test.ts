/** A rollout that KubeSphere cannot even make a Job of: no configHash says whose failure it is, only the times do. */
import { readFileSync } from "fs";
import { join } from "path";
import fc from "fast-check";
import { planWait, type Rollout } from "../../kubesphere/installPlan";
import { parseWaitFor } from "../../sandbox/src/provider/kubernetes/waitFor";

const WANTED: Rollout = { configHash: "wanted", version: "0.2.0", enabled: true };
const waitFor = parseWaitFor(planWait(WANTED));

interface Entry {
  readonly state: string;
  readonly lastTransitionTime: string;
}
const stamp = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().replace(".000Z", "Z");
const entries = (states: readonly [state: string, seconds: number][]): Entry[] =>
  states.map(([state, seconds]) => ({ state, lastTransitionTime: stamp(seconds) }));

/** As KubeSphere has it: ten entries of history, the last of which is the state. */
function plan(applied: number, history: readonly Entry[], status: object = {}) {
  const stateHistory = history.slice(-10);
  return {
    apiVersion: "kubesphere.io/v1alpha1",
    kind: "InstallPlan",
    metadata: { name: "shop", managedFields: [{ manager: "pulumi-kubernetes", operation: "Update", time: stamp(applied) }] },
    status: { state: stateHistory.at(-1)?.state, stateHistory, ...status },
  };
}
const failures = (seconds: readonly number[], state = "InstallFailed") =>
  entries(
    seconds.flatMap((second) => [
      ["Preparing", second],
      [state, second],
    ]),
  );

const start = fc.integer({ min: 0, max: 3600 });
const range = (from: number, to: number, step: number) => {
  const found: number[] = [];
  for (let at = from; at <= to; at += step) found.push(at);
  return found;
};

test.each(["InstallFailed", "UpgradeFailed"])(
  "a rollout that goes on to be %s ends the run, after half a minute and not after a quarter of an hour",
  (state) => {
    fc.assert(
      fc.property(start, fc.integer({ min: 1, max: 30 }), (applied, every) => {
        const attempts = range(applied + 1, applied + 200, every);
        const history = failures(attempts, state);
        const end = attempts.find((_, index) => waitFor(plan(applied, history.slice(0, 2 * (index + 1)))));
        expect(end).toBeGreaterThan(applied + 30);
        expect(end).toBeLessThanOrEqual(applied + 61 + 2 * every);
      }),
    );
  },
);

test("what an earlier rollout left behind, however long it went on, is not this one's end", () => {
  fc.assert(
    fc.property(start, fc.integer({ min: 0, max: 600 }), (applied, age) => {
      const left = failures(range(applied - age - 60, applied - age, 1));
      expect(waitFor(plan(applied, left))).toBe(false);
      expect(waitFor(plan(applied, [...left, ...failures([applied + 1])]))).toBe(false);
    }),
  );
});

test("the end of an earlier rollout's Job, which ran on for minutes, is not this one's end", () => {
  fc.assert(
    fc.property(start, fc.integer({ min: 1, max: 600 }), (applied, late) => {
      const history = entries([
        ["Installed", applied - 100],
        ["Preparing", applied - 90],
        ["Upgrading", applied - 90],
        ["UpgradeFailed", applied + late],
      ]);
      expect(waitFor(plan(applied, history, { configHash: "earlier" }))).toBe(false);
      const again = entries([
        ["Preparing", applied + late],
        ["Upgrading", applied + late],
        ["UpgradeFailed", applied + late + 1],
      ]);
      expect(waitFor(plan(applied, [...history, ...again], { configHash: "earlier" }))).toBe(false);
    }),
  );
});

test("once there is a Job, the failures before it are no end", () => {
  const before = failures(range(1, 100, 1));
  const ours = { configHash: "wanted", version: "0.2.0", enabled: true };
  expect(waitFor(plan(0, before))).toBe(true);
  expect(waitFor(plan(0, [...before, ...entries([["Preparing", 101]])]))).toBe(false);
  expect(waitFor(plan(0, [...before, ...entries([["Preparing", 101], ["Installing", 101]])], ours))).toBe(false); // prettier-ignore
  expect(waitFor(plan(0, [...before, ...entries([["Preparing", 101], ["Installing", 101], ["Installed", 102]])], ours))).toBe(true); // prettier-ignore
});

test("a chart that is away for a moment is waited for: of the recorded plan, until it is installed", () => {
  const file = readFileSync(join(__dirname, "../vectors/installplan-lifecycle.json"), "utf8");
  const { scenarios } = JSON.parse(file) as {
    scenarios: { scenario: string; events: { kind: string; order: string; object: object }[] }[];
  };
  const missing = scenarios.find(({ scenario }) => scenario.startsWith("chart ConfigMap missing"));
  const recorded = missing?.events.filter(({ kind }) => kind === "InstallPlan") ?? [];
  const { configHash } =
    recorded.map(({ object }) => (object as { status: { configHash?: string } }).status).find((status) => status.configHash) ?? {};
  const wait = parseWaitFor(planWait({ configHash: configHash ?? "", version: "0.1.0", enabled: true }));
  const managed = { ...plan(2, []).metadata };
  expect(recorded.find(({ object }) => wait({ ...object, metadata: managed } as ReturnType<typeof plan>))?.order).toBe("<rv:126>");
});

test("where the API server says nothing of when the plan was applied, its failure is waited out", () => {
  const object = plan(0, failures(range(1, 100, 1)));
  expect(waitFor({ ...object, metadata: { name: "shop" } })).toBe(false);
});

test("Pulumi's Kubernetes provider can parse the wait: no chain of three terms, and no = but in ==", () => {
  const wait = (enabled: boolean) => planWait({ configHash: "cbf29ce484222325", version: "0.1.0", enabled });
  expect(wait(true)).toMatch(
    /^jsonpath=\{\$\[\?\(@\.configHash=="cbf29ce484222325" && \(\(@\.state=="Installed" && \(@\.version=="0\.1\.0" && @\.enabled==true\)\) \|\| /,
  );
  expect(wait(false)).toBe(wait(true).replace("@.enabled==true", "!@.enabled"));
  expect(wait(true).slice("jsonpath=".length).replaceAll("==", "")).not.toMatch(/[=}].*\}$/);
});
