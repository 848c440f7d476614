import type { InstallPlanStatus } from "../../../sandbox/src/sim/objects";
import { actionAfter } from "../../../sandbox/src/sim/planStatus";

const after = (...states: NonNullable<InstallPlanStatus["state"]>[]) =>
  actionAfter({ stateHistory: states.map((state) => ({ state, lastTransitionTime: "2026-01-01T00:00:00Z" })) });

test("a plan that was installed once is upgraded, whatever has become of its release, as KubeSphere does", () => {
  expect(after("Preparing")).toBe("install");
  expect(after("Preparing", "Installing", "InstallFailed", "Preparing")).toBe("install");
  expect(after("Preparing", "Installing", "Installed", "Preparing")).toBe("upgrade");
  expect(after("Installed", "Preparing", "Upgrading", "UpgradeFailed", "Preparing")).toBe("upgrade");
});
