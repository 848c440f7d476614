import { releaseOfChart, type KubeSphereRelease } from "../../../sandbox/src/sim/manager.js";
import { namespaceChange } from "../../../sandbox/src/sim/namespaceRules.js";
import type { Metadata } from "../../../sandbox/src/sim/objects.js";

const OLD = "finalizers.kubesphere.io/namespaces";
const NEW = "kubesphere.io/cascading-deletion";
const workspace = { metadata: { name: "system-workspace", uid: "w-1" } };
const owner = { apiVersion: "tenant.kubesphere.io/v1beta1", kind: "Workspace", name: "system-workspace", uid: "w-1", controller: true };
const ofWorkspace = { labels: { "kubesphere.io/workspace": "system-workspace" } };
const going = { deletionTimestamp: "2026-11-01T00:00:00Z" };

const change = (release: KubeSphereRelease, metadata: Partial<Metadata>) =>
  namespaceChange({ metadata: { name: "shop", ...metadata } }, release, metadata.labels && workspace);

test("a namespace that 4.1.2 holds, as it holds each one of a cluster, could be deleted in the sandbox without KubeSphere", () => {
  expect(change("4.1.2", {})).toEqual({ finalizers: [OLD] });
  expect(change("4.1.2", { finalizers: ["of.others/own", OLD] })).toBeUndefined();
  expect(change("4.1.2", { ...going, finalizers: ["of.others/own", OLD] })).toEqual({ finalizers: ["of.others/own"] });
  expect(change("4.1.2", { ...going, finalizers: [NEW] })).toBeUndefined();
});

test("what a workspace owns would stay when the workspace goes", () => {
  expect(change("4.1.2", ofWorkspace)).toEqual({ finalizers: [OLD], ownerReferences: [owner] });
  expect(change("4.1.2", { ...ofWorkspace, finalizers: [OLD], ownerReferences: [owner] })).toBeUndefined();
  expect(change("4.1.2", { finalizers: [OLD], ownerReferences: [owner] })).toEqual({ ownerReferences: [] });
});

test("4.1.3 would free namespaces that it leaves held for ever: those without a workspace's label, from the time of 4.1.2", () => {
  expect(change("4.1.3", {})).toBeUndefined();
  expect(change("4.1.3", { finalizers: [OLD] })).toBeUndefined();
  expect(change("4.1.3", { ...going, finalizers: [OLD] })).toBeUndefined();
  expect(change("4.1.3", { ...ofWorkspace, finalizers: [OLD], ownerReferences: [owner] })).toEqual({
    finalizers: [NEW],
    ownerReferences: [],
  });
  expect(change("4.1.3", { ...ofWorkspace, finalizers: [NEW] })).toBeUndefined();
  expect(change("4.1.3", { ...going, finalizers: [NEW] })).toEqual({ finalizers: [] });
});

test.each([
  ["ks-core-1.1.3", "4.1.2"],
  ["ks-core-1.1.4", "4.1.3"],
  ["ks-core-1.2.0", "4.2.1"],
  ["mine", "4.1.2"],
  [undefined, "4.1.2"],
])("the sandbox plays another release than the one whose chart is installed: %s", (chart, release) => {
  expect(releaseOfChart(chart)).toBe(release);
});
