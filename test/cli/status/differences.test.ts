/** What is told of an extension that is not as the configuration wants it, and what of one that is. */
import { configHash, repairEnd } from "../../../kubesphere/extension/installPlan";
import { statusOf } from "../../../cli/status/rows";
import type { ClusterStatus, Plan } from "../../../cli/status/objects";
import type { Observed } from "../../../cli/status/observed";
import { askedBy, NOTHING, recorded } from "./recorded";
import { deployment, good, NOW, rows, verdict } from "./judged";

test("what the plan asks for otherwise than the configuration differs: version, config, package, switched off", () => {
  const { plan, observed } = recorded("main", "installed");
  const WAYS = "`npx luban drift` says whether somebody changed it; `pulumi up --refresh` deploys what is wanted.";
  const reasons = (more: object) => verdict([askedBy(plan, more)], observed);
  expect(reasons({ version: "0.2.0" })).toEqual([
    { health: "differs", reasons: [`The InstallPlan asks for version 0.1.0, the configuration for 0.2.0. ${WAYS}`] },
  ]);
  expect(reasons({ configHash: "0", valuesHash: "0" })).toEqual([
    { health: "differs", reasons: [`The InstallPlan's config is not the configuration's. ${WAYS}`] },
  ]);
  expect(reasons({ configHash: "0" })).toEqual([
    {
      health: "differs",
      reasons: [
        "It was rolled out with another package of the same version, or for another address or registry of the platform, than the configuration has now: `pulumi up --refresh` rolls it out again.",
      ],
    },
  ]);
  expect(reasons({ enabled: false })).toEqual([
    { health: "differs", reasons: [`The InstallPlan has it enabled, the configuration disabled. ${WAYS}`] },
  ]);
});

test("pods that are not ready and a bundle that the console does not load are told, once the rollout is over", () => {
  const { plan, observed } = recorded("main", "installed");
  const disabled = { ...observed.bundles[0], status: { state: "Disabled" } } as Observed["bundles"][number];
  const all = { ...observed, deployments: [deployment(1, 2)], bundles: [disabled] };
  expect(verdict([askedBy(plan)], all)).toEqual([
    {
      health: "differs",
      reasons: ["Deployment web: 1 of 2 pods are ready.", "JSBundle demo-js is Disabled: the console does not load it."],
    },
  ]);
  const upgrading: Plan = { ...plan, status: { ...plan.status, state: "Upgrading" } };
  expect(rows([askedBy(upgrading)], { ...all, plans: [upgrading] })).toMatchObject([{ health: "rollingOut" }]);
});

test("what is only published, not deployed yet, or not of the stack is told apart; what is not of the stack does not count", () => {
  const { plan, observed } = recorded("main", "installed");
  const { install, ...published } = askedBy(plan);
  expect(install).toBeDefined();
  expect(verdict([published], { ...observed, plans: [] })).toEqual([good]);
  expect(verdict([published], observed)).toEqual([
    {
      health: "differs",
      reasons: ["It is installed, and the configuration only publishes it. `kubectl delete installplan demo` uninstalls it."],
    },
  ]);
  expect(verdict([askedBy(plan)], NOTHING)).toEqual([
    {
      health: "differs",
      reasons: [
        "It is not installed: the cluster has no InstallPlan of it. `pulumi up --refresh` installs it.",
        "KubeSphere does not know version 0.1.0. `pulumi up --refresh` publishes it.",
      ],
    },
  ]);
  const failed = recorded("failing chart", "failed");
  const both = { ...observed, plans: [...failed.observed.plans, ...observed.plans] };
  const status = statusOf("prod", { extensions: [askedBy(plan)], members: [] }, both, NOW);
  expect(status.health).toBe("asWanted");
  expect(status.extensions.map(({ name, ofStack, health }) => ({ name, ofStack, health }))).toEqual([
    { name: "demo", ofStack: true, health: "asWanted" },
    { name: "broken", ofStack: false, health: "failed" },
  ]);
  expect(statusOf("empty", { extensions: [], members: [] }, NOTHING, NOW)).toMatchObject({ health: "asWanted", extensions: [] });
});

// Nothing was recorded with member clusters: these objects follow the CRD's schema.
test("agents are told cluster by cluster, those too that are named and of which KubeSphere says nothing yet", () => {
  const { plan, observed } = recorded("main", "installed");
  const asked = plan.status?.configHash ?? "";
  const agent = (state: string): ClusterStatus => ({
    state,
    version: "0.1.0",
    configHash: asked,
    stateHistory: [{ state, lastTransitionTime: "2026-01-01T00:00:09Z" }],
  });
  const withAgents = (clusterSchedulingStatuses: Readonly<Record<string, ClusterStatus>>): Observed => ({
    ...observed,
    plans: [{ ...plan, status: { ...plan.status, clusterSchedulingStatuses } } as Plan],
  });
  const wanted = [askedBy(plan, { clusters: ["north", "south"] })];
  const [row] = rows(wanted, withAgents({ north: agent("Installed"), east: agent("Upgrading") }));
  const seen = (cluster: string, state: string) => ({
    cluster,
    state,
    version: "0.1.0",
    configHash: asked,
    configMatches: true,
    states: [{ state, since: "2026-01-01T00:00:09Z" }],
  });
  expect(row).toMatchObject({
    health: "rollingOut",
    reasons: ["Its agent on cluster south is not begun.", "Its agent on cluster east is Upgrading."],
    clusters: [seen("north", "Installed"), { cluster: "south", state: "", states: [] }, seen("east", "Upgrading")],
  });
  expect(verdict(wanted, withAgents({ north: agent("Installed"), south: agent("Installed") }))).toEqual([good]);
  expect(verdict(wanted, withAgents({ north: agent("InstallFailed") }))).toEqual([
    { health: "failed", reasons: ["Its agent on cluster north is InstallFailed.", "Its agent on cluster south is not begun."] },
  ]);
});

test("commands are printed as they are to be typed for the stack that was asked for", () => {
  const { plan } = recorded("main", "installed");
  const [gone] = statusOf("prod", { extensions: [askedBy(plan)], members: [] }, NOTHING, NOW, " --stack prod").extensions;
  expect(gone?.reasons[0]).toContain("`pulumi up --refresh --stack prod` installs it.");
});

test("an extension that was rolled out again for what was lost is as wanted afterwards", () => {
  const { plan, observed } = recorded("main", "installed");
  const repaired = "0123456789abcdef: Service web is gone";
  const config = `${plan.spec.config ?? ""}${repairEnd(repaired)}`;
  const again = {
    ...plan,
    metadata: { ...plan.metadata, annotations: { "kubesphere-luban/repaired": repaired } },
    spec: { ...plan.spec, config },
    status: { ...plan.status, configHash: configHash(config) },
  } as typeof plan;
  const [row] = statusOf("prod", { extensions: [askedBy(plan)], members: [] }, { ...observed, plans: [again] }, NOW).extensions;
  expect(row).toMatchObject({ ...good, configMatches: true });
});

test("what was taken away is told, one sentence for each way to have it again, and a CRD of crds/ first", () => {
  const { plan, observed } = recorded("main", "installed");
  const wayBack = "helm rollback demo 1 --namespace extension-demo";
  const lost = ["Service web", "Ingress web"].map((object) => ({ what: `${object} is gone`, object, wayBack }));
  const wanted = askedBy(plan);
  const crds = [{ name: "baskets.shop.example", file: "crds/baskets.yaml" }];
  const all = { ...observed, losses: new Map([["demo", lost]]), missingCrds: new Set(["baskets.shop.example"]) };
  expect(verdict([{ ...wanted, crds }], all)).toEqual([
    {
      health: "differs",
      reasons: [
        "CRD baskets.shop.example (crds/baskets.yaml): the cluster does not have it. `pulumi up --refresh` brings it back.",
        `Somebody has taken away what was installed: Service web is gone, Ingress web is gone. \`${wayBack}\` brings them back.`,
      ],
    },
  ]);
});
