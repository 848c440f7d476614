import { conflictsWithOwnCreate, takeOver } from "../../../sandbox/src/provider/kubernetes/managedFields";

const entry = (manager: string, operation: string, fieldsV1: Record<string, unknown>, subresource?: string) => ({
  manager,
  operation,
  fieldsV1,
  ...(subresource && { subresource }),
});
const OWN = "pulumi-kubernetes-00000000";

test("the first update takes over what the create and kubectl own, and leaves controllers and other appliers alone", () => {
  const others = [
    entry("applier", "Apply", { "f:data": { "f:b": {} } }),
    entry("controller", "Update", { "f:data": { "f:c": {} } }),
    entry("kubectl-patch", "Update", { "f:status": {} }, "status"),
  ];
  const fields = [
    entry("pulumi-kubernetes", "Update", { "f:data": { ".": {}, "f:a": {} } }),
    ...others,
    entry("kubectl-label", "Update", { "f:data": { "f:d": {} } }),
  ];
  expect(takeOver(fields, OWN)).toEqual([...others, entry(OWN, "Apply", { "f:data": { ".": {}, "f:a": {}, "f:d": {} } })]);
});

test("a later update adds what kubectl took since to what is owned already", () => {
  const fields = [entry(OWN, "Apply", { "f:data": { "f:a": {} } }), entry("kubectl-edit", "Update", { "f:data": { "f:b": {} } })];
  expect(takeOver(fields, OWN)).toEqual([entry(OWN, "Apply", { "f:data": { "f:a": {}, "f:b": {} } })]);
});

test("what a person applied with kubectl, or owned before there were managers, is taken over too", () => {
  const fields = [
    entry("kubectl", "Apply", { "f:data": { "f:a": {} } }),
    entry("before-first-apply", "Update", { "f:data": { "f:b": {} } }),
  ];
  expect(takeOver(fields, OWN)).toEqual([entry(OWN, "Apply", { "f:data": { "f:a": {}, "f:b": {} } })]);
});

test("nothing is written when there is nothing to take over", () => {
  expect(takeOver([entry(OWN, "Apply", {}), entry("controller", "Update", {})], OWN)).toBeUndefined();
});

test("a dry run forces only over the provider's own create: an imported object's conflict shows in the preview", () => {
  expect(conflictsWithOwnCreate([entry("pulumi-kubernetes", "Update", {}), entry("kubectl-patch", "Update", {})])).toBe(true);
  expect(conflictsWithOwnCreate([entry("kubectl-create", "Update", {})])).toBe(false);
  expect(conflictsWithOwnCreate([entry(OWN, "Apply", {})])).toBe(false);
});
