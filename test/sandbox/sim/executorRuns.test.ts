import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError } from "../../../sandbox/src/sim/apiError.js";
import type { Cluster } from "../../../sandbox/src/sim/cluster.js";
import { ExecutorRuns, type ExecutorRun } from "../../../sandbox/src/sim/executorRuns.js";
import type { Pod } from "../../../sandbox/src/sim/objects.js";

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "runs-"));
  folder = join(parent, "executor-runs");
});
afterEach(() => rmSync(parent, { recursive: true }));

const JOB = "helm-executor-install-shop-bcdfgh";
const run: ExecutorRun = {
  uid: "11111111-2222-3333-4444-555555555555",
  jobName: JOB,
  namespace: "extension-shop",
  extension: "shop",
  settings: { timeout: "10m", historyMax: 2 },
  work: { action: "install", chart: { archive: "AAAA" }, values: "password: secret\n", injected: {} },
};
/** An API server with one Job, or none. */
const clusterWith = (uid?: string) =>
  ({
    get: (path: string) =>
      uid !== undefined && path === `/apis/batch/v1/namespaces/extension-shop/jobs/${JOB}`
        ? Promise.resolve({ metadata: { name: JOB, uid } })
        : Promise.reject(new ApiError(404, "not found")),
  }) as unknown as Cluster;
const podOf = (uid: string, more: { controller?: boolean; kind?: string; namespace?: string } = {}): Pod => ({
  metadata: {
    name: `${JOB}-abcde`,
    namespace: more.namespace ?? "extension-shop",
    labels: { "sandbox.kubesphere-luban/task": "helm", "kubesphere.io/extension-ref": "shop", "batch.kubernetes.io/job-name": JOB },
    ownerReferences: [{ apiVersion: "batch/v1", kind: more.kind ?? "Job", name: JOB, uid, controller: more.controller ?? true }],
  },
});

test("a stranger's pod is taken for an executor's by its labels, its name or its Job's name", async () => {
  const runs = await ExecutorRuns.open(folder, clusterWith());
  expect(runs.of(podOf(run.uid))).toBeUndefined();
  await runs.add(run);
  expect(runs.of(podOf(run.uid))).toBe(run);
  expect(runs.of(podOf("99999999-2222-3333-4444-555555555555"))).toBeUndefined();
  expect(runs.of(podOf(run.uid, { namespace: "default" }))).toBeUndefined();
  expect(runs.of(podOf(run.uid, { controller: false }))).toBeUndefined();
  expect(runs.of(podOf(run.uid, { kind: "ReplicaSet" }))).toBeUndefined();
  expect(runs.of({ metadata: { ...podOf(run.uid).metadata, ownerReferences: [] } })).toBeUndefined();
});

test("another user of the machine reads the values of an installation", async () => {
  const runs = await ExecutorRuns.open(folder, clusterWith());
  await runs.add(run);
  const modes = [folder, ...readdirSync(folder).map((name) => join(folder, name))].map((path) => statSync(path).mode & 0o777);
  expect(modes).toEqual([0o700, 0o600]);
});

test("a simulator that starts anew leaves its own Job undone, or does it once more when it has ended", async () => {
  const before = await ExecutorRuns.open(folder, clusterWith());
  await before.add(run);
  const after = await ExecutorRuns.open(folder, clusterWith(run.uid));
  expect(after.of(podOf(run.uid))).toEqual(run);
  await after.forget(run.uid);
  expect((await ExecutorRuns.open(folder, clusterWith(run.uid))).of(podOf(run.uid))).toBeUndefined();
});

test.each([
  ["is gone", undefined],
  ["is another's by now", "99999999-2222-3333-4444-555555555555"],
])("values stay on the disk for a Job that %s, and so does what a killed simulator had half written", async (_, uid) => {
  const before = await ExecutorRuns.open(folder, clusterWith());
  await before.add(run);
  writeFileSync(join(folder, "half.json.new"), '{"uid"');
  const after = await ExecutorRuns.open(folder, clusterWith(uid));
  expect(after.of(podOf(run.uid))).toBeUndefined();
  expect([existsSync(folder), readdirSync(folder)]).toEqual([true, []]);
});
