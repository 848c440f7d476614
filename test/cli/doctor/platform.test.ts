/** What the platform stands on: webhooks, Helm's records, ingress, ports, the issuer, clocks. */
import { CONTROLLER_NAMES, controllerOf } from "../../../kubesphere/ingress/controllers";
import { statedIngress } from "../../../cli/shared/statedIngress";
import type { Facts, IssuerAnswer } from "../../../cli/doctor/facts/facts";
import { ago, found, HEALTHY, INSTALLED, NOW, plan, PODS, service, told } from "./support";

const X509 = 'failed calling webhook "installplans.kubesphere.io": x509: certificate signed by unknown authority';

test("webhooks that answer nobody are told once for all kinds, with the wait that an upgrade needs", () => {
  const probes = [
    { kind: "InstallPlans", failure: X509 },
    { kind: "JSBundles", failure: X509 },
    { kind: "OAuth clients' Secrets", failure: undefined },
  ];
  expect(found({ webhooks: probes })).toEqual([
    {
      check: "webhooks",
      object: "admission webhooks of InstallPlans, JSBundles",
      why: X509,
      means: "nothing of these kinds can be made or changed, or OAuth clients are stored unchecked: no extension is installed or changed",
      mend: [
        "after an upgrade of ks-core the controller manager has its new certificate within two minutes: wait",
        "kubectl --namespace kubesphere-system rollout restart deployment/ks-controller-manager",
        "if it stays so, this says what was changed, and the way back: npx luban drift --stack dev",
      ],
    },
  ]);
  const refused = found({ webhooks: [{ kind: "InstallPlans", failure: 'failed calling webhook "x": connection refused' }] });
  expect(refused[0]?.mend).toHaveLength(2);
});

const half = (namespace: string, name: string, statuses: readonly string[], atWork?: string): Partial<Facts> => ({
  unfinishedReleases: {
    releases: [{ namespace, name, revisions: statuses.map((status, index) => ({ number: index + 1, status, since: ago(600) })) }],
    atWork,
  },
});
const HALF_WAY = `the Helm release is pending-upgrade (revision 2, since ${ago(600)})`;

test("an extension's release that Helm will not touch again goes back to its last good revision", () => {
  expect(found(half("extension-demo", "demo", ["deployed", "pending-upgrade"]))).toEqual([
    {
      check: "pendingRelease",
      object: "Release extension-demo/demo",
      why: HALF_WAY,
      means: 'Helm refuses to touch it ("another operation is in progress"), so no change of InstallPlan demo is rolled out',
      mend: ["helm rollback demo 1 --namespace extension-demo"],
      action: { do: "roll back", name: "demo", namespace: "extension-demo", revision: 1 },
    },
  ]);
});

test("a release that was never whole is not uninstalled by us: volumes would go with it", () => {
  const [only] = found(half("extension-demo", "demo", ["pending-install"]));
  expect([only?.action, only?.mend]).toEqual([
    undefined,
    [
      "uninstall it, since no revision of it was ever whole: helm uninstall demo --namespace extension-demo",
      "pulumi up --refresh --stack dev",
    ],
  ]);
});

test("the stack's own release is for `npx luban recover`, which mends the state with it; nothing while somebody is at work", () => {
  expect(found(half("kubesphere-system", "ks-core", ["deployed", "pending-upgrade"]))).toEqual([
    {
      check: "pendingRelease",
      object: "Release kubesphere-system/ks-core",
      why: HALF_WAY,
      means: 'Helm refuses to touch it ("another operation is in progress"), so no up gets past it',
      mend: ["npx luban recover --stack dev"],
    },
  ]);
  expect(found(half("kubesphere-system", "ks-core", ["deployed", "pending-upgrade"], "me@here (process 1)"))).toEqual([]);
});

test("somebody else's release, and one whose Job is at work, are no finding", () => {
  expect(found(half("theirs", "app", ["pending-install"]))).toEqual([]);
  const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "run", creationTimestamp: ago(5) }, status: {} };
  const upgrading = plan({ ...INSTALLED, state: "Upgrading", stateHistory: [{ state: "Upgrading", lastTransitionTime: ago(5) }] });
  const executions = new Map([["demo", { job, pods: [], workloads: [], warnings: [] }]]);
  expect(found({ ...half("extension-demo", "demo", ["deployed", "pending-upgrade"]), plans: [upgrading], executions })).toEqual([]);
});

const nginx = (pods: Facts["ingressClasses"][number]["pods"]) => [
  { name: "nginx", isDefault: false, controller: "k8s.io/ingress-nginx", pods },
];

test("an Ingress class that is gone says which URLs nobody answers", () => {
  const other = { name: "traefik", isDefault: false, controller: "traefik.io/ingress-controller", pods: undefined };
  expect(found({ ingressClasses: [other] })).toEqual([
    {
      check: "ingressClass",
      object: "IngressClass nginx",
      why: "there is no such IngressClass; the cluster has traefik",
      means: "no extension can be reached at its URL (extension-demo/demo)",
      mend: ["npx luban drift --stack dev names what was changed in the release ingress-nginx, and the way back"],
    },
  ]);
  expect(found({ ingressClasses: nginx(undefined) })).toEqual([]);
  expect(found({ ingressClasses: [], ingresses: [], stack: { ...HEALTHY.stack, declared: new Set() } })).toEqual([]);
});

test.each([
  [{ labels: PODS, ready: 0, total: 2 }, `none of 2 pods is ready of its controller k8s.io/ingress-nginx (${PODS})`],
  [{ labels: PODS, ready: 0, total: 0 }, `there are no pods of its controller k8s.io/ingress-nginx (${PODS})`],
])("a class whose controller is down is served by nobody: %p", (pods, why) => {
  expect(told({ ingressClasses: nginx(pods) })).toEqual([{ check: "ingressClass", object: "IngressClass nginx", why }]);
});

test("an extension's Ingress of another class, or of none, is found; with a default class the latter is served", () => {
  const of = (name: string, ingressClassName?: string) => ({
    ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name, namespace: "extension-demo" } },
    spec: ingressClassName === undefined ? {} : { ingressClassName },
  });
  expect(told({ ingresses: [of("a", "haproxy"), of("b")] })).toEqual([
    { check: "ingressClass", object: "IngressClass haproxy", why: "there is no such IngressClass; the cluster has nginx" },
    { check: "ingressClass", object: "Ingress extension-demo/b", why: "it names no class, and none is the cluster's default" },
  ]);
  expect(told({ ingresses: [of("b")], ingressClasses: nginx(undefined).map((it) => ({ ...it, isDefault: true })) })).toEqual([]);
});

test("a NodePort that somebody else has is named with who has it", () => {
  expect(
    found({ services: [service("theirs", "web", 30880), service("theirs", "api", 30888), service("theirs", "other", 31000)] }),
  ).toEqual([
    {
      check: "nodePort",
      object: "Service theirs/web",
      why: "it has NodePort 30880, which is kubesphere:ports.console",
      means: 'the console does not get the port: its Helm release fails with "provided port is already allocated", or it answers elsewhere',
      mend: [
        "give that Service another port, or name another one in kubesphere:ports.console",
        "pulumi up --refresh --stack dev; where the Service of the stack was changed by hand, npx luban drift names the way back",
      ],
    },
    expect.objectContaining({
      check: "nodePort",
      object: "Service theirs/api",
      why: "it has NodePort 30888, which is kubesphere:ports.ingress",
    }),
  ]);
  const brought = { ...HEALTHY.stack, ingress: statedIngress({ ingressNginx: { install: false } }) };
  expect(found({ services: [service("theirs", "traefik", 30888)], stack: brought })).toEqual([]);
});

test("each controller's own Service is known by its labels: it is not blamed for the port that it is to have", () => {
  const class_ = { name: "traefik", isDefault: false, controller: "traefik.io/ingress-controller", pods: undefined };
  const { stack, ingressClasses } = HEALTHY;
  for (const name of CONTROLLER_NAMES) {
    const { release, service: labels } = controllerOf(name);
    const taken = (of: Record<string, string>) =>
      told({
        ...{
          services: [service(release, "entry", 30888, of)],
          stack: { ...stack, ingress: statedIngress({ ingress: { controller: name } }) },
        },
        ...{ ingressClasses: [...ingressClasses, class_], ingresses: [] },
      }).filter(({ check }) => check === "nodePort");
    expect(taken(labels)).toEqual([]);
    expect(taken({ app: "other" })).toHaveLength(1);
  }
});

const URL = "http://192.0.2.1:30880";
const failure = (code: string, message = "") => ({ url: URL, failure: { code, message } });
test.each<[string, IssuerAnswer, string]>([
  ["a name without DNS", failure("ENOTFOUND"), "the name 192.0.2.1 is not known here (ENOTFOUND)"],
  ["a closed port", failure("ECONNREFUSED"), "nobody listens there (ECONNREFUSED)"],
  ["an untrusted certificate", failure("DEPTH_ZERO_SELF_SIGNED_CERT"), "its certificate is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT)"],
  ["a firewall", failure("ETIMEDOUT"), "no answer (ETIMEDOUT)"],
  ["an error without a code", failure("", "socket hang up"), "no answer (socket hang up)"],
])("an issuer that clients do not reach for %s is told as that", (_, issuer, why) => {
  expect(told({ issuer })).toEqual([{ check: "issuer", object: `issuer ${URL}`, why: `${URL}/.well-known/openid-configuration: ${why}` }]);
});

test("a web page where the stack has ks-core's chart leads to the page that says what can be installed today", () => {
  const url = "https://charts.example.com/ks-core-1.1.3.tgz";
  expect(found({ ksCoreChart: { url, why: "a gzip archive (.tgz); the server answered with text/html" } })).toEqual([
    {
      check: "ksCoreChart",
      object: `ks-core's chart at ${url}`,
      why: "it is not a gzip archive (.tgz); the server answered with text/html",
      means: "no run of this stack gets further than this; what is deployed runs on",
      mend: [
        'docs/example.md says under "What works today" where to get ks-core',
        "pulumi config set --path kubesphere:ksCore.chart CHART --stack dev",
      ],
    },
  ]);
});

test("an issuer that says another name of itself, at which every client's check fails, is found", () => {
  expect(found({ issuer: { url: URL, status: 200, issuer: "http://ks-console.kubesphere-system.svc:30880" } })).toEqual([
    {
      check: "issuer",
      object: `issuer ${URL}`,
      why: "its discovery document says http://ks-console.kubesphere-system.svc:30880",
      means: "nobody signs in from here: neither at the console nor at an application that asks this issuer",
      mend: [
        "pulumi up --refresh --stack dev",
        "restart ks-apiserver after a change of kubesphere-config: kubectl --namespace kubesphere-system rollout restart deployment/ks-apiserver",
      ],
    },
  ]);
  expect(told({ issuer: { url: URL, status: 502, issuer: undefined } })[0]?.why).toBe(
    `${URL}/.well-known/openid-configuration answers with HTTP 502 and no discovery document`,
  );
  expect(found({ issuer: undefined })).toEqual([]);
});

const clock = (seconds: number) => ({ server: Date.parse(NOW) + seconds * 1000, asked: Date.parse(NOW), answered: Date.parse(NOW) + 1000 });
test.each([
  [clock(62), "it is 61 s ahead of this machine's"],
  [clock(-90), "it is 90 s behind this machine's"],
])("an API server whose clock is off by more than a minute is found, since ID tokens fail then", (serverClock, why) => {
  expect(told({ serverClock })).toEqual([{ check: "serverClock", object: "clock of the API server", why }]);
  expect([found({ serverClock: clock(60) }), found({ serverClock: clock(-60) })]).toEqual([[], []]);
});

const node = (seconds: number) => [{ node: "node-1", renewed: Date.parse(ago(-seconds)), read: Date.parse(NOW) }];
test.each([
  [node(300), "by its last Lease in kube-node-lease it is 300 s ahead of the API server's"],
  [node(-300), "by its last Lease in kube-node-lease it is 260 s behind the API server's"],
])("a node whose clock is off is found, and one that has just not renewed its Lease is not", (nodeClocks, why) => {
  expect(told({ nodeClocks })).toEqual([{ check: "nodeClocks", object: "clock of Node node-1", why }]);
  expect([found({ nodeClocks: node(60) }), found({ nodeClocks: node(-100) })]).toEqual([[], []]);
});
