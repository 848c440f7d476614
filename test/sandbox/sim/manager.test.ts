import type { Informer } from "../../../sandbox/src/sim/informer.js";
import { Manager } from "../../../sandbox/src/sim/manager.js";
import type { Deployment } from "../../../sandbox/src/sim/objects.js";

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(console, "log").mockImplementation();
});
afterEach(() => jest.useRealTimers());

/** @param annotations of its Deployment */
function managerOf(annotations: Record<string, string> = {}): Manager {
  const deployment: Deployment = {
    metadata: { name: "ks-controller-manager", labels: { "helm.sh/chart": "ks-core-1.1.5" }, annotations },
  };
  const find = (key: string) => (key === "kubesphere-system/ks-controller-manager" ? deployment : undefined);
  return new Manager({ onChange: () => undefined, find } as unknown as Informer<Deployment>);
}

test("a crash of the manager would be over before anybody meets it, or would last for ever", () => {
  const manager = managerOf();
  const seen: unknown[] = [];
  manager.onChange(() => seen.push(manager.running));
  manager.kill();
  // Whoever waits for the member's status alone goes on now.
  expect(manager.running).toBe("4.1.3");
  jest.advanceTimersByTime(1_000);
  expect([manager.running, manager.isDead]).toEqual([undefined, true]);
  jest.advanceTimersByTime(5_000);
  expect([manager.running, manager.isDead]).toEqual(["4.1.3", false]);
  expect(seen).toEqual([undefined, "4.1.3"]);
});

test("who tries something else with a member could not do without the crash", () => {
  expect(managerOf().survivesMembers).toBe(false);
  expect(managerOf({ "sandbox.kubesphere-luban/survives-members": "true" }).survivesMembers).toBe(true);
});

test("a right that is missing in what the program derives would not show, since KubeSphere gives it to all", () => {
  expect(managerOf().grantsStatedAlone).toBe(false);
  expect(managerOf({ "sandbox.kubesphere-luban/grants-stated-alone": "true" }).grantsStatedAlone).toBe(true);
});
