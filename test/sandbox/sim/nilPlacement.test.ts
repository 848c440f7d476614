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
  const kill = jest.fn();
  const crash = new NilPlacement({ running: "4.1.2", kill });
  for (const deaths of [1, 2]) {
    for (let looks = 0; looks < 3; looks++) expect(() => crash.look(plan({}))).toThrow("the controller manager dies");
    jest.advanceTimersByTime(999);
    expect(kill).toHaveBeenCalledTimes(deaths - 1);
    jest.advanceTimersByTime(1);
    expect(kill).toHaveBeenCalledTimes(deaths);
  }
  crash.stop();
});

test.each<KubeSphereRelease>(["4.1.3", "4.2.1"])("%s lives on, and gets no further with that plan", (running) => {
  const kill = jest.fn();
  const crash = new NilPlacement({ running, kill });
  expect(() => crash.look(plan({}))).toThrow("[recovered]");
  jest.advanceTimersByTime(10_000);
  expect(kill).not.toHaveBeenCalled();
});

test("no other plan does that, and this one only once it is installed", () => {
  const crash = new NilPlacement({ running: "4.1.2", kill: () => {} });
  for (const it of [plan(undefined), plan({ placement: {} }), plan({}, "Upgrading")]) expect(() => crash.look(it)).not.toThrow();
});
