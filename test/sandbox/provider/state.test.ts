import type { KubeObject } from "../../../sandbox/src/provider/kubernetes/client";
import { idOf, importedInputs, memoryOf, outputsOf, previewOf, refreshedInputs } from "../../../sandbox/src/provider/kubernetes/state";
import { Secret } from "../../../sandbox/src/provider/values";

const live = (fields: object): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "n", uid: "u" },
  ...fields,
});

test("a refresh sees values that others changed or removed, not what they added", () => {
  const inputs = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "n" },
    data: { kept: "1", changed: "1", removed: "1" },
  };
  expect(refreshedInputs(inputs, live({ data: { kept: "1", changed: "2", added: "1" } }))).toEqual({
    ...inputs,
    data: { kept: "1", changed: "2" },
  });
});

test("defaults that the server fills into list items are no drift", () => {
  const inputs = { spec: { containers: [{ name: "c" }], gone: [1, 2] } };
  const now = live({ spec: { containers: [{ name: "c", imagePullPolicy: "Always" }], gone: [1] } });
  expect(refreshedInputs(inputs, now)).toEqual({ spec: { containers: [{ name: "c" }], gone: [1] } });
});

test("a Secret's data stays secret in state, whoever wrote it", () => {
  const secret = live({ kind: "Secret", data: { a: "ZmFrZQ==" } });
  const hidden = new Secret({ a: "ZmFrZQ==" });
  const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "a", namespace: "n" } };
  const memory = { manager: "pulumi-kubernetes-00000000", initialApiVersion: "v1" };
  expect(outputsOf({ ...inputs, data: hidden }, secret, memory)).toEqual({
    ...secret,
    data: hidden,
    __fieldManager: "pulumi-kubernetes-00000000",
    __initialApiVersion: "v1",
    __inputs: { ...inputs, data: hidden },
  });
  expect(outputsOf(inputs, secret, memory)["data"]).toEqual(hidden);
  expect(refreshedInputs({ ...inputs, data: hidden }, secret)["data"]).toEqual(hidden);
});

test("a CRD's extension fields come out as the SDK's classes spell them: under the server's names a program could not read them", () => {
  const schema = (field: string) => ({ spec: { versions: [{ schema: { openAPIV3Schema: { [field]: true } } }] } });
  const [served, spelled] = [schema("x-kubernetes-preserve-unknown-fields"), schema("x_kubernetes_preserve_unknown_fields")];
  const crd = live({ kind: "CustomResourceDefinition", ...served });
  const memory = { manager: "pulumi-kubernetes-00000000", initialApiVersion: "v1" };
  expect(outputsOf({ kind: "CustomResourceDefinition", ...served }, crd, memory)).toMatchObject({ ...spelled, __inputs: spelled });
  expect(outputsOf(served, live(served), memory)).toMatchObject({ ...served, __inputs: served });
});

test("an object keeps its field manager for life: under a new one its own fields would conflict", () => {
  const first = memoryOf({}, live({}));
  expect(first).toEqual({ manager: expect.stringMatching(/^pulumi-kubernetes-[0-9a-f]{8}$/) as string, initialApiVersion: "v1" });
  expect(memoryOf({ __fieldManager: first.manager, __initialApiVersion: "v1beta1" }, live({}))).toEqual({
    ...first,
    initialApiVersion: "v1beta1",
  });
});

test("a preview promises nothing that only up can know", () => {
  expect(previewOf({}, live({ data: {} }))).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "n" },
    data: {},
  });
});

test("ids and imported inputs name the object, with its namespace if it has one", () => {
  const cluster: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", uid: "u" } };
  expect([idOf(live({})), idOf(cluster)]).toEqual(["n/a", "a"]);
  expect(importedInputs(live({ data: {} }))).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "n" } });
  expect(importedInputs(cluster)).toEqual({ apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } });
});
