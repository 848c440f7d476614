import { statusOf } from "../../../cli/status/rows";
import type { Plan } from "../../../cli/status/objects";
import type { Observed } from "../../../cli/status/observed";
import { askedBy, recorded } from "./recorded";
import { deployment, good, NOW, rows, verdict } from "./judged";

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
  expect(statusOf("prod", { extensions: [askedBy(plan)], members: [] }, all, NOW)).toEqual({
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
    members: [],
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
