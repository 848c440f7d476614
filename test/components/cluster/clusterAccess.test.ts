import { mkdtempSync, rmSync } from "fs";
import { createServer, type IncomingMessage } from "http";
import type { AddressInfo } from "net";
import { tmpdir } from "os";
import { join } from "path";
import { text } from "stream/consumers";
import { accessCluster } from "../../../components/cluster/clusterAccess";
import { cluster } from "../../../settings/clusterSettings";

const MACHINES = {
  hosts: [{ name: "node1", address: "192.168.0.1" }],
  roles: { etcd: ["node1"], "control-plane": ["node1"], worker: ["node1"] },
};

/** What the API server is asked, and what it answers by path: status and object. */
let asked: unknown[] = [];
let answers: Record<string, [number, unknown]> = {};
const server = createServer((request: IncomingMessage, response) => {
  void text(request).then((body) => {
    const { method, url = "", headers } = request;
    asked.push({ method, url, authorization: headers.authorization, ...(body && { body: JSON.parse(body) as unknown }) });
    const [status, answer] = answers[url] ?? [404, { kind: "Status", message: "not found" }];
    response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
});
const folder = mkdtempSync(join(tmpdir(), "access-"));
let address = "";
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  asked = [];
  answers = {};
});

const kubeconfig = (cluster: object = {}) =>
  JSON.stringify({
    "current-context": "lab",
    contexts: [
      { name: "lab", context: { cluster: "lab", user: "me" } },
      { name: "half", context: { cluster: "gone", user: "me" } },
    ],
    clusters: [{ name: "lab", cluster: { server: address, ...cluster } }],
    users: [{ name: "me", user: { token: "fake-token" } }],
  });
const accessTo = (text: string, context?: string) => accessCluster({ kubeconfig: text, ...(context !== undefined && { context }) });

const REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

test("the questions before a run are asked as the kubeconfig's user, without loading a client library", async () => {
  answers = {
    [REVIEW]: [201, { status: { allowed: true } }],
    "/api/v1/namespaces/kubesphere-system": [200, { metadata: { name: "kubesphere-system", annotations: { a: "b" } } }],
    "/version": [200, { major: "1", gitVersion: "v1.37.2" }],
    "/apis/storage.k8s.io/v1/storageclasses": [
      200,
      {
        items: [
          { metadata: { name: "fast" } },
          { metadata: { name: "local", annotations: { "storageclass.beta.kubernetes.io/is-default-class": "true" } } },
          { metadata: { name: "large", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } } },
          { metadata: { name: "slow", annotations: { "storageclass.kubernetes.io/is-default-class": "false" } } },
        ],
      },
    ],
  };
  const access = await accessTo(kubeconfig());
  expect({
    server: access.server,
    isAdministrator: await access.isAdministrator(),
    there: await access.namespace("kubesphere-system"),
    none: await access.namespace("none"),
    version: await access.kubernetesVersion(),
    storage: await access.storageClasses(),
  }).toEqual({
    server: address,
    isAdministrator: true,
    there: { name: "kubesphere-system", annotations: { a: "b" } },
    none: undefined,
    version: "v1.37.2",
    storage: [
      { name: "fast", isDefault: false },
      { name: "local", isDefault: true },
      { name: "large", isDefault: true },
      { name: "slow", isDefault: false },
    ],
  });
  const authorization = "Bearer fake-token";
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { group: "*", resource: "*", verb: "*" } },
  };
  expect(asked).toEqual([
    { method: "POST", url: REVIEW, authorization, body },
    { method: "GET", url: "/api/v1/namespaces/kubesphere-system", authorization },
    { method: "GET", url: "/api/v1/namespaces/none", authorization },
    { method: "GET", url: "/version", authorization },
    { method: "GET", url: "/apis/storage.k8s.io/v1/storageclasses", authorization },
  ]);
});

test("a CRD is looked at, and tried on without being written", async () => {
  const crd = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "foos.example.com" } };
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/foos.example.com";
  const trial = `${path}?dryRun=All&force=true&fieldManager=kubesphere-luban`;
  const plan = "/apis/kubesphere.io/v1alpha1/installplans/";
  answers = {
    [path]: [200, { ...crd, spec: { a: 1 } }],
    [trial]: [200, { ...crd, spec: { a: 2 } }],
    [`${plan}web`]: [200, { status: { version: "0.1.0" } }],
    [`${plan}new`]: [200, { status: { state: "Installing" } }],
  };
  const access = await accessTo(kubeconfig());
  expect([await access.crd(crd.metadata.name), await access.crd("none"), await access.appliedCrd(crd)]).toEqual([
    { ...crd, spec: { a: 1 } },
    undefined,
    { ...crd, spec: { a: 2 } },
  ]);
  const installed = [];
  for (const name of ["web", "new", "none"]) installed.push(await access.hasInstalled(name));
  expect(installed).toEqual([true, false, false]);
  expect(asked).toContainEqual({ method: "PATCH", url: trial, authorization: "Bearer fake-token", body: crd });
});

test("what the API server refuses is told in its own words, and a web server is not taken for one", async () => {
  answers = { [REVIEW]: [401, { kind: "Status", message: "Unauthorized" }], "/version": [200, "<!doctype html>"] };
  const access = await accessTo(kubeconfig());
  await expect(access.isAdministrator()).rejects.toThrow(new Error("HTTP 401: Unauthorized"));
  await expect(access.kubernetesVersion()).rejects.toThrow(new Error("HTTP 200: this is no Kubernetes API server"));
});

test("a cluster that does not answer is told with the network's word", async () => {
  const access = await accessTo(kubeconfig({ server: "http://127.0.0.1:1" }));
  await expect(access.isAdministrator()).rejects.toThrow("connect ECONNREFUSED 127.0.0.1:1");
});

test.each([
  [
    "a file that is not there",
    () => accessTo(join(folder, "none")),
    () => `kubesphere:cluster.kubeconfig: "${join(folder, "none")}" is not allowed; allowed: a kubeconfig that can be read (ENOENT). `,
  ],
  [
    "a text that is no kubeconfig, which may hold a credential,",
    () => accessTo("token: fake-token: oops\n"),
    () => 'kubesphere:cluster.kubeconfig: "[not shown]" is not allowed; allowed: a kubeconfig that can be read (it is no kubeconfig). ',
  ],
  [
    "a context that is not there",
    () => accessTo(kubeconfig(), "prod"),
    () => 'kubesphere:cluster.context: "prod" is not allowed; allowed: lab, half. ',
  ],
  [
    "a kubeconfig without a current context",
    () => accessTo("{}"),
    () =>
      'kubesphere:cluster.kubeconfig: "a kubeconfig without a current context" is not allowed; allowed: a context, of which this kubeconfig has none. ',
  ],
  [
    "a context whose cluster is not there",
    () => accessTo(kubeconfig(), "half"),
    () =>
      'kubesphere:cluster.kubeconfig: "[not shown]" is not allowed; allowed: a kubeconfig that can be read (there is no cluster "gone"). ',
  ],
  [
    "a cluster that KubeKey has yet to make",
    () => accessCluster(cluster.parse({ kubekey: MACHINES })),
    () =>
      "kubesphere:cluster.kubeconfig: is missing; allowed: the kubeconfig of the cluster that cluster.kubekey describes. `npx luban cluster create` makes the cluster and keeps it here.",
  ],
])("%s is one line that says what is allowed", async (_what, access, message) => {
  await expect(access()).rejects.toThrow(message());
});
