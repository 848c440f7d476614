import { Agents } from "../../../sandbox/src/sim/agents.js";
import { ApiError } from "../../../sandbox/src/sim/apiError.js";
import type { Cluster } from "../../../sandbox/src/sim/cluster.js";
import type { Informer } from "../../../sandbox/src/sim/informer.js";
import type { Installations } from "../../../sandbox/src/sim/installations.js";
import type { ClusterObject, ExtensionVersion, InstallPlan, InstallPlanStatus } from "../../../sandbox/src/sim/objects.js";
import type { Place } from "../../../sandbox/src/sim/places.js";
import type { Step } from "../../../sandbox/src/sim/planStep.js";

const clusterOf = (name: string, status = "True", labels: Record<string, string> = {}): ClusterObject => ({
  metadata: { name, labels },
  spec: { connection: { kubeconfig: Buffer.from("its kubeconfig").toString("base64") } },
  status: { conditions: [{ type: "Ready", status, reason: "Ready", message: "", lastTransitionTime: "", lastUpdateTime: "" }] },
});
const planOf = (clusters: string[], statuses: Record<string, InstallPlanStatus> = {}): InstallPlan => ({
  metadata: { name: "mc", resourceVersion: "7" },
  spec: { extension: { name: "mc", version: "0.1.0" }, enabled: true, clusterScheduling: { placement: { clusters } } },
  status: { state: "Installed", targetNamespace: "extension-mc", clusterSchedulingStatuses: statuses },
});
const VERSION: ExtensionVersion = { metadata: { name: "mc-0.1.0" }, spec: {} };

/** @param steps by cluster, what its agent needs @returns what was done, and to whom */
function world(clusters: ClusterObject[], steps: Record<string, Step> = {}) {
  const done: unknown[] = [];
  const host = {
    get: (path: string) => {
      const found = clusters.find(({ metadata }) => path.endsWith(`/clusters/${metadata.name}`));
      return found ? Promise.resolve(found) : Promise.reject(new ApiError(404, "not found"));
    },
    patch: (_: string, body: unknown) => Promise.resolve(void done.push(body)),
  } as unknown as Cluster;
  const installations = {
    advance: ({ agent }: Place) => {
      done.push([agent?.cluster, agent?.role]);
      return Promise.resolve(steps[agent?.cluster ?? ""] ?? "wait");
    },
  } as unknown as Installations;
  return {
    agents: new Agents(host, { items: clusters } as Informer<ClusterObject>, installations, () => Promise.resolve({} as Cluster)),
    done,
  };
}

test("an agent would be installed on a cluster that is not ready, or two would be changed upon one look at the plan", async () => {
  const edge = [clusterOf("away", "False"), clusterOf("host", "True", { "cluster-role.kubesphere.io/host": "" }), clusterOf("two")];
  const idle = world(edge);
  await idle.agents.sync(planOf(["away", "host", "two"]), VERSION);
  expect(idle.done).toEqual([
    ["host", "host"],
    ["two", "member"],
  ]);
  const busy = world(edge, { host: "execute" });
  await busy.agents.sync(planOf(["away", "host", "two"]), VERSION);
  expect(busy.done).toEqual([["host", "host"]]);
});

test("an agent that is gone would stay in the plan's status, and the last one leave an empty map that nobody waits for", async () => {
  const installed = { state: "Installed", releaseName: "mc-agent" } as const;
  const forgetting = (value: unknown) => ({ metadata: { resourceVersion: "7" }, status: { clusterSchedulingStatuses: value } });
  const one = world([clusterOf("one"), clusterOf("two")], { two: "finishUninstall" });
  await one.agents.sync(planOf(["one"], { one: installed, two: installed }), VERSION);
  expect(one.done).toEqual([["one", "member"], ["two", "member"], forgetting({ two: null })]);
  // Whose Cluster is gone is not asked any more.
  const none = world([]);
  expect(await none.agents.leave(planOf([], { gone: installed }), VERSION)).toBe(true);
  expect(none.done).toEqual([forgetting(null)]);
});

test("the extension would be uninstalled while an agent of it is there", async () => {
  const { agents } = world([clusterOf("one")]);
  expect(await agents.leave(planOf([], { one: { state: "Uninstalling", releaseName: "mc-agent" } }), VERSION)).toBe(true);
  expect(await agents.leave(planOf([]), VERSION)).toBe(false);
});
