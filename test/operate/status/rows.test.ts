import { statusOf } from "../../../operate/status/rows";
import type { ClusterStatus, Plan } from "../../../operate/status/objects";
import type { Observed } from "../../../operate/status/observed";
import type { Wanted } from "../../../operate/status/wanted";
import { askedBy, NOTHING, recorded } from "./recorded";

const NOW = new Date("2026-01-01T00:10:00Z");
const rows = (wanted: readonly Wanted[], observed: Observed) => statusOf("prod", wanted, observed, NOW).extensions;
const verdict = (wanted: readonly Wanted[], observed: Observed) =>
  rows(wanted, observed).map(({ health, reasons }) => ({ health, reasons }));
const good = { health: "asWanted", reasons: [] };

const deployment = (ready: number, replicas: number) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "extension-demo", labels: { "kubesphere.io/extension-ref": "demo" } },
  spec: { replicas },
  status: { readyReplicas: ready },
});

test("an installed extension is told whole: versions, config, states and how long they took, and all that runs of it", () => {
  const { plan, observed } = recorded("main", "installed");
  const labels = { "kubesphere.io/extension-ref": "demo" };
  const service = { ...labels, "kubernetes.io/service-name": "web" };
  const slice = (name: string, ...ready: (boolean | undefined)[]) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace: "extension-demo", labels: service },
    endpoints: ready.map((it) => ({ conditions: { ready: it } })),
  });
  const event = (involvedObject: object, rest: object) => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "e", creationTimestamp: "2026-01-01T00:00:00Z" },
    involvedObject,
    ...rest,
  });
  const pod = { kind: "Pod", namespace: "extension-demo", name: "web-1" };
  const all: Observed = {
    ...observed,
    deployments: [
      deployment(2, 2),
      { ...deployment(0, 9), metadata: { name: "other", labels: { "kubesphere.io/extension-ref": "shop" } } },
    ],
    daemonSets: [
      {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name: "agent", namespace: "extension-demo", labels },
        status: { numberReady: 3, desiredNumberScheduled: 3 },
      },
    ],
    ingresses: [
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "web", namespace: "extension-demo", labels },
        spec: { ingressClassName: "nginx", rules: [{ host: "demo.example.com" }, { host: "demo.example.com" }, {}] },
      },
    ],
    endpointSlices: [slice("web-4", true, false), slice("web-6", undefined)],
    warnings: [
      event(pod, { reason: "BackOff", message: "restarting\n", count: 4, lastTimestamp: "2026-01-01T00:09:00Z" }),
      event(pod, { reason: "Old", message: "1", lastTimestamp: "2026-01-01T00:01:00Z" }),
      event(pod, { reason: "Older", message: "2", eventTime: "2026-01-01T00:00:30.000000Z" }),
      event(
        { kind: "InstallPlan", name: "demo" },
        { reason: "Newest", message: "3", series: { count: 2, lastObservedTime: "2026-01-01T00:09:30Z" } },
      ),
      event({ kind: "Pod", namespace: "elsewhere", name: "demo" }, { reason: "Another's", lastTimestamp: "2026-01-01T00:09:59Z" }),
    ],
  };
  expect(statusOf("prod", [askedBy(plan)], all, NOW)).toEqual({
    stack: "prod",
    time: "2026-01-01T00:10:00.000Z",
    health: "asWanted",
    unread: [],
    extensions: [
      {
        name: "demo",
        ofStack: true,
        health: "asWanted",
        reasons: [],
        wanted: { version: "0.1.0", configHash: "c9653f49806bc3ae", enabled: true },
        actual: { version: "0.1.0", configHash: "c9653f49806bc3ae", enabled: true, state: "Installed", namespace: "extension-demo" },
        configMatches: true,
        states: [
          { state: "Preparing", since: "2026-01-01T00:00:02Z", seconds: 1 },
          { state: "Installing", since: "2026-01-01T00:00:03Z", seconds: 2 },
          { state: "Installed", since: "2026-01-01T00:00:05Z" },
        ],
        rollout: { since: "2026-01-01T00:00:02Z", seconds: 3 },
        workloads: [
          { kind: "Deployment", namespace: "extension-demo", name: "web", ready: 2, wanted: 2 },
          { kind: "DaemonSet", namespace: "extension-demo", name: "agent", ready: 3, wanted: 3 },
        ],
        bundles: [{ name: "demo-js", state: "Available", link: "/dist/demo/index.js" }],
        ingresses: [{ name: "web", class: "nginx", hosts: ["demo.example.com", "*"] }],
        endpoints: [{ service: "web", ready: 2, total: 3 }],
        warnings: [
          { time: "2026-01-01T00:09:30Z", object: "InstallPlan demo", reason: "Newest", message: "3", count: 2 },
          { time: "2026-01-01T00:09:00Z", object: "Pod web-1", reason: "BackOff", message: "restarting", count: 4 },
          { time: "2026-01-01T00:01:00Z", object: "Pod web-1", reason: "Old", message: "1", count: 1 },
        ],
        clusters: [],
      },
    ],
  });
});

test.each([
  ["main", "reconfigured"],
  ["main", "upgraded"],
  ["main", "downgraded"],
  ["main", "disabled"],
  ["main", "enabled"],
  ["chart ConfigMap missing", "after config change"],
  ["upgrade to a failing version", "config changed"],
])("a rollout that went well is not called anything else (%s: %s)", (scenario, snapshot) => {
  const { plan, observed } = recorded(scenario, snapshot);
  expect(verdict([askedBy(plan)], observed)).toEqual([good]);
});

test("a failure is told with KubeSphere's reason and where its log is, even while it says that it is upgrading", () => {
  const install = recorded("failing chart", "failed");
  const log = "The log of its Job: kubectl --namespace extension-broken logs job/helm-executor-install-broken-<r1>";
  expect(verdict([askedBy(install.plan)], install.observed)).toEqual([
    { health: "failed", reasons: [`InstallFailed: Job has reached the specified backoff limit\n${log}`] },
  ]);
  const upgrade = recorded("upgrade to a failing version", "upgrade failed");
  expect(rows([askedBy(upgrade.plan)], upgrade.observed)).toMatchObject([{ health: "failed", actual: { state: "Upgrading" } }]);
  const noChart = recorded("chart ConfigMap missing", "failed");
  expect(rows([askedBy(noChart.plan)], noChart.observed)).toMatchObject([{ health: "failed", actual: { state: "Preparing" } }]);
});

test("a plan that KubeSphere has not looked at, or is busy with, is rolling out", () => {
  const early = recorded("plan created before", "no version");
  expect(
    verdict([askedBy(early.plan, {})], {
      ...early.observed,
      extensions: recorded("plan created before", "after touch").observed.extensions,
    }),
  ).toEqual([{ health: "rollingOut", reasons: ["KubeSphere has not begun to install it."] }]);
  const { plan, observed } = recorded("main", "installed");
  const withStatus = (status: object, spec: object = {}): Plan => ({
    ...plan,
    spec: { ...plan.spec, ...spec },
    status: { ...plan.status, ...status },
  });
  const busy = withStatus({ state: "Upgrading" });
  expect(verdict([askedBy(busy)], { ...observed, plans: [busy] })).toEqual([
    { health: "rollingOut", reasons: ["It is Upgrading; version 0.1.0 is there."] },
  ]);
  const unseen = withStatus({}, { config: "demo: {}\n" });
  expect(verdict([askedBy(unseen)], { ...observed, plans: [unseen] })).toEqual([
    { health: "rollingOut", reasons: ["KubeSphere has not yet taken up the InstallPlan's last change."] },
  ]);
});

test("a Service that nobody answers behind is as wanted", () => {
  const { plan, observed } = recorded("main", "installed");
  const slice = (endpoints: object[]) => ({
    ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", endpoints },
    metadata: {
      name: "demo-x",
      namespace: "extension-demo",
      labels: { "kubesphere.io/extension-ref": "demo", "kubernetes.io/service-name": "demo" },
    },
  });
  const said = (endpoints: object[]) => verdict([askedBy(plan)], { ...observed, endpointSlices: [slice(endpoints)] });
  expect(said([])).toEqual([{ health: "differs", reasons: ["Service demo: it has no pod, and nothing answers there."] }]);
  expect(said([{ conditions: { ready: false } }])).toEqual([
    { health: "differs", reasons: ["Service demo: none of its 1 pods is ready, and nothing answers there."] },
  ]);
  expect(said([{ conditions: { ready: false } }, { conditions: { ready: true } }])).toEqual([good]);
});

test("what the plan asks for otherwise than the configuration differs: version, config, package, switched off", () => {
  const { plan, observed } = recorded("main", "installed");
  const WAYS = "`npm run drift` says whether somebody changed it; `pulumi up --refresh` deploys what is wanted.";
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
  const status = statusOf("prod", [askedBy(plan)], both, NOW);
  expect(status.health).toBe("asWanted");
  expect(status.extensions.map(({ name, ofStack, health }) => ({ name, ofStack, health }))).toEqual([
    { name: "demo", ofStack: true, health: "asWanted" },
    { name: "broken", ofStack: false, health: "failed" },
  ]);
  expect(statusOf("empty", [], NOTHING, NOW)).toMatchObject({ health: "asWanted", extensions: [] });
});

// Nothing was recorded with member clusters: these objects follow the CRD's schema.
test("agents are told cluster by cluster, those too that are named and of which KubeSphere says nothing yet", () => {
  const { plan, observed } = recorded("main", "installed");
  const agent = (state: string): ClusterStatus => ({
    state,
    version: "0.1.0",
    configHash: "cbf29ce484222325",
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
    configHash: "cbf29ce484222325",
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
  const [gone] = statusOf("prod", [askedBy(plan)], NOTHING, NOW, " --stack prod").extensions;
  expect(gone?.reasons[0]).toContain("`pulumi up --refresh --stack prod` installs it.");
});

test("what was taken away is told, one sentence for each way to have it again, and a CRD by the command that makes it", () => {
  const { plan, observed } = recorded("main", "installed");
  const wayBack = "helm rollback demo 1 --namespace extension-demo";
  const lost = ["Service web", "Ingress web"].map((object) => ({ what: `${object} is gone`, object, wayBack }));
  const wanted = askedBy(plan);
  const crds = { source: "./shop", brought: [{ name: "baskets.shop.example", file: "crds/baskets.yaml" }] };
  const all = { ...observed, losses: new Map([["demo", lost]]), missingCrds: new Set(["baskets.shop.example"]) };
  expect(verdict([{ ...wanted, crds }], all)).toEqual([
    {
      health: "differs",
      reasons: [
        `Somebody has taken away what was installed: Service web is gone, Ingress web is gone. \`${wayBack}\` brings them back.`,
        expect.stringMatching(
          /^CRD baskets\.shop\.example .*npm run -s extension -- crds \.\/shop baskets\.shop\.example \| kubectl apply/,
        ) as string,
      ],
    },
  ]);
});
