/** What a destroy takes that no file declares: whoever reads it before loses nothing by surprise. */
import { ending, endingCode, type State } from "../../../cli/preview/ending";
import { endingText } from "../../../cli/preview/endingText";
import type { Listing, StoredObject } from "../../../cli/shared/cluster";

const KS = "kubesphere.io/v1alpha1";
const IAM = "iam.kubesphere.io/v1beta1";
const TENANT = "tenant.kubesphere.io/v1beta1";
const object = (apiVersion: string, kind: string, name: string, metadata: object = {}, more: object = {}): StoredObject => ({
  apiVersion,
  kind,
  metadata: { name, ...metadata },
  ...more,
});
const of = (kind: string, name: string, apiVersion = "v1", namespace?: string) => ({
  urn: `urn:pulumi:s::p::kubernetes:${apiVersion}:${kind}::${name}`,
  type: `kubernetes:${apiVersion}:${kind}`,
  inputs: { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } },
});
const release = (name: string, namespace: string) => ({
  urn: `urn:pulumi:s::p::kubernetes:helm.sh/v3:Release::${name}`,
  type: "kubernetes:helm.sh/v3:Release",
  inputs: { name, namespace },
});
const ON_MEMBER = "urn:pulumi:s::p::kubesphere:index:MemberCluster$pulumi:providers:kubernetes::edge-provider::1";
const state: State = {
  deployment: {
    resources: [
      release("ks-core", "kubesphere-system"),
      of("Namespace", "extension-shop"),
      // On a member, which is another cluster.
      { ...of("Namespace", "extension-shop"), provider: ON_MEMBER },
      of("InstallPlan", "shop", KS),
      of("Extension", "shop", KS),
      of("ConfigMap", "ours", "v1", "extension-shop"),
      // It stays, as all that Helm makes of crds/.
      { ...of("CustomResourceDefinition", "foos.example.com", "apiextensions.k8s.io/v1"), retainOnDelete: true },
    ],
  },
};

const inShop = { namespace: "extension-shop" };
const helms = (name: string) => ({
  ...inShop,
  annotations: { "meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": "extension-shop" },
});
const CLUSTER = [
  object(IAM, "User", "admin"),
  object(IAM, "User", "jane"),
  object(TENANT, "WorkspaceTemplate", "system-workspace"),
  object(TENANT, "WorkspaceTemplate", "team"),
  object(KS, "Extension", "shop"),
  object(KS, "Extension", "theirs"),
  object(KS, "InstallPlan", "shop", {}, { spec: { extension: { name: "shop" } }, status: { targetNamespace: "extension-shop" } }),
  object(KS, "InstallPlan", "theirs", {}, { spec: { extension: { name: "theirs" } }, status: { targetNamespace: "extension-theirs" } }),
  object("v1", "ConfigMap", "ours", inShop),
  object("v1", "ConfigMap", "orders", inShop),
  object("v1", "ConfigMap", "charts", helms("shop")),
  object("v1", "Service", "cache", helms("redis")),
  object("v1", "Pod", "shop-1", { ...inShop, ownerReferences: [{ kind: "ReplicaSet" }] }),
  object("v1", "Secret", "sh.helm.release.v1.shop.v1", { ...inShop, labels: { name: "shop" } }, { type: "helm.sh/release.v1" }),
];
const HELD = { finalizers: ["finalizers.kubesphere.io/namespaces"] };
const cluster = {
  list: ({ kind, namespace }: Listing) =>
    Promise.resolve(CLUSTER.filter((it) => it.kind === kind && (namespace === undefined || it.metadata.namespace === namespace))),
  read: ({ kind, metadata, apiVersion }: { apiVersion: string; kind: string; metadata: { name: string } }) =>
    Promise.resolve(kind === "Namespace" ? object(apiVersion, kind, metadata.name, HELD) : undefined),
};

test("users, workspaces and what others have put into the stack's namespaces go with a destroy that nobody was told of", async () => {
  const report = await ending("dev", state, cluster);
  expect(report).toEqual({
    stack: "dev",
    declared: 6,
    withKubeSphere: [
      { kind: "User", names: ["jane"] },
      { kind: "WorkspaceTemplate", names: ["team"] },
      { kind: "Extension", names: ["theirs"] },
    ],
    namespaces: [{ name: "extension-shop", holds: ["Service cache", "ConfigMap orders"] }],
    runOn: ["theirs"],
    held: ["extension-shop"],
  });
  expect(endingText(report, " --stack dev").split("\n")).toEqual([
    "destroy of dev: 6 objects and releases that the stack declares go",
    "",
    "with KubeSphere goes what no file declares:",
    "  users: jane",
    "  workspaces, with the namespaces that they own: team",
    "  extensions that others have published: theirs",
    "",
    "with namespaces of the stack goes what others have put there:",
    "  extension-shop: Service cache, ConfigMap orders",
    "",
    "stays, and runs on with no KubeSphere to look after it; before the destroy:",
    "  npx luban extension unpublish theirs",
    "",
    "would be waited for for ever, since KubeSphere's finalizer on it is nobody's; before the destroy:",
    "  extension-shop: npx luban doctor --stack dev --fix",
    "",
    "if the destroy ends in an error, this says what it has left half-way, and clears it: npx luban recover --stack dev",
  ]);
  expect(endingCode(report)).toBe(3);
});

test("a stack without ks-core would be said to take users with it, and one that is destroyed to take anything", async () => {
  const { withKubeSphere, runOn } = await ending("dev", { deployment: { resources: [of("Namespace", "shop")] } }, cluster);
  expect([withKubeSphere, runOn]).toEqual([[], []]);
  const none = await ending("dev", {}, cluster);
  expect([endingText(none, ""), endingCode(none)]).toEqual(["destroy of dev: nothing of the stack is in the cluster", 0]);
});
