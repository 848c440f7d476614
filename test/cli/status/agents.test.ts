/** Agents on members: none of it shows in the state of the InstallPlan, which says Installed while they fail. */
import type { Plan } from "../../../cli/status/objects";
import { statusOf } from "../../../cli/status/rows";
import { configHash } from "../../../kubesphere/extension/installPlan";
import { HOST, joined } from "../../support/clusters";
import { good, NOW } from "./judged";
import { askedBy, recorded } from "./recorded";

const { plan: installed, observed } = recorded("main", "installed");
const LOOKED = "2026-01-01T00:01:00Z";
const CLUSTERS = [HOST, joined("edge", LOOKED, { metadata: { labels: { region: "eu" } } }), joined("west", LOOKED)];
const HASH = installed.status?.configHash ?? "";

/** @param agents by cluster */
function judged(placement: object, agents: Readonly<Record<string, object>>, overrides: Readonly<Record<string, string>> = {}) {
  const plan = {
    ...installed,
    spec: { ...installed.spec, clusterScheduling: { placement, overrides } },
    status: { ...installed.status, clusterSchedulingStatuses: agents },
  } as Plan;
  const wanted = askedBy(plan, { clusters: [], ...placement });
  const { extensions } = statusOf("prod", { extensions: [wanted], members: [] }, { ...observed, plans: [plan], clusters: CLUSTERS }, NOW);
  return extensions[0];
}
const agent = (more: object = {}) => ({ state: "Installed", version: "0.1.0", configHash: HASH, ...more });
const FAILED = {
  type: "Installed",
  status: "False",
  reason: "InstallFailed",
  message: "Job has failed",
  lastTransitionTime: "2026-01-02T00:00:00Z",
};

test("a failed agent is told with KubeSphere's reason and its Job, which is on the host", () => {
  const row = judged({ clusters: ["edge"] }, { edge: agent({ state: "InstallFailed", jobName: "helm-x", conditions: [FAILED] }) });
  const log = "The log of its Job: kubectl --namespace extension-demo logs job/helm-x";
  expect(row).toMatchObject({
    health: "failed",
    reasons: [`Its agent on cluster edge is InstallFailed: InstallFailed: Job has failed\n${log}`],
    clusters: [{ cluster: "edge", reason: "InstallFailed: Job has failed", job: "extension-demo/helm-x" }],
  });
  expect(judged({ clusters: ["edge"] }, { edge: agent({ state: "Upgrading", jobName: "helm-x", conditions: [FAILED] }) })).toMatchObject({
    health: "failed",
    reasons: [`Its agent on cluster edge has failed, and is Upgrading again: InstallFailed: Job has failed\n${log}`],
  });
});

test("an agent that still runs the config, or the version, of before is not as wanted", () => {
  const reasons = ["Its agent on cluster edge has not yet taken up the InstallPlan's last change."];
  const old = judged({ clusters: ["edge"] }, { edge: agent({ configHash: "0" }) });
  expect(old).toMatchObject({ health: "rollingOut", reasons, clusters: [{ configMatches: false }] });
  expect(judged({ clusters: ["edge"] }, { edge: agent({ version: "0.0.9" }) })).toMatchObject({ health: "rollingOut", reasons });
  expect(judged({ clusters: ["edge"] }, { edge: agent() })).toMatchObject(good);
});

test("an agent with an override is held against what KubeSphere makes of both", () => {
  const override = "demo:\n  greeting: edge\n";
  const ofPlan = judged({ clusters: ["edge"] }, { edge: agent() }, { edge: override });
  expect(ofPlan?.clusters[0]?.configMatches).toBe(false);
  const plan = { ...installed, spec: { ...installed.spec, config: "" } };
  const spec = { ...plan.spec, clusterScheduling: { placement: { clusters: ["edge"] }, overrides: { edge: override } } };
  const status = {
    ...installed.status,
    configHash: configHash(""),
    clusterSchedulingStatuses: { edge: agent({ configHash: configHash(override.trim()) }) },
  };
  const { extensions } = statusOf(
    "prod",
    { extensions: [askedBy({ ...plan, spec } as Plan, { clusters: ["edge"] })], members: [] },
    { ...observed, plans: [{ ...plan, spec, status } as Plan], clusters: CLUSTERS },
    NOW,
  );
  expect(extensions[0]?.clusters[0]?.configMatches).toBe(true);
});

test("a selector's clusters are known by their labels, and an agent that is to leave is told", () => {
  const chosen = judged({ clusterSelector: { matchLabels: { region: "eu" } } }, {});
  expect(chosen).toMatchObject({ health: "rollingOut", reasons: ["Its agent on cluster edge is not begun."] });
  const leaving = judged({ clusters: ["edge"] }, { edge: agent(), west: agent() });
  expect(leaving).toMatchObject({
    health: "rollingOut",
    reasons: ["Its agent on cluster west is to leave, and is still there."],
    clusters: [{ cluster: "edge" }, { cluster: "west", isLeaving: true }],
  });
});
