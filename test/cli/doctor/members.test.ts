/** Members and agents that fail in silence: no condition, event or state of an InstallPlan tells of them. */
import { executions } from "../../../cli/doctor/facts/plans";
import type { Execution, Facts, Plan } from "../../../cli/doctor/facts/facts";
import { answering, HOST, joined, notReady, seen } from "../../support/clusters";
import { ago, clusterOf, found, INSTALLED, plan, told } from "./support";

const EDGE = "Cluster edge";
const SILENT = { silent: "https://edge:6443: no answer within 5 seconds" };
const of = (...members: Facts["members"]): Partial<Facts> => ({ members, clusters: [HOST, ...members.map(({ object }) => object)] });

test("members that are as they should be are no finding", () => {
  expect(told(of(seen(joined("edge", ago(60))), seen(joined("west", ago(800)))))).toEqual([]);
});

test("a member that is away while the host says Ready, or that only the host does not reach, is told", () => {
  expect(told(of(seen(joined("edge", ago(300)), SILENT)))).toEqual([
    {
      check: "memberAway",
      object: EDGE,
      why: `it does not answer from here: ${SILENT.silent}; KubeSphere says that it is Ready, as of ${ago(300)}: it looks every 15 minutes`,
    },
  ]);
  const refused = joined("edge", ago(300), { status: notReady(ago(300), "dial tcp 127.0.0.1:6443: connection refused") });
  const [finding] = found(of(seen(refused)));
  expect(finding?.why).toBe("it answers from here; KubeSphere's manager does not reach it: dial tcp 127.0.0.1:6443: connection refused");
  expect(finding?.mend.at(-1)).toBe("kubectl --namespace kubesphere-system logs deployment/ks-controller-manager");
});

test("ks-core that could not be installed is told after ten minutes, with the log that alone has the reason", () => {
  const fresh = (seconds: number) =>
    seen(
      joined("edge", ago(1), { metadata: { annotations: {}, creationTimestamp: ago(seconds) }, status: { conditions: [] } }),
      answering("edge", "host", { agent: undefined }),
    );
  expect(told(of(fresh(540)))).toEqual([]);
  const [finding] = found(of(fresh(700)));
  expect(finding).toMatchObject({
    check: "memberCore",
    why: `it is there since ${ago(700)}, and KubeSphere has not installed ks-core on it`,
  });
  expect(finding?.mend[0]).toContain("kubectl --namespace kubesphere-system logs deployment/ks-controller-manager");
});

test("a config that never reached a member is told, though it is Ready", () => {
  const changed = (seconds: number) =>
    seen(
      joined("edge", ago(60), {
        metadata: {
          creationTimestamp: ago(90_000),
          annotations: { "kubesphere.io/config-hash": "0" },
          managedFields: [
            { time: ago(seconds), fieldsV1: { "f:spec": { "f:config": {} } } },
            { time: ago(1), fieldsV1: { "f:status": {} } },
          ],
        },
      }),
    );
  expect(told(of(changed(500)))).toEqual([]);
  expect(told(of(changed(900)))).toEqual([
    {
      check: "memberCore",
      object: EDGE,
      why: `its config was changed at ${ago(900)}, and KubeSphere has not installed ks-core with it`,
    },
  ]);
});

test("a member without its ks-core is told, which the host does not notice", () => {
  expect(told(of(seen(joined("edge", ago(60)), answering("edge", "host", { agent: undefined }))))).toMatchObject([
    { check: "memberCore", object: EDGE },
  ]);
});

test.each([
  ["another host", answering("edge", "old-host"), "it is edge of host old-host, and here it is edge of host"],
  [
    "another name",
    answering("edge", "host", {
      system: { annotations: { "cluster.kubesphere.io/name": "far", "cluster.kubesphere.io/host-cluster": "host" } },
    }),
    "it is far of host host, and here it is edge of host",
  ],
])("a member that says that it is of %s is told", (_, answer, why) => {
  const [finding] = found(of(seen(joined("edge", ago(60)), answer)));
  expect(finding).toMatchObject({ check: "otherHost", why: `its namespace kubesphere-system says that ${why}` });
  expect(finding?.mend.at(-1)).toContain("cluster.kubesphere.io/name=edge cluster.kubesphere.io/host-cluster=host");
});

const withAgents = (agents: object, rest: { metadata?: object; placement?: object } = {}): Plan => {
  const it = plan({ ...INSTALLED, clusterSchedulingStatuses: agents } as Plan["status"], { metadata: rest.metadata ?? {} });
  return { ...it, spec: { ...it.spec, clusterScheduling: { placement: rest.placement ?? { clusters: ["edge"] } } } };
};
const failing = (state: string) => ({
  edge: {
    ...{ state, jobName: "helm-demo-agent-x", version: "0.1.0" },
    conditions: [{ type: "Installed", status: "False", reason: state, message: "Job has failed", lastTransitionTime: ago(60) }],
  },
});

test("an agent that failed is told with what Helm said, which is in its Job on the host", () => {
  const log: Execution = { pods: [], log: "INSTALLATION FAILED: no such value", workloads: [], warnings: [] };
  expect(found({ plans: [withAgents(failing("InstallFailed"))], executions: new Map([["demo/edge", log]]) })).toEqual([
    {
      check: "agentFailed",
      object: "InstallPlan demo",
      why: "its agent on edge is InstallFailed: InstallFailed: Job has failed; Helm said: INSTALLATION FAILED: no such value",
      means: "the agent is not installed there, and KubeSphere tries again only when its config or version changes",
      mend: [
        "kubectl --namespace extension-demo logs job/helm-demo-agent-x",
        "mend the chart, its config or clusterScheduling.overrides.edge, then: pulumi up --stack dev",
      ],
    },
  ]);
  expect(told({ plans: [withAgents(failing("Upgrading"))] })).toMatchObject([{ check: "agentFailed" }]);
  expect(told({ plans: [withAgents({ edge: { state: "Installed" } })] })).toEqual([]);
});

test("the Job of a failed agent is looked for in the extension's namespace on the host, and no other agent's", async () => {
  const asked: string[] = [];
  const cluster = {
    ...clusterOf(() => []),
    read: ({ metadata }: { metadata: { name: string; namespace?: string } }) => {
      asked.push(`${metadata.namespace}/${metadata.name}`);
      return Promise.resolve(undefined);
    },
  };
  const agents = { ...failing("InstallFailed"), west: { state: "Installed", jobName: "helm-demo-agent-y" } };
  expect([...(await executions(cluster, [withAgents(agents)])).keys()]).toEqual(["demo/edge"]);
  expect(asked).toEqual(["extension-demo/helm-demo-agent-x"]);
});

test("a plan that waits for a member that is away names the way out, and what then stays there", () => {
  const away = of(seen(joined("edge", ago(60)), SILENT));
  const agents = { edge: { state: "Installed" } };
  const deleted = withAgents(agents, { metadata: { deletionTimestamp: ago(120) } });
  const finding = found({ ...away, plans: [deleted] }).find(({ check }) => check === "waitsForMember");
  expect(finding).toMatchObject({
    object: "InstallPlan demo",
    why: `it is being deleted since ${ago(120)}, and its agent is on edge, which does not answer`,
  });
  expect(finding?.mend[1]).toContain("kubectl delete clusters.cluster.kubesphere.io/edge, and");
  expect(finding?.mend[1]).toContain("the release demo-agent in extension-demo");
  const moved = withAgents(agents, { placement: { clusters: ["west"] } });
  expect(found({ ...away, plans: [moved] }).map(({ check, why }) => [check, why])).toContainEqual([
    "waitsForMember",
    "its agent is to leave edge, which does not answer",
  ]);
  const checks = (plans: readonly Plan[], members = away) => found({ ...members, plans }).map(({ check }) => check);
  expect(checks([withAgents(agents)])).toEqual(["memberAway"]);
  expect(checks([deleted], of(seen(joined("edge", ago(60)))))).toEqual([]);
});
