import { checkObject } from "../../../sandbox/src/provider/kubernetes/check";
import { Secret, UNKNOWN, type Properties } from "../../../sandbox/src/provider/values";

const urnOf = (type: string) => `urn:pulumi:s::p::my:Component$kubernetes:${type}::Settings`;
const check = (type: string, news: Properties, olds: Properties = {}, seed = "seed") =>
  checkObject({ urn: urnOf(type), seed: Buffer.from(seed) }, olds, news, async (_, kind) => (kind === "ConfigMap" ? "team" : undefined));

test("an object without a name gets one, and keeps it: a new one each time would replace the object", async () => {
  const { inputs } = await check("core/v1:ConfigMap", { data: { a: "1" } });
  expect(inputs).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    data: { a: "1" },
    metadata: {
      name: expect.stringMatching(/^settings-[0-9a-f]{8}$/) as string,
      namespace: "team",
      annotations: { "pulumi.com/autonamed": "true" },
    },
  });
  const again = await check("core/v1:ConfigMap", { data: { a: "2" } }, inputs, "another seed");
  expect(again.inputs["metadata"]).toEqual(inputs["metadata"]);
});

test("a namespace is filled in only where the kind has namespaces and the program names none", async () => {
  const placed = await check("core/v1:ConfigMap", { metadata: { name: "a", namespace: "mine" } });
  expect(placed.inputs["metadata"]).toEqual({ name: "a", namespace: "mine" });
  expect((await check("core/v1:Namespace", { metadata: { name: "a" } })).inputs["metadata"]).toEqual({ name: "a" });
});

test("stringData becomes data, which stays secret, also while its values are unknown", async () => {
  const metadata = { name: "a", namespace: "n" };
  const stringData = new Secret({ a: "fake", b: UNKNOWN });
  const { inputs } = await check("core/v1:Secret", { metadata, data: { c: "Yw==" }, stringData });
  expect(inputs).toEqual({ apiVersion: "v1", kind: "Secret", metadata, data: new Secret({ a: "ZmFrZQ==", b: UNKNOWN, c: "Yw==" }) });
});

test("a custom resource's class may declare status to read it: that is no input", async () => {
  const { inputs } = await check("kubesphere.io/v1alpha1:InstallPlan", {
    metadata: { name: "demo" },
    spec: { enabled: true },
    status: UNKNOWN,
  });
  expect(inputs).toEqual({
    apiVersion: "kubesphere.io/v1alpha1",
    kind: "InstallPlan",
    metadata: { name: "demo" },
    spec: { enabled: true },
  });
});

test("a typed CRD keeps its extension fields: the server would drop them under the SDK's spelling", async () => {
  const crd = (field: string) => ({ metadata: { name: "a.b" }, spec: { versions: [{ schema: { openAPIV3Schema: { [field]: true } } }] } });
  const { inputs } = await check("apiextensions.k8s.io/v1:CustomResourceDefinition", crd("x_kubernetes_preserve_unknown_fields"));
  expect(inputs["spec"]).toEqual(crd("x-kubernetes-preserve-unknown-fields").spec);
});

test("a patch must say whose fields it sets: a drawn name would make an object instead", async () => {
  const metadata = { name: "a", namespace: "n" };
  expect((await check("core/v1:ConfigMapPatch", { kind: "ConfigMap", metadata })).inputs).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
  });
  await expect(check("core/v1:ConfigMapPatch", { kind: "ConfigMap", metadata: {} })).rejects.toThrow(
    "patch resources require the `.metadata.name` field to be set",
  );
});

test("what the stand-in cannot do is refused by name, instead of being done differently", async () => {
  const refusals = async (type: string, news: Properties) =>
    (await check(type, news)).failures.map(({ property, reason }) => `${property}: ${reason}`);
  const metadata = { name: "a", namespace: "n" };
  expect(await refusals("core/v1:ConfigMapList", { kind: "ConfigMapList", metadata })).toEqual([
    "kind: the sandbox's stand-in provider has no ConfigMapList resources; the official provider has",
  ]);
  expect(await refusals("core/v1:ConfigMap", { metadata: { generateName: "a-" } })).toEqual([
    expect.stringContaining("metadata.generateName: "),
  ]);
  expect(await refusals("core/v1:Service", { metadata })).toEqual([expect.stringContaining("cannot tell when a Service is ready")]);
  const settled = { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } };
  expect(await refusals("core/v1:Service", { metadata: settled })).toEqual([]);
});
