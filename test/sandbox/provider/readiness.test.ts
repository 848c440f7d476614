import type { KubeObject } from "../../../sandbox/src/provider/kubernetes/client";
import { brokenAtRefresh, isDeletionAwaited, readinessOf, timeoutOf } from "../../../sandbox/src/provider/kubernetes/readiness";

const object = (apiVersion: string, kind: string, annotations: Record<string, string> = {}, more: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: "web", generation: 2, annotations },
  ...more,
});
const available = { type: "Available", status: "True", reason: "MinimumReplicasAvailable" };
const unavailable = { type: "Available", status: "False", reason: "MinimumReplicasUnavailable", message: "no Pods." };
const progressing = { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" };
const progressed = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" };
const deployment = (revision: string, ...conditions: object[]) =>
  object(
    "apps/v1",
    "Deployment",
    { "deployment.kubernetes.io/revision": revision },
    { spec: {}, status: { observedGeneration: 2, conditions } },
  );

test.each([
  [
    "a first rollout without Pods",
    "1",
    [unavailable, progressing],
    ["[MinimumReplicasUnavailable] no Pods.", "Minimum number of live Pods was not attained"],
  ],
  [
    "a later one without new Pods",
    "2",
    [available, progressing],
    ["Minimum number of Pods to consider the application live was not attained"],
  ],
  [
    "one with too few of them",
    "2",
    [available, progressed],
    ["Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"],
  ],
])("a Deployment says what it lacks: %s", (_, revision, conditions, missing) => {
  const web = deployment(revision, ...conditions);
  expect(readinessOf(web)?.missing(web)).toEqual(["'web' timed out waiting to be Ready", ...missing]);
  expect(brokenAtRefresh(web)).toEqual(["Resource 'web' was created but failed to initialize", ...missing]);
});

test("a refresh leaves alone what nobody waits for", () => {
  const web = deployment("1", unavailable);
  expect(brokenAtRefresh({ ...web, metadata: { ...web.metadata, annotations: { "pulumi.com/skipAwait": "true" } } })).toBeUndefined();
  expect(brokenAtRefresh(object("v1", "ConfigMap", { "pulumi.com/waitFor": "condition=Ready" }))).toBeUndefined();
});

test("a wait is as long as the program says: in the resource's options, else by annotation, else ten minutes", () => {
  const seconds = (annotation: string) => object("v1", "ConfigMap", { "pulumi.com/timeoutSeconds": annotation });
  expect([timeoutOf(seconds("5"), 7), timeoutOf(seconds("5"), 0), timeoutOf(seconds("soon"), 0)]).toEqual([7_000, 5_000, 600_000]);
});

test("skipAwait is about becoming ready; a deletion it hastens for workloads and namespaces only", () => {
  const skipped = { "pulumi.com/skipAwait": "true" };
  expect(isDeletionAwaited(object("apps/v1", "DaemonSet", skipped))).toBe(false);
  expect(isDeletionAwaited(object("apps/v1", "DaemonSet"))).toBe(true);
  expect(isDeletionAwaited(object("v1", "ConfigMap", skipped))).toBe(true);
});
