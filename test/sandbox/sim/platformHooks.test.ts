import { ApiError } from "../../../sandbox/src/sim/apiError.js";
import type { Cluster } from "../../../sandbox/src/sim/cluster.js";
import type { Pod } from "../../../sandbox/src/sim/objects.js";
import { dueHook } from "../../../sandbox/src/sim/platformHooks.js";

const UID = "11111111-2222-3333-4444-555555555555";

interface World {
  namespace?: string;
  task?: string;
  job?: string;
  /** Of the Job that is there. */
  jobUid?: string;
  /** Helm's, of ks-core. */
  status?: string;
}

function ask({ namespace = "kubesphere-system", task = "remove-crds", job = "ks-core-post-delete-crd", jobUid = UID, status }: World) {
  const jobs = `/apis/batch/v1/namespaces/kubesphere-system/jobs/${job}`;
  const cluster = {
    get: (path: string) =>
      path === jobs ? Promise.resolve({ metadata: { name: job, uid: jobUid } }) : Promise.reject(new ApiError(404, "not found")),
    list: (path: string, selector: string) =>
      Promise.resolve(
        path === "/api/v1/namespaces/kubesphere-system/secrets" && selector === "owner=helm,name=ks-core" && status !== undefined
          ? [
              { metadata: { name: "v1", labels: { version: "1", status: "superseded" } } },
              { metadata: { name: "v10", labels: { version: "10", status } } },
              { metadata: { name: "v9", labels: { version: "9", status: "superseded" } } },
            ]
          : [],
      ),
  } as unknown as Cluster;
  const pod: Pod = {
    metadata: {
      name: "pod",
      namespace,
      labels: { "sandbox.kubesphere-luban/task": task },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: job, uid: UID, controller: true }],
    },
  };
  return dueHook(cluster, pod);
}

test("ks-core is never uninstalled or upgraded to the end", async () => {
  expect(await ask({ status: "uninstalling" })).toBe("remove-crds");
  expect(await ask({ task: "apply-crds", job: "ks-core-ks-crds-pre-upgrade", status: "pending-upgrade" })).toBe("apply-crds");
});

test.each<[string, World]>([
  ["from an extension's namespace", { namespace: "extension-shop", status: "uninstalling" }],
  ["while ks-core is installed", { status: "deployed" }],
  ["without ks-core", {}],
  ["by the other hook's Job", { job: "ks-core-ks-crds-pre-upgrade", status: "uninstalling" }],
  ["by a Job of another name", { job: "mine", status: "uninstalling" }],
  ["by a Job that is gone, and another in its place", { jobUid: "99999999-2222-3333-4444-555555555555", status: "uninstalling" }],
  ["by a task that is every object's", { task: "constructor", status: "uninstalling" }],
])("a labelled pod takes all of KubeSphere's objects away %s", async (_, world) => {
  expect(await ask(world)).toBeUndefined();
});
