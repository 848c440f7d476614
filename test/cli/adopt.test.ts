import { gzipSync } from "zlib";
import { settingsToTake } from "../../cli/adopt/configuration";
import { remaining } from "../../cli/adopt/remaining";
import { adopted, plan } from "../../cli/adopt/report";
import { managedBy, replacing, withInputs, type ExportedState } from "../../cli/adopt/state";
import { strangersIn } from "../../cli/adopt/strangers";
import type { Cluster, KubernetesObject, StoredObject } from "../../cli/shared/cluster";
import { decodeRelease, releaseOf } from "../../cli/shared/helmReleases";
import { inParallel } from "../../kubesphere/parallel";
import type { Inputs, Step } from "../../cli/shared/preview";
import type { Stack } from "../../cli/shared/pulumi";

const service = (port: number) => ({ apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "shop" }, spec: { port } });
const asStored = (object: KubernetesObject): StoredObject => ({ ...object, metadata: { ...object.metadata, generation: 3 } });
/** Has `live`, and makes of what is applied just that. */
const clusterWith = (live: KubernetesObject) =>
  ({
    read: () => Promise.resolve(asStored(live)),
    dryApply: (object: KubernetesObject) => Promise.resolve(asStored(object)),
  }) as unknown as Cluster;

const left = (step: Omit<Step, "urn">, after: object, live = service(80)) =>
  remaining(clusterWith(live), {
    steps: [{ urn: "urn::web", ...step }],
    inputs: new Map<string, Inputs>([["urn::web", { after: { ...after } }]]),
    state: {},
  });
const update = (type: string, ...properties: string[]): Omit<Step, "urn"> => ({
  op: "update",
  newState: { urn: "urn::web", type },
  detailedDiff: Object.fromEntries(properties.map((path) => [path, { kind: "add" }])),
});

test("an update of what the cluster has already is called harmless, and one of what it has otherwise is not", async () => {
  const step = update("kubernetes:core/v1:Service", "spec");
  expect(await left(step, service(80))).toEqual([
    { operation: "update", resource: "web", properties: [], harmless: "the cluster has it so already" },
  ]);
  expect(await left(step, service(81))).toEqual([{ operation: "update", resource: "web", properties: ["spec.port"] }]);
});

test("what only the run itself will know is never called harmless", async () => {
  const later = { ...service(80), spec: { port: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } };
  expect(await left(update("kubernetes:core/v1:Service", "spec"), later)).toEqual([
    { operation: "update", resource: "web", properties: ["spec"] },
  ]);
});

test("a release whose values stay is harmless; of one whose values change these are named", async () => {
  const release = (...properties: string[]) => left(update("kubernetes:helm.sh/v3:Release", ...properties), {});
  expect(await release("chart", "timeout", "resetValues")).toMatchObject([
    { harmless: expect.stringContaining("how Helm is called") as string },
  ]);
  expect(await release("chart", "values.portal")).toEqual([{ operation: "update", resource: "web", properties: ["values.portal"] }]);
});

test("what would be replaced only because the import forgot a property is told it, and nothing else is", () => {
  const steps: Step[] = [
    { op: "create-replacement", urn: "a", detailedDiff: { "roleRef.name": { kind: "add-replace" }, subjects: { kind: "add" } } },
    { op: "update", urn: "b", detailedDiff: { data: { kind: "add" } } },
  ];
  expect(replacing(steps)).toEqual(new Map([["a", ["roleRef"]]]));
  const state = {
    deployment: {
      resources: [
        { urn: "a", inputs: { kind: "ClusterRoleBinding" }, outputs: { roleRef: { name: "r" }, subjects: [] } },
        { urn: "b", inputs: { kind: "Secret" }, outputs: { data: {} } },
      ],
    },
  };
  expect(withInputs(state, replacing(steps)).deployment.resources.map(({ inputs }) => inputs)).toEqual([
    { kind: "ClusterRoleBinding", roleRef: { name: "r" } },
    { kind: "Secret" },
  ]);
});

test("what the provider keeps as its own copy of an import knows it too, or the provider replaces what is the same", () => {
  const binding = (outputs: object) => ({
    urn: "urn::b",
    inputs: { kind: "RoleBinding" },
    outputs: { roleRef: { name: "r" }, ...outputs },
  });
  const mended = (outputs: object) =>
    withInputs({ deployment: { resources: [binding(outputs)] } }, new Map([["urn::b", ["roleRef"]]])).deployment.resources[0]?.outputs;
  expect(mended({ __inputs: { kind: "RoleBinding" } })).toEqual({
    roleRef: { name: "r" },
    __inputs: { kind: "RoleBinding", roleRef: { name: "r" } },
  });
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" };
  expect(mended({ __inputs: secret })).toEqual({ roleRef: { name: "r" }, __inputs: secret });
  expect(mended({})).toEqual({ roleRef: { name: "r" } });
});

const clientSecret = (name: string) => ({
  ...{ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "kubesphere-system" } },
  data: { "configuration.yaml": Buffer.from("name: shop\nsecret: known\n").toString("base64") },
});
const kubesphereConfig = {
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kubesphere-config" } },
  data: { "kubesphere.yaml": "authentication: {issuer: {jwtSecret: j}}\n" },
};

test("a secret that the stack has made itself is not written into its configuration; one in use from before is", async () => {
  const cluster = {
    read: () => Promise.resolve(kubesphereConfig),
    list: () => Promise.resolve([clientSecret("oauthclient-shop")]),
  } as unknown as Cluster;
  const stack = { json: () => Promise.resolve({ "kubesphere:oauthClients": { objectValue: [{ name: "shop" }] } }) } as unknown as Stack;
  const resource = (type: string, id: string) => ({ urn: id, type: `kubernetes:${type}`, id });
  const secret = resource("core/v1:Secret", "kubesphere-system/oauthclient-shop");
  const release = resource("helm.sh/v3:Release", "kubesphere-system/ks-core");
  const taken = async (...resources: object[]) =>
    (await settingsToTake(stack, cluster, managedBy({ deployment: { resources } } as ExportedState))).map(({ value }) => value);
  expect(await taken()).toEqual(["j", "known"]);
  expect(await taken(secret)).toEqual(["j"]);
  expect(await taken(release)).toEqual(["known"]);
  expect(await taken(secret, release)).toEqual([]);
  expect(managedBy({ deployment: {} })).toEqual(new Set());
  const provider = "urn:pulumi:s::p::kubesphere:index:MemberCluster$pulumi:providers:kubernetes::edge-provider::1";
  expect(await taken({ ...secret, provider })).toEqual(["j", "known"]);
});

test("what others made in a namespace to be adopted is named; what the stack, its releases and extensions have there is not", async () => {
  const [namespace, owner] = ["shop", { "meta.helm.sh/release-name": "shop" }];
  const object = (kind: string, name: string, metadata: object = {}) => ({
    apiVersion: "v1",
    kind,
    metadata: { name, namespace, ...metadata },
  });
  const revision = (name: string) => ({
    ...object("Secret", `sh.helm.release.v1.${name}.v1`, { labels: { name } }),
    type: "helm.sh/release.v1",
  });
  const there = [
    object("ConfigMap", "notes"),
    object("ConfigMap", "kube-root-ca.crt"),
    object("Secret", "declared"),
    object("Service", "web", { annotations: owner }),
    object("Service", "other", { annotations: { "meta.helm.sh/release-name": "theirs" } }),
    object("Pod", "web-1", { ownerReferences: [{ kind: "ReplicaSet", name: "web" }] }),
    revision("shop"),
    revision("theirs"),
    revision("tools"),
  ];
  const list = ({ kind }: { kind: string }) => Promise.resolve(there.filter((it) => it.kind === kind));
  const declared = [
    object("Secret", "declared"),
    { apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name: "shop" } },
    object("Release", "tools"),
  ];
  const found = await strangersIn({ list } as unknown as Cluster, [namespace], declared);
  expect([...found].sort()).toEqual(["ConfigMap shop/notes", "Release shop/theirs", "Service shop/other"]);
  const surveyed = { found: [], missing: [], file: { resources: [] }, strangers: found };
  expect(plan(surveyed, [], [])).toContain(
    "made by others in namespaces to be adopted: `pulumi destroy` takes it along with its namespace:",
  );
});

test("the reports name what is adopted, made, set and left, and never a secret's value", () => {
  const survey = { found: [{ resource: "demo-plan", object: "InstallPlan demo" }], missing: [], file: { resources: [] }, strangers: [] };
  const settings = [{ path: "kubesphere:oauthClients[0].secret", value: "hush", isSecret: true, why: "applications know it" }];
  const left = [{ operation: "update", resource: "web", properties: ["spec.port"] }];
  const text = plan(survey, settings, []) + adopted(survey, settings, { known: [], refused: [], left });
  expect(text).toBe(`in the cluster, to be adopted:
  InstallPlan demo as demo-plan

to be written into the stack's configuration:
  kubesphere:oauthClients[0].secret (a secret): applications know it
adopted:
  InstallPlan demo as demo-plan

written into the stack's configuration:
  kubesphere:oauthClients[0].secret (a secret): applications know it

what the next \`pulumi up\` changes (npx luban preview shows it):
  update web: spec.port`);
});

const stored = (version: number, status: string, given?: { readonly manifest?: string }) => {
  const manifest = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: web}\n---\n# nothing\n";
  const release = { version, info: { status }, chart: { metadata: { version: "1.2.3" } }, config: { a: 1 }, ...(given ?? { manifest }) };
  return Buffer.from(gzipSync(JSON.stringify(release)).toString("base64")).toString("base64");
};

test("a Helm release is read as Helm stores it, and of its revisions the last", async () => {
  expect(decodeRelease(stored(1, "deployed"))).toEqual({
    revision: 1,
    status: "deployed",
    version: "1.2.3",
    values: { a: 1 },
    objects: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "web" } }],
  });
  // Helm leaves the manifest out where a chart makes nothing.
  expect(decodeRelease(stored(1, "deployed", {})).objects).toEqual([]);
  const secret = (version: number): StoredObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `v${version}`, labels: { version: `${version}` } },
    data: { release: stored(version, "superseded") },
  });
  const list = () => Promise.resolve([9, 10, 2].map(secret));
  expect((await releaseOf({ list }, "n", "r"))?.revision).toBe(10);
  expect(await releaseOf({ list: () => Promise.resolve([]) }, "n", "r")).toBeUndefined();
});

test("many things at a time keep their order, never more than eight at once, and the first error is told", async () => {
  let [now, most] = [0, 0];
  const work = async (item: number) => {
    most = Math.max(most, ++now);
    await new Promise((done) => setImmediate(done));
    now--;
    if (item === 99) throw new Error("the ninety-ninth");
    return item * 2;
  };
  expect(await inParallel([...Array(30).keys()], work)).toEqual([...Array(30).keys()].map((item) => item * 2));
  expect(most).toBe(8);
  await expect(inParallel([1, 99], work)).rejects.toThrow("the ninety-ninth");
});
