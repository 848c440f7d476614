import { lastRollout, newStates, statesOf, type State } from "../../../cli/status/states";
import { recorded } from "./recorded";

const at = (second: number) => `2026-01-01T00:00:${`${second}`.padStart(2, "0")}Z`;
const history = (...entries: readonly (readonly [string, number])[]) =>
  statesOf(entries.map(([state, second]) => ({ state, lastTransitionTime: at(second) })));

test("each state lasted until the next one came; the last one lasts", () => {
  expect(statesOf(recorded("main", "reconfigured").plan.status?.stateHistory)).toEqual([
    { state: "Preparing", since: at(2), seconds: 1 },
    { state: "Installing", since: at(3), seconds: 2 },
    { state: "Installed", since: at(5), seconds: 2 },
    { state: "Preparing", since: at(7), seconds: 0 },
    { state: "Upgrading", since: at(7), seconds: 2 },
    { state: "Installed", since: at(9) },
  ]);
  expect(statesOf(undefined)).toEqual([]);
});

test("a rollout takes from where KubeSphere began to where it was installed or had failed", () => {
  const installed = [
    ["Preparing", 0],
    ["Installing", 1],
    ["Installed", 4],
  ] as const;
  expect(lastRollout([])).toBeUndefined();
  expect(lastRollout(history(...installed.slice(0, 2)))).toEqual({ since: at(0) });
  expect(lastRollout(history(...installed))).toEqual({ since: at(0), seconds: 4 });
  expect(lastRollout(history(...installed, ["Preparing", 9], ["Upgrading", 10]))).toEqual({ since: at(9) });
  expect(lastRollout(history(...installed, ["Preparing", 9], ["Upgrading", 10], ["UpgradeFailed", 12]))).toEqual({
    since: at(9),
    seconds: 3,
  });
});

test("between two looks no state is lost, also when the window of ten has moved on", () => {
  const all = history(...Array.from({ length: 14 }, (_, index) => [index % 2 === 0 ? "Upgrading" : "Installed", index] as const));
  const names = (states: readonly State[]) => states.map(({ since }) => since);
  expect(newStates([], all.slice(0, 2))).toEqual(all.slice(0, 2));
  expect(names(newStates(history(["Upgrading", 0]), all.slice(0, 3)))).toEqual([at(1), at(2)]);
  expect(names(newStates(all.slice(0, 10), all.slice(3, 13)))).toEqual([at(10), at(11), at(12)]);
  expect(newStates(all.slice(0, 10), all.slice(0, 10))).toEqual([]);
  expect(newStates(all.slice(0, 2), all.slice(4, 14))).toEqual(all.slice(4, 14));
});
