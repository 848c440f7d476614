/** InstallPlans that go nowhere: without the reason nobody knows whether to wait, to mend, or to publish again. */
import type { Execution } from "../../../cli/doctor/facts/facts";
import { found, INSTALLED, ago, plan, told, version } from "./support";

const JOB = INSTALLED.jobName;
const job = (conditions: object[], args: string[] = []) => ({
  ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name: JOB, namespace: "extension-demo" } },
  spec: { template: { spec: { containers: [{ command: ["helm"], args }] } } },
  status: { conditions },
});
const pod = (name: string, status: object) => ({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "extension-demo" }, status });
const execution = (more: Partial<Execution>): ReadonlyMap<string, Execution> =>
  new Map([["demo", { pods: [], workloads: [], warnings: [], ...more }]]);
const under = (state: string, seconds: number, more: object = {}) =>
  plan({ ...INSTALLED, state, stateHistory: [{ state, lastTransitionTime: ago(seconds) }], ...more });
const failedWith = (state: string, more: object = {}) =>
  plan({
    ...INSTALLED,
    state,
    conditions: [{ type: "Installed", status: "False", reason: state, message: "Job has reached the specified backoff limit" }],
    ...more,
  });

test("a failed installation names what Helm said, the Job's log and what makes KubeSphere try again", () => {
  const said = pod(`${JOB}-x`, {
    phase: "Failed",
    containerStatuses: [{ state: { terminated: { reason: "Error", exitCode: 1, message: "Error: no such value\n" } } }],
  });
  expect(
    found({
      plans: [failedWith("InstallFailed")],
      executions: execution({ job: job([]), pods: [said], warnings: ["Job x: BackoffLimitExceeded: it failed"] }),
    }),
  ).toEqual([
    {
      check: "stuckPlan",
      object: "InstallPlan demo",
      why: `InstallFailed: Job has reached the specified backoff limit; pod ${JOB}-x said: Error: no such value; event: Job x: BackoffLimitExceeded: it failed`,
      means: "the extension is not installed, and KubeSphere tries again only when its config or version changes",
      mend: [
        `The log of its Job: kubectl --namespace extension-demo logs job/${JOB}`,
        "mend the chart or its config, then: pulumi up --stack dev",
      ],
    },
  ]);
});

test("what is in the Job's log is told from Helm's error on, and not that its Pod has failed", () => {
  const failed = pod(`${JOB}-x`, { phase: "Failed", containerStatuses: [{ state: { terminated: { reason: "Error", exitCode: 1 } } }] });
  const executions = execution({ job: job([]), pods: [failed], log: "INSTALLATION FAILED: no such value" });
  expect(found({ plans: [failedWith("InstallFailed")], executions })[0]?.why).toBe(
    "InstallFailed: Job has reached the specified backoff limit; Helm said: INSTALLATION FAILED: no such value",
  );
});

test("a failed removal names the way that needs no Job", () => {
  expect(found({ plans: [failedWith("UninstallFailed")] })[0]?.mend.at(-1)).toBe(
    "kubectl annotate installplan demo kubesphere.io/force-delete=true",
  );
});

test.each([
  ["an install within its time", under("Installing", 300), execution({ job: job([]) })],
  ["an install that was given more time", under("Installing", 900), execution({ job: job([], ["--timeout", "15m"]) })],
  ["a plan that has just begun", under("Preparing", 5, { jobName: undefined }), execution({})],
  [
    "a Job that has just ended",
    under("Installing", 30),
    execution({ job: job([{ type: "Complete", status: "True", lastTransitionTime: ago(2) }]) }),
  ],
  [
    "a container that is being created",
    under("Installing", 5),
    execution({ job: job([]), workloads: [pod("web", { containerStatuses: [{ state: { waiting: { reason: "ContainerCreating" } } }] })] }),
  ],
])("%s is no finding", (_, it, executions) => {
  expect(found({ plans: [it], executions })).toEqual([]);
});

test.each([
  [
    "Installing",
    "runs beyond the time that Helm was given",
    900,
    execution({ job: job([]) }),
    "its Job runs beyond the time that Helm was given",
  ],
  ["Preparing", "has no Job", 120, execution({}), `its Job ${JOB} is gone`],
  [
    "Upgrading",
    "waits for an image",
    30,
    execution({
      job: job([]),
      workloads: [pod("web-1", { containerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } }] })],
    }),
    "pod web-1 does not begin: ImagePullBackOff: no such image",
  ],
  [
    "Installing",
    "finds no node",
    30,
    execution({
      job: job([]),
      pods: [pod("run", { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes" }] })],
    }),
    "pod run finds no node: 0/1 nodes",
  ],
])("a plan that is %s and %s is told from one at work", (state, _, seconds, executions, why) => {
  expect(told({ plans: [under(state, seconds)], executions })).toEqual([
    { check: "stuckPlan", object: "InstallPlan demo", why: `${state} since ${ago(seconds)}; ${why}` },
  ]);
});

test("a plan whose events may not be read is told all the same, and says so", () => {
  const unread = "https://example.com, Event (list): events is forbidden (HTTP 403)";
  expect(told({ plans: [failedWith("InstallFailed")], executions: execution({ unread }) })[0]?.why).toMatch(
    new RegExp(`limit; not read: ${unread.replace(/[()]/g, "\\$&")}$`),
  );
});

test("a plan with another name than its extension's is brought on, and told apart", () => {
  const other = { ...under("Installing", 60), metadata: { name: "other", creationTimestamp: ago(70) } };
  const ended = job([{ type: "Complete", status: "True", lastTransitionTime: ago(50) }]);
  expect(found({ plans: [other], executions: new Map([["other", { job: ended, pods: [], workloads: [], warnings: [] }]]) })).toEqual([
    {
      check: "stuckPlan",
      object: "InstallPlan other",
      why: `Installing since ${ago(60)}; its Job has ended, and KubeSphere wakes a plan by its extension's name, demo, and this one has another`,
      means: "its extension is neither installed nor refused: whoever waits for it, waits in vain",
      mend: ["npx luban doctor --fix --stack dev", "then give the plan the name of its extension: its deletion would hang, too"],
      action: { do: "touch", object: other },
    },
  ]);
});

test("a deletion that hangs because the version is gone says what brings it to its end", () => {
  expect(found({ plans: [plan(INSTALLED, { metadata: { deletionTimestamp: ago(60) } })], versions: [] })).toEqual([
    {
      check: "stuckPlan",
      object: "InstallPlan demo",
      why: `it is being deleted since ${ago(60)}, and ExtensionVersion demo-0.1.0 is gone, without which KubeSphere does not uninstall it`,
      means: "the deletion never ends, and demo stays installed",
      mend: ["publish demo 0.1.0 again: npx luban extension publish SOURCE"],
    },
  ]);
});

test("a plan made before its version is brought on, once the version is there", () => {
  const early = plan(undefined, { metadata: { creationTimestamp: ago(60) } });
  expect(found({ plans: [early], versions: [version({ creationTimestamp: ago(30) })] })).toEqual([
    {
      check: "unversionedPlan",
      object: "InstallPlan demo",
      why: `it was made before ExtensionVersion demo-0.1.0, which is there since ${ago(30)}; KubeSphere looked for that once`,
      means: "demo 0.1.0 is never installed",
      mend: ["npx luban doctor --fix --stack dev"],
      action: { do: "touch", object: early },
    },
  ]);
  expect(found({ plans: [plan(undefined, { metadata: { creationTimestamp: ago(1) } })] })).toEqual([]);
});

test("a plan that was changed to a version before that was there is brought on; one that is being rolled out is left alone", () => {
  const changed = (seconds: number) =>
    plan(INSTALLED, { version: "0.2.0", metadata: { managedFields: [{ manager: "kubectl", time: ago(seconds) }] } });
  const versions = [version(), version({ name: "demo-0.2.0", creationTimestamp: ago(30) })];
  expect(told({ plans: [changed(60)], versions })).toEqual([
    {
      check: "unversionedPlan",
      object: "InstallPlan demo",
      why: `it was changed before ExtensionVersion demo-0.2.0, which is there since ${ago(30)}; KubeSphere looked for that once`,
    },
  ]);
  expect(told({ plans: [changed(10)], versions })).toEqual([]);
});

test.each([
  [
    "is not installed",
    plan(undefined),
    "demo 0.1.0 is not installed, and will not be when the version comes: KubeSphere looked for it once",
  ],
  ["cannot be removed", plan(INSTALLED), "demo runs on, and neither changes nor goes: KubeSphere cannot uninstall it without its version"],
])("an extension whose version is gone %s, and the finding says which", (_, it, means) => {
  expect(found({ plans: [it], versions: [] })).toMatchObject([
    { check: "unversionedPlan", why: "there is no ExtensionVersion demo-0.1.0", means },
  ]);
});

test("a package that is gone is told once, not as a failed plan too; a declared one comes back by pulumi up", () => {
  const tries = plan({
    state: "InstallFailed",
    targetNamespace: "extension-demo",
    conditions: [{ type: "Installed", status: "False", reason: "InstallFailed", message: "not found" }],
  });
  expect(found({ plans: [tries], configMaps: [] })).toEqual([
    {
      check: "chartMissing",
      object: "ExtensionVersion demo-0.1.0",
      why: "there is no ConfigMap kubesphere-system/extension-demo-0.1.0-chart",
      means: "demo is not installed; KubeSphere tries again and again, and goes on once the package is there",
      mend: ["pulumi up --refresh --stack dev"],
    },
  ]);
});

test.each([
  ["ConfigMap", [], "there is no ConfigMap kubesphere-system/extension-web-1.0.0-chart"],
  [
    "key",
    [{ namespace: "kubesphere-system", name: "extension-web-1.0.0-chart", keys: ["other"] }],
    "ConfigMap kubesphere-system/extension-web-1.0.0-chart has no binary data under chart.tgz",
  ],
])("an offered version that lacks its %s is found before somebody installs it", (_, configMaps, why) => {
  const web = version(
    { name: "web-1.0.0" },
    { chartDataRef: { name: "extension-web-1.0.0-chart", namespace: "kubesphere-system", key: "chart.tgz" } },
  );
  expect(found({ versions: [web], plans: [], configMaps })).toEqual([
    {
      check: "chartMissing",
      object: "ExtensionVersion web-1.0.0",
      why,
      means: "it is offered in the Marketplace, and its installation would fail",
      mend: ["publish it again: npx luban extension publish SOURCE"],
    },
  ]);
});

describe("an InstallPlan that does not say where its agents are", () => {
  const NOBODY = `'{"spec":{"clusterScheduling":{"placement":{"clusterSelector":{"matchLabels":{"cluster.kubesphere.io/none":"true"}}}}}}'`;
  const scheduled = (clusterScheduling: object | undefined, agents: object = {}) => {
    const installed = plan({ ...INSTALLED, clusterSchedulingStatuses: agents as Record<string, object> });
    return { ...installed, spec: { ...installed.spec, ...(clusterScheduling && { clusterScheduling }) } };
  };

  test("and keeps KubeSphere's manager from living is told with the write that gets through between two of its deaths", () => {
    expect(found({ plans: [scheduled({})] })).toEqual([
      expect.objectContaining({
        check: "lostPlacement",
        object: "InstallPlan demo",
        why: "its clusterScheduling has no placement",
        mend: [
          `kubectl --namespace kubesphere-system delete pod --selector app=ks-controller-manager --wait=false; until kubectl patch installplan demo --type merge --patch ${NOBODY}; do sleep 0.2; done`,
          "then, with a program that never declares it so: pulumi up --refresh --stack dev",
        ],
      }),
    ]);
  });

  test("and has some all the same is told with both ways", () => {
    expect(found({ plans: [scheduled(undefined, { east: { state: "Installed" } })] })).toEqual([
      expect.objectContaining({
        check: "lostPlacement",
        why: "its agents on east are there, and it says nothing of clusters any more",
        mend: [
          "to keep them: name the clusters in the extension's install.clusterScheduling, then: pulumi up --refresh --stack dev",
          `to remove them: kubectl patch installplan demo --type merge --patch ${NOBODY}`,
        ],
      }),
    ]);
  });

  test("is no finding where it says so, or where it has none", () => {
    expect(
      found({
        plans: [scheduled({ placement: {} }), scheduled({ placement: { clusters: ["east"] } }, { east: {} }), scheduled(undefined)],
      }),
    ).toEqual([]);
  });
});
