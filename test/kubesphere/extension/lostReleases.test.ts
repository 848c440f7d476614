import { earlierPlan, lossOf } from "../../../kubesphere/extension/lostReleases";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";

const plan = (state: string | undefined, metadata: Partial<StoredPlan["metadata"]> = {}): StoredPlan => ({
  metadata: { name: "demo", uid: "plan-1", ...metadata },
  spec: { extension: { name: "shop", version: "0.1.0" }, enabled: true },
  status: { ...(state !== undefined && { state }), targetNamespace: "extension-demo" },
});
const namespaces = new Set(["extension-demo"]);
const releases = new Set(["extension-demo/demo"]);
const none = new Set<string>();

const NO_NAMESPACE = "the namespace extension-demo is gone";
const NO_RELEASE = "the namespace extension-demo has no Helm release demo";

test.each([
  // KubeSphere upgrades it from now on, whatever is changed, and Helm refuses.
  ["Installed", NO_RELEASE, NO_NAMESPACE],
  ["UpgradeFailed", NO_RELEASE, NO_NAMESPACE],
  // By `helm uninstall --keep-history`.
  ["Uninstalled", NO_RELEASE, NO_NAMESPACE],
  // Its release is yet to come, or KubeSphere installs it when its config changes.
  ["InstallFailed", undefined, NO_NAMESPACE],
  ["Installing", undefined, NO_NAMESPACE],
  ["Upgrading", undefined, NO_NAMESPACE],
  // KubeSphere makes the namespace itself.
  ["Preparing", undefined, undefined],
  ["Uninstalling", undefined, undefined],
  [undefined, undefined, undefined],
])(
  "a plan that is %s is not left as it is where nothing but another plan installs it again, and only there",
  (state, alone, withNamespace) => {
    expect(lossOf(plan(state), { namespaces, releases })).toBeUndefined();
    expect(lossOf(plan(state), { namespaces, releases: none })).toBe(alone);
    expect(lossOf(plan(state), { namespaces: none, releases: none })).toBe(withNamespace);
  },
);

test("a release of the same name elsewhere is another one", () => {
  expect(lossOf(plan("Installed"), { namespaces, releases: new Set(["default/demo"]) })).toBe(NO_RELEASE);
});

test("what is on its way out, and what has not begun, is not installed again", () => {
  const going = plan("Installed", { deletionTimestamp: "2026-01-01T00:00:00Z" });
  expect(lossOf(going, { namespaces, releases: none })).toBeUndefined();
  expect(lossOf({ ...going, status: {} }, { namespaces, releases: none })).toBeUndefined();
});

test("the mark of a plan that was made anew stays what it is in all later runs, and another one comes with the next loss alone", () => {
  const marked = plan("Installed", { annotations: { "kubesphere-luban/reinstalled": "plan-0" } });
  expect(earlierPlan(marked, { namespaces, releases })).toEqual({ mark: "plan-0", loss: undefined });
  expect(earlierPlan(marked, { namespaces, releases: none })).toEqual({ mark: "plan-1", loss: NO_RELEASE });
  expect(earlierPlan(plan("Installed"), { namespaces, releases })).toEqual({ mark: undefined, loss: undefined });
  const repaired = plan("Installed", { annotations: { "kubesphere-luban/repaired": "0123: Service web is gone" } });
  for (const found of [releases, none])
    expect(earlierPlan(repaired, { namespaces, releases: found }).repair).toEqual({ mark: "0123: Service web is gone", told: [] });
});
