import { foreignOf, suspected, unmanaged, type Declared, type Found } from "../../../kubesphere/extension/unmanaged";
import type { ObjectMetadata } from "../../../kubesphere/cluster/clusterCheck";

const BY_US = { managedFields: [{ manager: "pulumi-kubernetes-1a2b" }] };
const IDENTIFIED = { annotations: { "kubesphere-luban/cluster-identifier": "dev" } };
const named = (name: string, more: Partial<ObjectMetadata> = {}): ObjectMetadata => ({
  name,
  managedFields: [{ manager: "kubectl" }],
  ...more,
});
const plan = (name: string, more: object = {}) => ({
  metadata: named(name, more),
  spec: { extension: { name, version: "1.0.0" }, enabled: true },
});

const PLATFORM = ["kubesphere-system", "ingress-nginx"];
const DECLARED: Declared = {
  platform: PLATFORM,
  extensions: [
    { name: "shop", versions: ["1.0.0", "1.1.0"], namespace: "extension-shop" },
    { name: "listed", versions: ["2.0.0"], namespace: undefined },
  ],
  secrets: ["oauthclient-test"],
  clients: ["test"],
  repositories: ["team"],
};
const EMPTY: Found = { hasKubeSphere: true, namespaces: [], extensions: [], plans: [] };
const told = (found: Partial<Found>) => unmanaged({ ...EMPTY, ...found }, DECLARED);
/** @param lists by the beginning of their paths @returns what is told, after how many questions */
const besides = (found: Partial<Found>, lists: Readonly<Record<string, readonly ObjectMetadata[]>>) => {
  const asked = suspected({ ...EMPTY, ...found }, DECLARED);
  const listed = (path: string) => Object.entries(lists).find(([start]) => path.startsWith(start))?.[1] ?? [];
  return { told: asked.flatMap((it) => foreignOf(it, listed(it.path))), questions: asked.length };
};

test("an empty cluster has nothing that an up would stumble over, and neither has another's namespace", () => {
  expect(told({ namespaces: [named("default"), named("kube-system")] })).toEqual([]);
});

test("namespaces that somebody has made are named before an up leaves half a platform", () => {
  const namespaces = [named("ingress-nginx"), named("extension-shop"), named("extension-listed")];
  expect(told({ namespaces })).toEqual(["Namespace ingress-nginx", "Namespace extension-shop"]);
});

test("so is a member that was joined by a click", () => {
  const clusters = [named("edge"), named("lyon"), named("lab", BY_US)].map((metadata) => ({ metadata }));
  expect(unmanaged({ ...EMPTY, clusters }, { ...DECLARED, members: ["edge", "lab", "new"] })).toEqual(["Cluster edge"]);
});

test("so is an extension that was published by hand, and then declared", () => {
  const found = {
    namespaces: [named("extension-shop")],
    extensions: [named("shop"), named("listed"), named("other")],
    plans: [plan("shop")],
  };
  expect(told(found)).toEqual(["Extension shop", "InstallPlan shop", "Namespace extension-shop", "Extension listed"]);
});

const ADOPTED = { annotations: { "kubesphere-luban/adopted": "true" } };

test("what the stack has taken in is its own from the adoption on, also what no up has to change", () => {
  const namespaces = [named("kubesphere-system", ADOPTED), named("ingress-nginx", ADOPTED)];
  expect(told({ namespaces, extensions: [named("listed", ADOPTED)], plans: [plan("shop", ADOPTED)] })).toEqual([]);
});

test("a stack that is deployed is told of nothing, whoever made the namespaces of its extensions", () => {
  const namespaces = [named("kubesphere-system", { ...BY_US, ...IDENTIFIED }), named("ingress-nginx", BY_US), named("extension-shop")];
  expect(told({ namespaces, extensions: [named("shop"), named("listed", BY_US)], plans: [plan("shop", BY_US)] })).toEqual([]);
});

test("what a first up that was cut off has made is its stack's", () => {
  expect(told({ namespaces: [named("kubesphere-system", BY_US), named("ingress-nginx", BY_US)] })).toEqual([]);
});

test("after a first up that ended half-way, the controller's namespace is still named", () => {
  expect(told({ namespaces: [named("kubesphere-system", { ...BY_US, ...IDENTIFIED }), named("ingress-nginx")] })).toEqual([
    "Namespace ingress-nginx",
  ]);
});

test("a deployed stack that is to bring a Harbor foresees the namespace that somebody keeps under its name; its own it does not name", () => {
  const platform = [...PLATFORM, "harbor"];
  const of = (harbor: Partial<ObjectMetadata>) => {
    const namespaces = [named("kubesphere-system", { ...BY_US, ...IDENTIFIED }), named("ingress-nginx", BY_US), named("harbor", harbor)];
    return unmanaged({ ...EMPTY, namespaces }, { ...DECLARED, platform });
  };
  expect(of({})).toEqual(["Namespace harbor"]);
  expect([of(BY_US), of(ADOPTED)]).toEqual([[], []]);
});

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const SYSTEM = "/api/v1/namespaces/kubesphere-system";
const LISTS = {
  [`${SYSTEM}/secrets`]: [
    named("oauthclient", { namespace: "kubesphere-system", labels: { "config.kubesphere.io/oauthclient": "test" } }),
    named("oauthclient-other", { namespace: "kubesphere-system", labels: { "config.kubesphere.io/oauthclient": "other" } }),
  ],
  "/apis/kubesphere.io/v1alpha1/repositories": [named("team"), named("theirs")],
  [`${SYSTEM}/configmaps`]: [named("extension-shop-1.1.0-chart", { namespace: "kubesphere-system" }), named("kube-root-ca.crt")],
  "/apis/kubesphere.io/v1alpha1/extensionversions?": [named("shop-1.0.0"), named("shop-0.9.0"), named("listed-2.0.0", BY_US)],
  [`${RBAC}/clusterroles?`]: [named("kubesphere:shop:helm-executor")],
  [`${RBAC}/clusterrolebindings?`]: [named("kubesphere:shop:helm-executor")],
};
const ROLES = ["ClusterRole kubesphere:shop:helm-executor", "ClusterRoleBinding kubesphere:shop:helm-executor"];

test("a client, a marketplace, a package, and the roles that KubeSphere leaves behind are named, by six questions", () => {
  expect(besides({ namespaces: [named("kubesphere-system")] }, LISTS)).toEqual({
    told: [
      "Secret kubesphere-system/oauthclient",
      "Repository team",
      "ConfigMap kubesphere-system/extension-shop-1.1.0-chart",
      "ExtensionVersion shop-1.0.0",
      ...ROLES,
    ],
    questions: 6,
  });
});

test("before there is a KubeSphere nobody is asked for its kinds or its namespace", () => {
  expect(besides({ hasKubeSphere: false }, LISTS)).toEqual({ told: ROLES, questions: 2 });
});

const DEPLOYED = {
  namespaces: [named("kubesphere-system", IDENTIFIED)],
  plans: [plan("shop", BY_US), plan("listed", BY_US)],
};

test("a deployed stack foresees a client and a marketplace that somebody has made, by two questions; nothing else is asked of what is installed", () => {
  expect(besides(DEPLOYED, LISTS)).toEqual({ told: ["Secret kubesphere-system/oauthclient", "Repository team"], questions: 2 });
});

test("a client and a marketplace that it has taken in, or made, are not named again", () => {
  const own = {
    [`${SYSTEM}/secrets`]: [named("oauthclient-test", { namespace: "kubesphere-system", ...BY_US })],
    "/apis/kubesphere.io/v1alpha1/repositories": [named("team", ADOPTED)],
  };
  expect(besides(DEPLOYED, own)).toEqual({ told: [], questions: 2 });
});
