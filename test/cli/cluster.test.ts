/** The commands' access to a cluster, asked of a server that answers as an API server does. */
import { createServer } from "http";
import type { AddressInfo } from "net";
import { apiClient } from "../../cli/shared/apiClient";
import { connect, UnknownKind } from "../../cli/shared/cluster";
import { holdOn } from "../../cli/shared/finalizers";
import { serverOf } from "../../cli/doctor/server";

const POLICY = { spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] } };
const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "web", namespace: "shops" } };
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" } };
const resources = (...all: readonly (readonly [string, string, boolean])[]) => ({
  resources: all.map(([kind, name, namespaced]) => ({ kind, name, namespaced })),
});
const answers: Readonly<Record<string, readonly [number, object | string]>> = {
  "/version": [200, { gitVersion: "v1.37.2" }],
  "/apis": [200, { groups: [{ versions: [{ groupVersion: "apps/v1" }, { groupVersion: "apps/v1beta1" }] }] }],
  "/api/v1": [
    200,
    resources(["ConfigMap", "configmaps", true], ["Namespace", "namespaces", false], ["Pod", "pods/exec", true], ["Pod", "pods", true]),
  ],
  "/apis/networking.k8s.io/v1": [200, resources(["NetworkPolicy", "networkpolicies", true])],
  "/apis/networking.k8s.io/v1/namespaces/shops/networkpolicies/web": [200, { ...policy, ...POLICY }],
  "/api/v1/namespaces/team/configmaps/web": [200, configMap],
  "/api/v1/configmaps?labelSelector=a%3Db": [200, { items: [{ metadata: { name: "web" } }] }],
  "/api/v1/namespaces/shops/configmaps": [200, { items: null }],
  "/api/v1/namespaces/shops/pods/web/log?tailLines=3": [200, "one\ntwo\n"],
  "/api/v1/namespaces/shops": [200, { metadata: { resourceVersion: "7", finalizers: ["a", "b"] } }],
  "/api/v1/namespaces/team/configmaps/theirs": [403, { message: "configmaps is forbidden" }],
};
const asked: { readonly method?: string | undefined; readonly url: string; readonly type?: string; readonly body?: unknown }[] = [];
let connections = 0;
const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
  request.on("end", () => {
    const { method, url = "", headers } = request;
    const type = headers["content-type"];
    asked.push({ url, ...(method !== "GET" && { method }), ...(body && { ...(type && { type }), body: JSON.parse(body) as unknown }) });
    const [status, said] = answers[url.replace(/\?(field|dry|force).*/, "")] ?? [404, { message: `${url} not found` }];
    response.writeHead(status, { date: "Sun, 06 Nov 1994 08:49:37 GMT" });
    response.end(typeof said === "string" ? said : JSON.stringify(said));
  });
});
server.on("connection", () => connections++);
beforeAll(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => asked.splice(0));

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const choice = (context?: string) => ({
  kubeconfig: JSON.stringify({
    ...{ apiVersion: "v1", kind: "Config", "current-context": "it" },
    contexts: [{ name: "it", context: { cluster: "it", user: "it", namespace: "team" } }],
    clusters: [{ name: "it", cluster: { server: address() } }],
    users: [{ name: "it", user: { token: "opaque" } }],
  }),
  context,
});

test("objects are compared as they are: no field is renamed or left out, whatever its kind", async () => {
  const cluster = await connect(choice());
  expect(await cluster.read(policy)).toEqual({ ...policy, ...POLICY });
  await cluster.dryApply({ ...policy, ...POLICY } as typeof policy);
  expect(asked.at(-1)).toEqual({
    method: "PATCH",
    url: "/apis/networking.k8s.io/v1/namespaces/shops/networkpolicies/web?fieldManager=kubesphere-luban&force=true&dryRun=All",
    type: "application/apply-patch+yaml",
    body: { ...policy, ...POLICY },
  });
});

test("an annotation is set without taking the rest of the object over", async () => {
  await (await connect(choice())).annotate(configMap, { a: "b" });
  expect(asked.at(-1)).toEqual({
    method: "PATCH",
    url: "/api/v1/namespaces/team/configmaps/web?fieldManager=kubesphere-luban",
    type: "application/merge-patch+json",
    body: { ...configMap, metadata: { name: "web", annotations: { a: "b" } } },
  });
});

test("a list has the whole of each object, and is empty for an empty one and for a kind that the cluster does not know", async () => {
  const cluster = await connect(choice());
  const { apiVersion, kind } = configMap;
  expect(await cluster.list({ apiVersion, kind, labelSelector: "a=b" })).toEqual([configMap]);
  expect(await cluster.list({ apiVersion, kind, namespace: "shops" })).toEqual([]);
  expect(await cluster.list({ apiVersion: "kubesphere.io/v1alpha1", kind: "Extension" })).toEqual([]);
});

test("what is not there is told from what the cluster does not know, from a refusal, and from no answer", async () => {
  const cluster = await connect(choice());
  const named = (name: string) => ({ ...configMap, metadata: { name } });
  expect(await cluster.read(named("nobody"))).toBeUndefined();
  await expect(cluster.remove(named("nobody"))).resolves.toBeUndefined();
  await expect(cluster.read({ ...configMap, apiVersion: "kubesphere.io/v1alpha1", kind: "Extension" })).rejects.toEqual(
    new UnknownKind(`KubeSphere is not installed on ${address()}: it has no Extension`),
  );
  await expect(cluster.read(named("theirs"))).rejects.toThrow(`${address()}, ConfigMap theirs: configmaps is forbidden (HTTP 403)`);
  const nowhere = { ...choice(), kubeconfig: choice().kubeconfig.replace(address(), "http://127.0.0.1:1") };
  await expect((await connect(nowhere)).versions()).rejects.toThrow(
    "http://127.0.0.1:1 cannot be asked: connect ECONNREFUSED 127.0.0.1:1. Is the cluster up, and are --kubeconfig and --context right?",
  );
});

test("a kind that comes with a CRD while a command watches is found then", async () => {
  const cluster = await connect(choice());
  await cluster.list({ apiVersion: "v1", kind: "Late" });
  await cluster.list({ apiVersion: "v1", kind: "Late" });
  await cluster.read(configMap);
  expect(asked.filter(({ url }) => url === "/api/v1")).toHaveLength(2);
});

test("the versions, a Pod's log and the server's clock", async () => {
  const cluster = await connect(choice());
  expect(await cluster.versions()).toEqual({ kubernetes: "v1.37.2", apis: ["apps/v1", "apps/v1beta1"] });
  expect(await cluster.log({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shops" } }, 3)).toBe("one\ntwo\n");
  expect(await serverOf(await apiClient(choice())).clock()).toMatchObject({ server: Date.parse("1994-11-06T08:49:37Z") });
});

test("a namespace is let go of only as it was seen", async () => {
  await holdOn(await apiClient(choice()))("shops", ({ finalizers = [] }) => ({ finalizers: finalizers.slice(1) }));
  expect(asked.at(-1)).toEqual({
    method: "PATCH",
    url: "/api/v1/namespaces/shops",
    type: "application/merge-patch+json",
    body: { metadata: { resourceVersion: "7", finalizers: ["b"] } },
  });
});

test("one connection serves all requests that follow one another: each new one would take a handshake with a distant cluster", async () => {
  const before = connections;
  const cluster = await connect(choice());
  for (let n = 0; n < 5; n++) await cluster.read(configMap);
  expect(connections - before).toBeLessThanOrEqual(1);
});

test("no kubeconfig, and no such context, are told without a word of what the file holds", async () => {
  await expect(connect({ kubeconfig: "/nowhere", context: undefined })).rejects.toThrow(
    "/nowhere cannot be read (ENOENT): name a kubeconfig with --kubeconfig",
  );
  await expect(connect({ kubeconfig: "a: [\ntoken: s3cret", context: undefined })).rejects.toThrow(
    "the stack's kubeconfig cannot be read (it is no kubeconfig): name a kubeconfig with --kubeconfig",
  );
  await expect(connect(choice("prod"))).rejects.toThrow('there is no context "prod": it has it');
});
