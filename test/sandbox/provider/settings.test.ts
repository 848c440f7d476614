import { readSettings } from "../../../sandbox/src/provider/kubernetes/settings";
import { UNKNOWN } from "../../../sandbox/src/provider/values";

// A kubeconfig that is not known yet is not read.
const read = (config: object, environment: Record<string, string>) => readSettings({ kubeconfig: UNKNOWN, ...config }, environment);

test.each([
  ["deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"],
  ["enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"],
  ["enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"],
  ["enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"],
  ["skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"],
  ["upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"],
] as const)("%s is set by its variable too, and the program's own word counts more", (name, variable) => {
  expect(read({}, {})[name]).toBe(false);
  expect(read({}, { [variable]: "true" })[name]).toBe(true);
  expect(read({}, { [variable]: "1" })[name]).toBe(false);
  expect(read({ [name]: "true" }, {})[name]).toBe(true);
  expect(read({ [name]: "false" }, { [variable]: "true" })[name]).toBe(false);
});

test("a variable that asks for what the stand-in does not do is refused, not passed over", () => {
  const refusal = "does not serve the setting enableServerSideApply: false; the official provider does";
  expect(() => read({}, { PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY: "false" })).toThrow(refusal);
  expect(() => read({}, { PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY: "true" })).not.toThrow();
});
