import { readFileSync } from "fs";
import { join } from "path";
import type { PolicyRule } from "../../../kubesphere/extension/policyRules";
import { MAX_EXTENSION_NAME_LENGTH } from "../../../kubesphere/api";
import { groundwork, jobName, run, uninstallArguments } from "../../../sandbox/src/sim/executorObjects.js";
import type { InstallPlan, KubeObject } from "../../../sandbox/src/sim/objects.js";

interface Event {
  event: string;
  kind: string;
  object: KubeObject & { spec?: { template: { spec: { containers: { args?: string[] }[] } } } };
}

const { scenarios } = JSON.parse(readFileSync(join(__dirname, "../../vectors/installplan-lifecycle.json"), "utf8")) as {
  scenarios: { events: Event[] }[];
};
const recorded = (kind: string, action: string) => {
  const added = scenarios[0]?.events.find((it) => it.event === "ADDED" && it.kind === kind && it.object.metadata.name.startsWith(action));
  if (!added) throw new Error(`nothing recorded of ${kind} ${action}`);
  return added.object;
};

const plan: InstallPlan = {
  metadata: { name: "demo", uid: "<uid:3>" },
  spec: { extension: { name: "demo", version: "0.1.0" }, enabled: true },
  status: { targetNamespace: "extension-demo" },
};
const settings = { timeout: "10m0s", historyMax: 2 };

/** Names, labels, annotations and owner: what others find an object by. */
const identity = ({ metadata: { name, labels, annotations, ownerReferences } }: KubeObject) => ({
  name,
  labels,
  annotations,
  ownerReferences,
});

test.each([
  ["install", "<r1>", "c9653f49806bc3ae"],
  ["upgrade", "<r2>", "685d45d22ae3b39e"],
  ["uninstall", "<r5>", undefined],
] as const)("what watches KubeSphere's executor would not find the sandbox's: %s", (action, tail, configHash) => {
  const name = `helm-executor-${action}-demo-${tail}`;
  const made = run(plan, { jobName: name, action, ...(configHash !== undefined && { configHash }), args: [], files: {} });
  expect(made.map(({ path, body }) => [path, identity(body as KubeObject)])).toEqual([
    ["/api/v1/namespaces/extension-demo/configmaps", identity(recorded("ConfigMap", name))],
    ["/apis/batch/v1/namespaces/extension-demo/jobs", identity(recorded("Job", name))],
  ]);
});

test("an uninstall would run another Helm command than KubeSphere's", () => {
  const { args } = recorded("Job", "helm-executor-uninstall").spec?.template.spec.containers[0] ?? {};
  // The kubeconfig is added, and debugging output left out, where the command is run.
  expect(uninstallArguments("demo", "extension-demo", settings)).toEqual(
    args?.filter((it) => !["--kubeconfig", "kube.config", "--debug"].includes(it)),
  );
});

const rbac = "rbac.authorization.k8s.io";
const labels = { "kubesphere.io/extension-ref": "demo" };
const metadata = { name: "kubesphere:demo:helm-executor", labels };

test("an extension would run without the rights that its package asks for, or with more", () => {
  const rules = [{ verbs: ["*"], apiGroups: [""], resources: ["configmaps"] }];
  const more = [{ verbs: ["get"], apiGroups: [""], resources: ["nodes"] }];
  const subjects = [{ kind: "ServiceAccount", name: "helm-executor.demo", namespace: "extension-demo" }];
  const stated = [
    { kind: "ClusterRole", rules },
    { kind: "Role", rules },
    // KubeSphere takes all of a kind together.
    { kind: "ClusterRole", rules: more },
  ];
  expect(groundwork("demo", "extension-demo", stated, true)).toEqual([
    {
      path: "/api/v1/namespaces",
      body: {
        metadata: {
          name: "extension-demo",
          labels: { ...labels, "kubesphere.io/managed": "true", "kubesphere.io/workspace": "system-workspace" },
        },
      },
    },
    { path: "/api/v1/namespaces/extension-demo/serviceaccounts", body: { metadata: { name: "helm-executor.demo", labels } } },
    { path: `/apis/${rbac}/v1/namespaces/extension-demo/roles`, body: { metadata, rules }, renewal: { metadata: { labels }, rules } },
    {
      path: `/apis/${rbac}/v1/namespaces/extension-demo/rolebindings`,
      body: { metadata, subjects, roleRef: { apiGroup: rbac, kind: "Role", name: metadata.name } },
      renewal: { metadata: { labels }, subjects },
    },
    {
      path: `/apis/${rbac}/v1/clusterroles`,
      body: { metadata, rules: [...rules, ...more] },
      renewal: { metadata: { labels }, rules: [...rules, ...more] },
    },
    {
      path: `/apis/${rbac}/v1/clusterrolebindings`,
      body: { metadata, subjects, roleRef: { apiGroup: rbac, kind: "ClusterRole", name: metadata.name } },
      renewal: { metadata: { labels }, subjects },
    },
  ]);
});

test("an extension that KubeSphere installs would fail here for want of rights that KubeSphere gives to each", () => {
  const role = recorded("Role", metadata.name) as KubeObject & { rules: PolicyRule[] };
  const [own, web] = role.rules as [PolicyRule, PolicyRule];
  const made = (permissions: Parameters<typeof groundwork>[2]) =>
    groundwork("demo", "extension-demo", permissions).map(({ body }) => body["rules"]);
  expect(made([{ kind: "Role", rules: [own, web] }])).toContainEqual(role.rules);
  const of = (group: string) => ({ verbs: ["*"], apiGroups: [group], resources: ["*"] });
  const all = ["", "apps", "batch", "policy", "networking.k8s.io", "autoscaling", "metrics.k8s.io"].map(of);
  expect(made([])).toContainEqual(all);
  const secret = { verbs: ["*"], apiGroups: [""], resources: ["*"], resourceNames: ["one"] };
  expect(made([{ kind: "Role", rules: [secret] }])).toContainEqual([secret, ...all]);
});

test("an extension that asks for no cluster-wide rights any more would keep those that it had", () => {
  expect(groundwork("demo", "extension-demo", []).find(({ path }) => path.endsWith("/clusterroles"))).toEqual({
    path: `/apis/${rbac}/v1/clusterroles`,
    body: { metadata },
    renewal: { metadata: { labels }, rules: null },
  });
});

test("the longest name that an extension may have would make a Job's name too long", () => {
  expect(jobName("4.1.2", "uninstall", "x".repeat(MAX_EXTENSION_NAME_LENGTH), "abcdef")).toHaveLength(63);
});

test("a Job of KubeSphere 4.1.3 would be known by the name that only 4.1.2 gives it", () => {
  expect([jobName("4.1.2", "upgrade", "demo", "abcdef"), jobName("4.1.3", "upgrade", "demo", "abcdef")]).toEqual([
    "helm-executor-upgrade-demo-abcdef",
    "helm-upgrade-demo-abcdef",
  ]);
});
