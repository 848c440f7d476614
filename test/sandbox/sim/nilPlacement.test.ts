import { NilPlacement } from "../../../sandbox/src/sim/nilPlacement.js";
import type { KubeSphereRelease } from "../../../sandbox/src/sim/manager.js";
import type { InstallPlan } from "../../../sandbox/src/sim/objects.js";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());
const plan = (
  clusterScheduling: InstallPlan["spec"]["clusterScheduling"] | undefined,
  state: "Installed" | "Upgrading" = "Installed",
): InstallPlan => ({
  metadata: { name: "shop" },
  spec: { extension: { name: "shop", version: "1.0.0" }, enabled: true, ...(clusterScheduling && { clusterScheduling }) },
  status: { state },
});

test("4.1.2 dies of a plan without a placement at each start, and its webhooks answer for a moment in between", () => {
  const crash = new NilPlacement({ running: "4.1.2" });
  const looked: boolean[] = [];
  crash.onStart(() => {
    looked.push(crash.keepsFromWork);
    expect(() => crash.look(plan({}))).toThrow("the controller manager has died");
  });
  expect(() => crash.look(plan({}))).toThrow("the controller manager has died");
  const alive = Array.from({ length: 7 }, () => (jest.advanceTimersByTime(1_000), !crash.keepsFromWork));
  expect([alive, looked]).toEqual([
    [false, true, false, false, true, false, false],
    [false, false],
  ]);
  crash.stop();
});

test.each<KubeSphereRelease>(["4.1.3", "4.2.1"])("%s lives on, and gets no further with that plan", (running) => {
  const crash = new NilPlacement({ running });
  expect(() => crash.look(plan({}))).toThrow("[recovered]");
  expect(crash.keepsFromWork).toBe(false);
});

test("no other plan does that, and this one only once it is installed", () => {
  const crash = new NilPlacement({ running: "4.1.2" });
  for (const it of [plan(undefined), plan({ placement: {} }), plan({}, "Upgrading")]) expect(() => crash.look(it)).not.toThrow();
});
