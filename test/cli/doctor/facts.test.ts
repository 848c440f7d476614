/** What the doctor reads: who may not read all of it is told so, and nobody is blamed for what others do. */
import { createServer, type Server } from "http";
import type { AddressInfo } from "net";
import { examine } from "../../../cli/doctor/examine";
import { contents } from "../../../cli/shared/namespaceContents";
import { issuer, ksCoreChart, webhooks } from "../../../cli/doctor/facts/probes";
import { executions } from "../../../cli/doctor/facts/plans";
import { readFacts } from "../../../cli/doctor/facts/reader";
import { stackFacts } from "../../../cli/doctor/facts/stack";
import { CHECKS } from "../../../cli/doctor/findings";
import type { KubernetesObject, StoredObject } from "../../../cli/shared/cluster";
import { Failure } from "../../../cli/shared/command";
import type { Stack } from "../../../cli/shared/pulumi";
import { controllerOf } from "../../../kubesphere/ingress/controllers";
import { freePort } from "../../support/freePort";
import { clusterOf, HEALTHY, INSTALLED, plan } from "./support";

const forbidden = (what: string): never => {
  throw new Failure(
    `https://example.com, ${what} (list): it is forbidden: User "me" cannot list resource "${what}" in API group "" (HTTP 403)`,
  );
};
const labelledClient = (it: KubernetesObject): StoredObject => ({
  ...it,
  metadata: { ...it.metadata, labels: { "config.kubesphere.io/oauthclient": "x" } },
});

test("a user who may not read Secrets or nodes is told so, and all else is checked", async () => {
  const cluster = clusterOf(({ kind }) => (kind === "Secret" || kind === "Node" ? forbidden(kind) : []), labelledClient);
  const server = {
    clock: () => Promise.resolve({ server: 0, asked: 0, answered: 0 }),
    touch: () => Promise.reject(new Error("it only looks")),
    letGo: () => Promise.reject(new Error("it only looks")),
    hold: () => Promise.reject(new Error("it only looks")),
    annotate: () => Promise.reject(new Error("it only looks")),
    release: () => Promise.reject(new Error("it only looks")),
  };
  const facts = { ...HEALTHY.stack, issuer: undefined };
  const results = examine(CHECKS, await readFacts({ facts, cluster, server, stack: {} as Stack, members: [] }));
  expect(results.flatMap(({ check, notChecked }) => (notChecked === undefined ? [] : [[check, notChecked]]))).toEqual([
    ["pendingRelease", "the kubeconfig's user may not list Secret"],
    ["nodeClocks", "the kubeconfig's user may not list Node"],
    ["remains", "the kubeconfig's user may not list Secret"],
  ]);
  expect(results.flatMap(({ findings }) => findings.map(({ object }) => object))).toEqual(["IngressClass nginx"]);
  const silent = clusterOf(() => {
    throw new Failure("https://example.com cannot be asked: socket hang up");
  });
  const none = examine(CHECKS, await readFacts({ facts, cluster: silent, server, stack: {} as Stack, members: [] }));
  expect(none.find(({ check }) => check === "nodePort")?.notChecked).toBe("https://example.com cannot be asked: socket hang up");
});

describe("KubeSphere's webhooks", () => {
  const probed = (answer: (object: KubernetesObject) => StoredObject) => webhooks(clusterOf(() => [], answer));
  const saying = (message: string) => () => {
    throw new Failure(`https://example.com, InstallPlan x: ${message} (HTTP 500)`);
  };

  test("that refuse have answered; those that cannot be called are told in the API server's words", async () => {
    const kinds = ["InstallPlans", "JSBundles", "OAuth clients' Secrets"];
    expect(await probed(saying('admission webhook "x.kubesphere.io" denied the request: no'))).toEqual(
      kinds.map((kind) => ({ kind, failure: undefined })),
    );
    const failure = 'failed calling webhook "installplans.kubesphere.io": x509: unknown authority';
    expect(await probed(saying(`Internal error occurred: ${failure}`))).toEqual(kinds.map((kind) => ({ kind, failure })));
  });

  test("that are passed over in silence show in that nothing was done", async () => {
    const answers = await probed((it) => ({ ...it }));
    expect(answers.map(({ failure }) => failure !== undefined)).toEqual([false, false, true]);
  });

  test.each(["installplans is forbidden: User cannot patch", 'failed calling webhook "policy.kyverno.svc": refused'])(
    "are not blamed for: %s",
    async (message) => {
      await expect(probed(saying(message))).rejects.toThrow(message);
    },
  );
});

describe("an address, asked as a client would:", () => {
  let server: Server;
  let url: string;
  let answer: [status: number, body: string];
  beforeAll(async () => {
    server = createServer((_, response) => response.writeHead(answer[0], { "content-type": "application/json" }).end(answer[1]));
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test.each<[number, string, string | undefined]>([
    [200, '{"issuer":"http://other"}', "http://other"],
    [200, "<html>", undefined],
    [502, '{"issuer":"http://other"}', undefined],
  ])("an issuer that answers %p %p says %p", async (status, body, said) => {
    answer = [status, body];
    expect(await issuer(url)).toEqual({ url, status, issuer: said });
  });

  test("a web page in place of ks-core's chart is told without the login in its address; a chart on disk and a dead address are no finding", async () => {
    answer = [200, "<html>"];
    expect(await ksCoreChart({ chart: url.replace("//", "//me:word@") })).toEqual({
      url: url.replace("//", "//[secret]@"),
      why: "a gzip archive (.tgz); the server answered with application/json",
    });
    expect(await ksCoreChart(undefined)).toBeUndefined();
    expect(await ksCoreChart({ chart: `http://127.0.0.1:${await freePort()}` })).toBeUndefined();
  });

  test("an issuer that is not there is told with the network's code; a stack without one has none", async () => {
    const gone = `http://127.0.0.1:${await freePort()}`;
    expect(await issuer(gone)).toMatchObject({ url: gone, failure: { code: "ECONNREFUSED" } });
    expect(await issuer(undefined)).toBeUndefined();
  });
});

test("a namespace that holds only what KubeSphere and Kubernetes put there is empty; a Secret, a volume or a release is somebody's", async () => {
  const object = (kind: string, name: string, more: object = {}): StoredObject => ({ apiVersion: "v1", kind, metadata: { name }, ...more });
  const run = { metadata: { name: "helm-executor-install-shop-abcdef", labels: { "kubesphere.io/extension-ref": "shop" } } };
  const own = [
    object("ConfigMap", "kube-root-ca.crt"),
    object("Pod", "", run),
    object("Job", "", run),
    // KubeSphere 4.1.3's, and the ConfigMap of an uninstall, which carries no label.
    object("Job", "", { metadata: { ...run.metadata, name: "helm-upgrade-shop-abcdef" } }),
    object("ConfigMap", "helm-uninstall-shop-abcdef"),
    object("Secret", "token", { type: "kubernetes.io/service-account-token" }),
  ];
  const release = (version: number) =>
    object("Secret", `sh.helm.release.v1.shop.v${version}`, {
      type: "helm.sh/release.v1",
      metadata: { name: "x", labels: { name: "shop" } },
    });
  const somebodys = [
    object("PersistentVolumeClaim", "data"),
    release(1),
    release(2),
    object("ConfigMap", "helm-upgrade"),
    object("Pod", "helm-executor-of-mine"),
    object("Secret", "key"),
  ];
  const cluster = clusterOf(({ kind, namespace }) => [...own, ...(namespace === "full" ? somebodys : [])].filter((it) => it.kind === kind));
  expect(await contents(cluster, ["empty", "full"])).toEqual(
    new Map([
      ["empty", []],
      ["full", ["PersistentVolumeClaim data", "Pod helm-executor-of-mine", "ConfigMap helm-upgrade", "Release shop", "Secret key"]],
    ]),
  );
});

test("what the stack says is taken with the program's own defaults, and what it declares by name", () => {
  const resources = [
    { urn: "a", type: "pulumi:pulumi:Stack", outputs: { issuer: "http://192.0.2.1:30880" } },
    { urn: "b", type: "kubernetes:core/v1:Namespace", inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } } },
    { urn: "c", type: "kubernetes:helm.sh/v3:Release", inputs: { name: "ks-core", namespace: "kubesphere-system" } },
    {
      ...{
        urn: "d",
        type: "kubernetes:core/v1:Namespace",
        inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name: "on-member" } },
      },
      provider: "urn:pulumi:s::p::kubesphere:index:MemberCluster$pulumi:providers:kubernetes::edge-provider::1",
    },
  ];
  expect(stackFacts(undefined, { ksCore: { chart: "./ks-core.tgz" } }, { deployment: { resources } })).toEqual({
    ...{
      option: "",
      ports: { ingress: 30888, console: 30880 },
      ingress: { key: "ingress", className: "nginx", name: "ingress-nginx", controller: controllerOf("ingress-nginx") },
      issuer: "http://192.0.2.1:30880",
    },
    declared: new Set(["Namespace shop", "Release kubesphere-system/ks-core"]),
  });
  const config = {
    ports: { ingress: 1, ingressHttps: 2, console: 3 },
    ingressNginx: { className: "traefik", install: false },
    ksCore: { chart: "https://charts.example.com/ks-core-1.1.3.tgz" },
  };
  expect(stackFacts("prod", config, {})).toEqual({
    option: " --stack prod",
    ports: config.ports,
    ingress: { key: "ingressNginx", className: "traefik" },
    ksCoreChart: config.ksCore,
    issuer: undefined,
    declared: new Set(),
  });
});

test("the log of the Pod that came last is read, and a log that may not be read is no reason to tell nothing", async () => {
  const pod = (name: string, creationTimestamp: string) => ({
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: { name, namespace: "shops", creationTimestamp, labels: { "job-name": "helm-install-shop-abc123" } },
  });
  const failed = plan({ ...INSTALLED, state: "InstallFailed", jobName: "helm-install-shop-abc123" });
  const cluster = clusterOf(({ kind }) => (kind === "Pod" ? [pod("b", "2026-01-01T00:00:09Z"), pod("a", "2026-01-01T00:00:00Z")] : []));
  const logOf = async (log: (pod: KubernetesObject) => Promise<string>) =>
    (await executions({ ...cluster, log }, [failed])).get("demo")?.log;
  expect(await logOf(({ metadata }) => Promise.resolve(`of ${metadata.name}\nError: set it\n`))).toBe("set it");
  expect(await logOf(() => Promise.reject(new Failure("forbidden")))).toBeUndefined();
});
