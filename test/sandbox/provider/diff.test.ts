import { diffObject } from "../../../sandbox/src/provider/kubernetes/diff";
import { pruned } from "../../../sandbox/src/provider/kubernetes/prune";
import { diffRelease } from "../../../sandbox/src/provider/kubernetes/releaseInputs";
import { Secret, type Properties } from "../../../sandbox/src/provider/values";

const URN = "urn:pulumi:s::p::kubernetes:core/v1:ConfigMap::settings";
const MUTABLE = { configMaps: true, secrets: true };
const configMap = (data: Properties, metadata: Properties = {}): Properties => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "n", ...metadata },
  data,
});
/** @param inputs that the engine has; @param asked those of the last attempt; @param live what came of it */
const diff = (inputs: Properties, asked: Properties, live: Properties, news: Properties) =>
  diffObject({ urn: URN, inputs, outputs: { ...live, __inputs: asked } }, news, MUTABLE).detailed;

test("what a failed update has brought is seen when the program takes it back: else it would stay", () => {
  const [before, asked] = [configMap({ a: "1" }), configMap({ a: "2", b: "1" })];
  expect(diff(before, asked, asked, before)).toEqual({ "data.a": "update", "data.b": "delete" });
});

test("what a refused update has not brought is still to come", () => {
  const [before, asked] = [configMap({ a: "1" }), configMap({ a: "2", b: "1" })];
  expect(diff(before, asked, before, asked)).toEqual({ "data.a": "update", "data.b": "add" });
});

test("what the server spells otherwise, adds or leaves out is no difference for ever", () => {
  const inputs = { ...configMap({}), spec: { limits: { cpu: "0.5" }, env: [{ name: "A", value: "" }], empty: {} } };
  const live = { ...configMap({}, { uid: "u" }), spec: { limits: { cpu: "500m" }, env: [{ name: "A" }, { name: "B" }], more: 1 } };
  expect(diff(inputs, inputs, live, inputs)).toEqual({});
});

test("an empty list that the server makes null of is a difference in every preview, as with the official provider", () => {
  const role = (rules?: null | []): Properties => ({ kind: "ClusterRole", metadata: { name: "a" }, ...(rules !== undefined && { rules }) });
  expect(diff(role([]), role([]), role(null), role([]))).toEqual({ rules: "update" });
  expect(diff(role(), role(), role(null), role())).toEqual({});
});

test("only the fields and items that were asked for are cut out of what is live", () => {
  const live = { a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, { x: 3 }, { x: 4 }], other: 1, kind: [1] };
  const inputs = { a: { b: 0 }, list: [{ x: 0 }, { x: 0 }], kind: "text" };
  expect(pruned(live, inputs)).toEqual({ a: { b: 1 }, list: [{ x: 1 }, { x: 3 }], kind: [1] });
});

test("a patch is changed in place, be it a Secret's type; only another object is another patch", () => {
  const urn = "urn:pulumi:s::p::kubernetes:core/v1:SecretPatch::settings";
  const inputs = (name: string, type: string): Properties => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: "n" },
    type,
  });
  const old = { urn, inputs: inputs("a", "x"), outputs: { ...inputs("a", "x"), __inputs: inputs("a", "x") } };
  const immutable = { configMaps: false, secrets: false };
  expect(diffObject(old, inputs("a", "y"), immutable)).toMatchObject({ detailed: { type: "update" }, replaces: [] });
  expect(diffObject(old, inputs("b", "x"), immutable).replaces).toEqual(["metadata.name"]);
});

test("a release's value that a failed upgrade brought is seen when the program takes it back", () => {
  const [before, asked] = [
    { name: "app", values: { a: 1 } },
    { name: "app", values: { a: 1, hookFails: true } },
  ];
  const old = { urn: "", id: "n/app", inputs: before, outputs: { ...asked, __inputs: new Secret(asked) } };
  expect(diffRelease(old, before)).toMatchObject({ changed: true, detailed: { "values.hookFails": "delete" }, diffs: ["values"] });
});
