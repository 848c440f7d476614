import { namespace } from "../../../kubesphere/extension/extensionObjects";
import { isKeepable, labelMistake, whyFixed } from "../../../kubesphere/extension/namespaceLabels";

const WORKSPACE = "kubesphere.io/workspace";

test("an extension's namespace is of the system's workspace unless the stack says another, and keeps what KubeSphere goes by", () => {
  const own = { "kubesphere.io/extension-ref": "shop", "kubesphere.io/managed": "true", [WORKSPACE]: "system-workspace" };
  expect(namespace("shop", { namespace: "shops" }).metadata).toEqual({ name: "shops", labels: own });
  const given = { [WORKSPACE]: "ours", team: "" };
  expect(namespace("shop", { namespace: "shops", namespaceLabels: given }).metadata.labels).toEqual({ ...own, ...given });
});

test.each(["team", "example.com/team", "pod-security.kubernetes.io/enforce", "field.cattle.io/project_Id.1"])(
  "%s may be a label",
  (key) => {
    expect([labelMistake(key, "a_B.c-1"), labelMistake(key, ""), isKeepable(key, undefined)]).toEqual([undefined, undefined, true]);
    expect([labelMistake(key, "-a"), labelMistake(key, "a".repeat(64)), labelMistake(key, "a\n")]).not.toContain(undefined);
  },
);

test.each(["/team", "Example.com/team", "a/b/c", "te am", "-team", `${"a".repeat(64)}`, `${"a".repeat(254)}/b`])(
  "%j is no label",
  (key) => {
    expect(labelMistake(key, "a")).toContain("keys of labels");
  },
);

test("a workspace that is none, and labels that KubeSphere goes by, cannot be kept", () => {
  expect([
    isKeepable(WORKSPACE, "ours"),
    isKeepable(WORKSPACE, ""),
    isKeepable(WORKSPACE, "Ours"),
    isKeepable(WORKSPACE, undefined),
  ]).toEqual([true, ...[false, false, false]]);
  expect(["kubesphere.io/extension-ref", "kubesphere.io/managed"].map((key) => isKeepable(key, "other"))).toEqual([false, false]);
  expect(whyFixed("kubesphere.io/managed")).toContain("finalizer");
});
