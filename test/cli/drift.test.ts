import { declaredBy } from "../../cli/drift/declared";
import { findDrift } from "../../cli/drift/drift";
import { writersOf } from "../../cli/drift/owners";
import { asMarkdown, asText } from "../../cli/drift/report";
import type { Cluster, KubernetesObject, StoredObject } from "../../cli/shared/cluster";
import { Failure } from "../../cli/shared/command";

const SECRET_MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const deployment = (spec: object): KubernetesObject & { spec: object } => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec,
});
const stored = (
  object: KubernetesObject,
  manager = "kubectl-edit",
  fieldsV1: object = { "f:spec": { "f:replicas": {} } },
): StoredObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    generation: 7,
    managedFields: [{ manager, time: "2026-11-01T10:00:00Z", fieldsV1 }],
  },
});

/** @param applied what the API server would make of the object */
const clusterOf = (live: StoredObject | undefined, applied: (object: KubernetesObject) => StoredObject | Failure): Cluster => {
  const refuse = () => Promise.reject(new Error("drift never writes"));
  return {
    server: "https://example.com",
    versions: refuse,
    read: () => Promise.resolve(live),
    list: () => Promise.resolve([]),
    log: refuse,
    apply: refuse,
    annotate: refuse,
    remove: refuse,
    dryApply: (object) => {
      const result = applied(object);
      return result instanceof Failure ? Promise.reject(result) : Promise.resolve(result);
    },
  };
};
const drift = (declared: KubernetesObject, live: StoredObject | undefined, applied: (object: KubernetesObject) => StoredObject | Failure) =>
  findDrift(clusterOf(live, applied), { objects: [{ urn: "urn", object: { ...declared } }], releases: [] }, () => undefined);
const merged =
  (live: StoredObject, spec: object = {}) =>
  (): StoredObject => ({ ...live, metadata: { ...live.metadata, generation: 8 }, spec: { ...(live["spec"] as object), ...spec } });

test("a changed property is named with what it is, what was deployed, and who wrote it", async () => {
  const declared = deployment({ replicas: 2 });
  const live = stored(deployment({ replicas: 5, strategy: "theirs" }));
  expect(await drift(declared, live, merged(live, { replicas: 2 }))).toEqual([
    {
      object: "Deployment shop/web",
      urn: "urn",
      drift: "changed",
      properties: [{ path: "spec.replicas", is: 5, wanted: 2, by: [{ manager: "kubectl-edit", time: "2026-11-01T10:00:00Z" }] }],
      wayBack: ["pulumi up --refresh"],
    },
  ]);
});

test("what a webhook writes into every object, and what the API server spells its own way, is no drift", async () => {
  const live = stored(deployment({ replicas: 2, cpu: "1" }));
  expect(await drift(deployment({ replicas: 2, cpu: "1000m" }), live, merged(live))).toEqual([]);
  expect(await drift(deployment({ replicas: 2 }), live, merged(live, { addedByAWebhook: true }))).toEqual([]);
});

test("what the cluster's own autoscaler sets is not called drift", async () => {
  const live = stored(deployment({ replicas: 5 }), "kube-controller-manager");
  expect(await drift(deployment({ replicas: 2 }), live, merged(live, { replicas: 2 }))).toEqual([]);
});

test("what KubeSphere's controllers work out of its own kinds is not called drift; an edit in the console, and what another program of their name writes elsewhere, is", async () => {
  const role = (names: readonly string[]) => ({
    apiVersion: "iam.kubesphere.io/v1beta1",
    kind: "GlobalRole",
    metadata: { name: "platform-admin" },
    aggregationRoleTemplates: { templateNames: names },
  });
  const fields = { "f:aggregationRoleTemplates": { "f:templateNames": {} } };
  const by = async (manager: string) => {
    const live = stored(role(["a", "b"]), manager, fields);
    return (await drift(role(["a"]), live, () => ({ ...live, ...role(["a"]), metadata: live.metadata }))).length;
  };
  expect([await by("controller-manager"), await by("ks-apiserver")]).toEqual([0, 1]);
  const live = stored(deployment({ replicas: 5 }), "controller-manager");
  expect(await drift(deployment({ replicas: 2 }), live, merged(live, { replicas: 2 }))).toHaveLength(1);
});

test("a Secret's contents are compared and never shown, also those declared as text", async () => {
  const secret = (fields: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "shop" }, ...fields });
  const live = stored(secret({ data: { password: "bXlzdGVyeQ==" } }), "kubectl-edit", { "f:data": { "f:password": {} } });
  const asDeclared = () => ({ ...live, data: { password: "ZXhhbXBsZQ==" } });
  const [difference] = await drift(secret({ stringData: { password: "example" } }), live, asDeclared);
  expect(difference?.properties).toEqual([
    { path: "data.password", is: "[secret]", wanted: "[secret]", by: [{ manager: "kubectl-edit", time: "2026-11-01T10:00:00Z" }] },
  ]);
  expect(await drift(secret({ stringData: { password: "mystery" } }), live, () => live)).toEqual([]);
});

test("one object that cannot be compared says why, and hides no other", async () => {
  const found = await drift(deployment({}), stored(deployment({})), () => new Failure("a webhook refuses dry runs"));
  expect(found).toMatchObject([{ object: "Deployment shop/web", drift: "unknown", reason: "a webhook refuses dry runs" }]);
});

test("an object that is gone is missing, and a changed InstallPlan can be kept", async () => {
  expect(await drift(deployment({}), undefined, () => new Failure("not asked"))).toMatchObject([{ drift: "missing", properties: [] }]);
  const plan = { apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name: "demo" }, spec: { config: "a" } };
  const live = stored({ ...plan, spec: { config: "b" } } as KubernetesObject);
  const [difference] = await drift(plan, live, merged(live, { config: "a" }));
  expect(difference?.wayBack).toEqual(["pulumi up --refresh", "npx luban drift --take demo"]);
});

test("the last one who wrote is named first, in lists by key and by place too", () => {
  const object = deployment({ containers: [{ name: "app", image: "a" }, { name: "side" }], args: ["x"] });
  const image = { "f:spec": { "f:containers": { 'k:{"name":"app"}': { ".": {}, "f:image": {} } } } };
  const live: StoredObject = {
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: [
        { manager: "helm", time: "2026-01-01T00:00:00Z", fieldsV1: image },
        { manager: "kubectl-set", time: "2026-02-01T00:00:00Z", fieldsV1: image },
        { manager: "other", time: "2026-03-01T00:00:00Z", fieldsV1: { "f:spec": { "f:args": { 'v:"x"': {} } } } },
        { manager: "gone", fieldsV1: { "f:spec": { "f:containers": { 'k:{"name":"old"}': { "f:image": {} } } } } },
      ],
    },
  };
  const managers = (path: string) => writersOf(live, path).map(({ manager }) => manager);
  expect(managers("spec.containers[name=app].image")).toEqual(["kubectl-set", "helm"]);
  expect(managers("spec.args[0]")).toEqual(["other"]);
  expect(managers("spec.containers[name=side]")).toEqual([]);
});

test("the state's resources that are to go, providers and components are not looked for in the cluster; secrets are read", () => {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } };
  const custom = { custom: true, type: "kubernetes:core/v1:Namespace", inputs: namespace };
  expect(
    declaredBy({
      deployment: {
        resources: [
          { urn: "a", ...custom },
          { urn: "b", ...custom, delete: true },
          { urn: "c", ...custom, custom: false },
          // On a member, which is another cluster.
          { urn: "g", ...custom, provider: "urn:pulumi:s::p::kubesphere:index:MemberCluster$pulumi:providers:kubernetes::m::1" },
          { urn: "d", custom: true, type: "pulumi:providers:kubernetes" },
          { urn: "e", custom: true, type: "kubernetes:core/v1:Secret", inputs: { data: { ...SECRET_MARK, plaintext: '{"a":"b"}' } } },
          {
            urn: "f",
            custom: true,
            type: "kubernetes:helm.sh/v3:Release",
            outputs: { name: "r", namespace: "n", status: { version: "1.0.0", revision: 3 } },
          },
        ],
      },
    }),
  ).toEqual({
    objects: [
      { urn: "a", object: namespace },
      { urn: "e", object: { data: { a: "b" } } },
    ],
    releases: [{ urn: "f", name: "r", namespace: "n", version: "1.0.0", revision: 3 }],
  });
});

test("the reports name object, property, both values, who and the way back; a table's cell holds any text", () => {
  const difference = {
    object: "InstallPlan demo",
    urn: "urn",
    drift: "changed",
    properties: [{ path: "spec.config", is: "a|`b`\nc", wanted: "d", by: [{ manager: "ks-apiserver", time: "2026-11-01T10:00:00Z" }] }],
    wayBack: ["pulumi up --refresh", "npx luban drift --take demo"],
  } as const;
  expect(asText("prod", [difference])).toBe(`prod: 1 object differs from what was deployed

InstallPlan demo changed
    spec.config: "a|\`b\`\\nc", wanted is "d" — by ks-apiserver, 2026-11-01T10:00:00Z
  to undo: pulumi up --refresh
  to keep: npx luban drift --take demo`);
  expect(asMarkdown("prod", [difference])).toBe(`## prod: 1 object differs from what was deployed

### InstallPlan demo changed

| property | is | wanted | by |
| --- | --- | --- | --- |
| <code>spec.config</code> | <code>"a&#124;&#96;b&#96;&#92;nc"</code> | <code>"d"</code> | ks-apiserver, 2026-11-01T10:00:00Z |

To undo: <code>pulumi up --refresh</code>

To keep: <code>npx luban drift --take demo</code>
`);
  expect([asText("prod", []), asMarkdown("prod", [])]).toEqual(["prod: no drift", "**prod**: no drift\n"]);
});
