/** What is left on a cluster that was a member: whose it is, what may go, and by which commands. */
import { readFileSync } from "fs";
import { join } from "path";
import { leftOn } from "../../../cli/doctor/former/findings";
import type { FormerMember } from "../../../cli/doctor/former/member";
import { claimOn, type Host } from "../../../cli/doctor/former/standing";
import type { StoredObject } from "../../../cli/shared/cluster";
import { HOST, joined } from "../../support/clusters";
import { CHECKOUT } from "../../support/sandbox";

const OLDER = "finalizers.kubesphere.io/namespaces";
const OWNER = { apiVersion: "tenant.kubesphere.io/v1beta1", kind: "Workspace", name: "system-workspace" };

const namespace = (name: string, more: Partial<StoredObject["metadata"]> = {}): StoredObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, finalizers: [OLDER], ...more },
});
const CLAIM = { "cluster.kubesphere.io/name": "edge", "cluster.kubesphere.io/host-cluster": "host" };
const object = (apiVersion: string, kind: string, name: string, more: object = {}): StoredObject => ({
  apiVersion,
  kind,
  metadata: { name, ...more },
});
const RBAC = "rbac.authorization.k8s.io/v1";

/** As an extension `shop` and KubeSphere 4.1.2 leave it. */
const LEFT: FormerMember = {
  server: "https://edge:6443",
  uid: "uid-edge",
  hasManager: false,
  signingSecret: "the-secret-of-the-host",
  agents: [{ release: "shop-agent", namespace: "extension-shop", status: "deployed" }],
  core: { revision: 2, status: "deployed", appVersion: "v4.1.2" },
  agent: { ready: 1, wanted: 1 },
  namespaces: [
    namespace("default"),
    namespace("extension-shop", {
      labels: { "kubesphere.io/extension-ref": "shop", "kubesphere.io/managed": "true" },
      ownerReferences: [OWNER],
    }),
    namespace("kubesphere-system", { annotations: CLAIM }),
  ],
  kinds: [
    { crd: "users.iam.kubesphere.io", count: 3, held: [] },
    {
      crd: "workspaces.tenant.kubesphere.io",
      count: 1,
      held: [object("tenant.kubesphere.io/v1beta1", "Workspace", "system-workspace", { finalizers: ["finalizers.tenant.kubesphere.io"] })],
    },
  ],
  rights: ["ClusterRole", "ClusterRoleBinding"].map((kind) => object(RBAC, kind, "kubesphere:shop:helm-executor")),
  remains: [],
  contents: new Map([
    ["extension-shop", []],
    ["kubesphere-system", []],
  ]),
};
const EMPTY: FormerMember = {
  ...LEFT,
  ...{ agents: [], core: undefined, agent: undefined, kinds: [], rights: [], contents: new Map() },
  namespaces: [namespace("default", { finalizers: [] })],
};

const STACK: Host = { uid: "uid-host", clusters: [HOST], signingSecret: "the-secret-of-the-host", option: " --stack prod" };
const told = (host: string) => `doctor --former-host ${host}`;
const findings = (former: FormerMember, host = STACK, gone?: string) =>
  leftOn(former, claimOn(former, host, gone), told).flatMap(({ check, findings: found }) => found.map((it) => ({ check, ...it })));

test("the commands of the documentation are other ones than those that are printed, or in another order", () => {
  const text = readFileSync(join(CHECKOUT, "docs/members.md"), "utf8");
  const [, section = ""] = text.split("The same by hand");
  const [, block = ""] = section.split("```console\n");
  const documented = (block.split("```")[0] ?? "")
    .trim()
    .split("\n")
    .map((line) => line.replace(/^\$ /, ""))
    // It shows what the next one is for.
    .filter((line) => !line.startsWith("kubectl get namespaces "));
  expect(findings(LEFT).flatMap(({ mend }) => mend)).toEqual(documented);
});

test("a cluster that has nothing of KubeSphere's left is found to have something, or all of it goes with no agreement", () => {
  expect(findings(EMPTY)).toEqual([]);
  expect(findings(LEFT).every(({ action }) => action !== undefined)).toBe(true);
});

test.each<[whose: string, former: Partial<FormerMember>, host: Partial<Host>, why: string]>([
  ["the stack's host", { uid: "uid-host" }, {}, "it is the host of the stack itself"],
  [
    "a member of it",
    {},
    { clusters: [HOST, joined("edge", "2026-01-01T00:00:00Z")] },
    "it is still a member of the stack's host: Cluster edge",
  ],
  [
    "a member of it that has never been ready",
    {},
    {
      clusters: [
        HOST,
        joined("far", "", { metadata: { annotations: { "kubesphere-luban/cluster-uid": "uid-edge" } }, status: { uid: undefined } }),
      ],
    },
    "it is still a member of the stack's host: Cluster far",
  ],
  ["another host", { hasManager: true }, {}, "it has a KubeSphere of its own"],
])("%s is cleared", (_, former, host, why) => {
  expect(() => claimOn({ ...LEFT, ...former }, { ...STACK, ...host }, "host")).toThrow(why);
});

const claiming = (host: string): Partial<FormerMember> => ({
  namespaces: [namespace("kubesphere-system", { annotations: { ...CLAIM, "cluster.kubesphere.io/host-cluster": host } })],
});

test.each<[whose: string, former: Partial<FormerMember>]>([
  ["a host of another name", claiming("paris")],
  ["a host of the same name with another secret", { signingSecret: "another" }],
  ["a host of the same name, when ks-core is gone, and its secret with it", { signingSecret: undefined }],
])("a member of %s is cleared before anybody has said that it may be", (_, change) => {
  const former = { ...LEFT, ...change };
  const all = findings(former);
  const claims = former.namespaces.at(-1)?.metadata.annotations?.["cluster.kubesphere.io/host-cluster"] ?? "";
  expect(all[0]).toMatchObject({ check: "otherHost", mend: [expect.stringContaining(`doctor --former-host ${claims}`)] });
  expect(all.filter(({ action }) => action !== undefined)).toEqual([]);
  const agreed = findings(former, STACK, claims);
  expect(agreed.some(({ check }) => check === "otherHost")).toBe(false);
  expect(agreed.find(({ check }) => check === "claim")).toMatchObject({
    why: expect.stringContaining(`--former-host ${claims} says that it is no more`) as string,
    action: { do: "annotate", annotations: { "cluster.kubesphere.io/name": null, "cluster.kubesphere.io/host-cluster": null } },
  });
});

test("what others have on the cluster goes with KubeSphere", () => {
  const theirs: FormerMember = {
    ...LEFT,
    namespaces: [
      namespace("team", { finalizers: [OLDER, "backup/hold"], ownerReferences: [OWNER, { apiVersion: "a/v1", kind: "Team" }] }),
      ...LEFT.namespaces,
    ],
    kinds: [...LEFT.kinds, { crd: "gateways.gateway.kubesphere.io", count: 2, held: [] }],
    contents: new Map([...LEFT.contents, ["extension-shop", ["ConfigMap notes"]]]),
  };
  const all = findings(theirs);
  const [held] = all.filter(({ check }) => check === "heldNamespaces");
  expect(held?.mend[0]).toBe(
    `kubectl patch namespace team --type merge --patch '{"metadata":{"finalizers":["backup/hold"],"ownerReferences":[{"apiVersion":"a/v1","kind":"Team"}]}}'`,
  );
  const kinds = all.filter(({ check }) => check === "kinds");
  expect(kinds.map(({ action }) => action && "crds" in action && action.crds)).toEqual([
    ["users.iam.kubesphere.io", "workspaces.tenant.kubesphere.io"],
    undefined,
  ]);
  expect(kinds[0]?.mend.at(-1)).toBe("kubectl delete crd users.iam.kubesphere.io workspaces.tenant.kubesphere.io");
  expect(kinds[1]).toMatchObject({ object: "CustomResourceDefinition gateways.gateway.kubesphere.io" });
  const namespaces = all.filter(({ check }) => check === "namespaces");
  expect(namespaces.map(({ object: of, why, action }) => [of, why.split(",")[0], action !== undefined])).toEqual([
    ["Namespace kubesphere-system", "KubeSphere has made them", true],
    ["Namespace extension-shop", "it holds ConfigMap notes", false],
  ]);
});

test("ks-agent goes on where Helm has lost its release", () => {
  expect(findings({ ...EMPTY, agent: { ready: 1, wanted: 1 } })).toMatchObject([
    { object: "Deployment kubesphere-system/ks-agent", mend: ["kubectl --namespace kubesphere-system delete deployment ks-agent"] },
  ]);
});

test("an object in a namespace keeps its finalizer, and its CRD never goes", () => {
  const account = object("kubesphere.io/v1alpha1", "ServiceAccount", "ci", {
    namespace: "team",
    finalizers: ["finalizers.kubesphere.io/serviceaccount"],
  });
  const [finding] = findings({ ...EMPTY, kinds: [{ crd: "serviceaccounts.kubesphere.io", count: 1, held: [account] }] });
  expect(finding?.mend[0]).toBe(
    `kubectl --namespace team patch serviceaccounts.kubesphere.io ci --type merge --patch '{"metadata":{"finalizers":null}}'`,
  );
});
