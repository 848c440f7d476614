import type { Cluster } from "../../../sandbox/src/sim/cluster.js";
import type { ExecutorAgent } from "../../../sandbox/src/sim/executorRuns.js";
import type { InstallPlan } from "../../../sandbox/src/sim/objects.js";
import { agentPlace } from "../../../sandbox/src/sim/places.js";
import { nextStep, type Observed } from "../../../sandbox/src/sim/planStep.js";
import { configHash } from "../../../sandbox/src/sim/configHash.js";

const AGENT: ExecutorAgent = { cluster: "member", role: "member", kubeconfig: "kubeconfig" };
const placeOf = (isLeaving = false) => agentPlace({} as Cluster, AGENT, "mc", isLeaving);
const observed: Observed = { configHash: configHash("a: 1"), releaseVersion: undefined, job: undefined };

const plan = (agent?: NonNullable<InstallPlan["status"]>): InstallPlan => ({
  metadata: {
    name: "mc",
    resourceVersion: "7",
    finalizers: ["kubesphere.io/installplan-protection"],
    annotations: { "kubesphere.io/force-delete": "true" },
  },
  spec: { extension: { name: "mc", version: "0.1.0" }, enabled: true, config: "a: 1" },
  status: {
    ...{ state: "Installed", targetNamespace: "extension-mc", releaseName: "mc", version: "0.1.0", enabled: true },
    ...(agent && { clusterSchedulingStatuses: { member: agent } }),
  },
});

test("an agent's state would be taken for the plan's, or the other way round", () => {
  const place = placeOf();
  expect(place.release).toBe("mc-agent");
  expect(nextStep(place.view(plan()), observed)).toBe("prepare");
  expect(nextStep(place.view(plan({ state: "Preparing" })), observed)).toBe("execute");
  const installed = { state: "Installed", version: "0.1.0", configHash: configHash("a: 1") } as const;
  expect(nextStep(place.view(plan(installed)), observed)).toBe("wait");
  expect(nextStep(place.view(plan({ ...installed, configHash: "" })), observed)).toBe("prepare");
  expect(nextStep(place.view(plan({ ...installed, state: "InstallFailed", jobName: "x" })), observed)).toBe("wait");
});

test("an agent that leaves would be uninstalled by another way than its Job, or not at all", () => {
  const leaving = placeOf(true);
  expect(nextStep(leaving.view(plan({ state: "Installed" })), { ...observed, releaseVersion: "0.1.0" })).toBe("uninstall");
  expect(nextStep(leaving.view(plan({ state: "Uninstalling", jobName: "x" })), observed)).toBe("finishUninstall");
  expect(nextStep(leaving.view(plan({ state: "UninstallFailed", jobName: "x" })), { ...observed, releaseVersion: "0.1.0" })).toBe("wait");
});

test("a status of an agent would be written over the plan's, or over a change that somebody else made meanwhile", () => {
  const place = placeOf();
  const view = place.view(plan({ state: "Installed", jobName: "old" }));
  expect(place.patch(view, { targetNamespace: "extension-mc", state: "Upgrading", enabled: true })).toEqual({
    metadata: { resourceVersion: "7" },
    status: {
      clusterSchedulingStatuses: { member: { targetNamespace: "extension-mc", state: "Upgrading", jobName: null } },
    },
  });
  expect(place.patch(view, view.status ?? {})).toBeUndefined();
});
