/** What a stack allows an extension: nothing passes without a reason that somebody reads, and no other extension along with it. */
import { weigh } from "../../policy/allowances";
import { violations, type RenderedExtension } from "../../policy/gate";

const STACK = "urn:pulumi:dev::kubesphere::kubesphere:index:Platform$kubesphere:index:Extension";
const HOST_PATH = { rule: "host-path", reason: "It reads the nodes' logs." };
const ADMIN = { rule: "cluster-admin", reason: "It installs other charts." };

const step = (name: string, allow?: unknown, before?: unknown) => ({
  ...{ op: "update", urn: `${STACK}::${name}` },
  newState: { type: "kubesphere:index:Extension", inputs: { install: { version: "0.1.0", ...(allow !== undefined && { allow }) } } },
  ...(before !== undefined && { oldState: { type: "kubesphere:index:Extension", inputs: { install: { allow: before } } } }),
});
const executor = (name: string) => ({
  ...{ op: "same", urn: `${STACK}$kubernetes:rbac.authorization.k8s.io/v1:ClusterRole::${name}-executor` },
  newState: {
    type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    inputs: {
      metadata: { labels: { "kubesphere.io/extension-ref": name } },
      rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
    },
  },
});

const pod = (name: string): RenderedExtension => ({
  urn: `${STACK}::${name}`,
  objects: [
    {
      ...{ kind: "Pod", metadata: { name: "web" }, templateFile: "t" },
      spec: { hostNetwork: true, containers: [{ name: "web" }], volumes: [{ name: "v", hostPath: { path: "/var/log" } }] },
    },
  ],
});

function judged(steps: readonly object[], ...extensions: string[]) {
  const preview = { steps: steps as never };
  const { refused, allowed } = weigh(preview, violations(preview, extensions.map(pod)));
  const short = ({ rule, resource }: (typeof refused)[number]) => `${rule} ${resource.split("::").at(-1) ?? ""}`;
  return {
    refused: refused.map(short),
    allowed: allowed.map((it) => [it.extension, it.rule, it.isNew ? "new" : "known", it.violations.map(short)]),
  };
}

test("an extension may do what its own allowance names, and nothing more; another one may not", () => {
  expect(judged([step("demo", [HOST_PATH]), step("other")], "demo", "other")).toEqual({
    refused: ["host-namespace demo", "host-namespace other", "host-path other"],
    allowed: [["demo", "host-path", "new", ["host-path demo"]]],
  });
});

test("the executor's rights are the extension's", () => {
  expect(judged([step("demo", [ADMIN]), executor("demo"), executor("other")])).toEqual({
    refused: ["cluster-admin other-executor"],
    allowed: [["demo", "cluster-admin", "new", ["cluster-admin demo-executor"]]],
  });
});

test("an allowance is new until it is deployed, and again with another reason", () => {
  const of = (before: unknown) => judged([step("demo", [HOST_PATH], before)], "demo").allowed.map(([, , news]) => news);
  expect(of([HOST_PATH])).toEqual(["known"]);
  expect(of([ADMIN])).toEqual(["new"]);
  expect(of([{ ...HOST_PATH, reason: "Other." }])).toEqual(["new"]);
  expect(of(undefined)).toEqual(["new"]);
});

test("one that nothing needs is told, once, also where the engine tells a resource in several steps", () => {
  expect(judged([step("demo", [ADMIN]), { ...step("demo", [ADMIN]), op: "create-replacement" }])).toEqual({
    refused: [],
    allowed: [["demo", "cluster-admin", "new", []]],
  });
});

test.each([[[{ rule: "host-path" }]], [[{ rule: "host-path", reason: " " }]], ["host-path"], [[null]], ["[secret]"]])(
  "%j, as only another program would write it, allows nothing",
  (allow) => {
    expect(judged([step("demo", allow)], "demo")).toEqual({ refused: ["host-namespace demo", "host-path demo"], allowed: [] });
  },
);

test("a namespace that members of another workspace get is refused unless it is allowed; KubeSphere's own, and namespaces of no extension, pass", () => {
  const namespace = (name: string, labels: object) => ({
    ...{ op: "create", urn: `${STACK}$kubernetes:core/v1:Namespace::${name}-namespace` },
    newState: { type: "kubernetes:core/v1:Namespace", inputs: { metadata: { labels } } },
  });
  const of = (name: string, workspace: string) =>
    namespace(name, { "kubesphere.io/extension-ref": name, "kubesphere.io/workspace": workspace });
  const allow = [{ rule: "other-workspace", reason: "The shops' own team writes it." }];
  expect(
    judged([
      ...[step("demo", allow), of("demo", "shops"), step("other"), of("other", "shops"), of("own", "system-workspace")],
      namespace("ingress-nginx", { "kubesphere.io/workspace": "system-workspace" }),
      namespace("theirs", { "kubesphere.io/workspace": "shops" }),
    ]),
  ).toEqual({
    refused: ["other-workspace other-namespace"],
    allowed: [["demo", "other-workspace", "new", ["other-workspace demo-namespace"]]],
  });
});
