/** What others write over an extension, and what one leaves behind. */
import { extension, found, HEALTHY, labelled, told, version } from "./support";

const SELF = { "kubesphere.io/managed": "true" };
const theirs = version({ name: "demo-0.9.0", labels: { "kubesphere.io/extension-ref": "demo", "kubesphere.io/repository-ref": "museum" } });

test("a Repository that has taken the stack's Extension over is named before the next poll writes over it again", () => {
  const extensions = [extension({ ...SELF, "kubesphere.io/repository-ref": "museum" })];
  expect(found({ extensions, versions: [version(), theirs] })).toEqual([
    {
      check: "repository",
      object: "Extension demo",
      why: "it carries the mark of Repository museum; Repository museum has put ExtensionVersion demo-0.9.0 beside the stack's own",
      means: "what the stack declares of it is overwritten each time that the Repository is read",
      mend: ["take demo out of the Repository's index, or give one of the two another name (renamedFrom in kubesphere:extensions)"],
    },
  ]);
  expect(told({ versions: [version(), theirs] })[0]?.why).toBe(
    "Repository museum has put ExtensionVersion demo-0.9.0 beside the stack's own",
  );
});

test("a Repository's own Extension is nobody's loss", () => {
  const stack = { ...HEALTHY.stack, declared: new Set<string>() };
  expect(found({ extensions: [extension({ "kubesphere.io/repository-ref": "museum" })], versions: [version(), theirs], stack })).toEqual(
    [],
  );
  expect(told({ extensions: [extension({ ...SELF, "kubesphere.io/repository-ref": "museum" })], stack })).toMatchObject([
    { object: "Extension demo" },
  ]);
});

const HELM = { annotations: { "meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "extension-shop" } };
const NAMESPACE = labelled("Namespace", "extension-shop", "shop", { labels: SELF });
const ROLE = labelled("ClusterRole", "kubesphere:shop:helm-executor", "shop");
const BINDING = labelled("ClusterRoleBinding", "kubesphere:shop:helm-executor", "shop");
const BUNDLE = labelled("JSBundle", "shop-js", "shop", HELM);
const WHY = "they carry the label kubesphere.io/extension-ref=shop, and there is neither an Extension nor an InstallPlan shop";

test("what KubeSphere leaves of an extension that is gone is deleted, rights first and the empty namespace with it", () => {
  expect(found({ labelled: [NAMESPACE, ROLE, BINDING, BUNDLE], contents: new Map([["extension-shop", []]]) })).toEqual([
    {
      check: "leftovers",
      object:
        "JSBundle shop-js, ClusterRoleBinding kubesphere:shop:helm-executor, ClusterRole kubesphere:shop:helm-executor, Namespace extension-shop",
      why: WHY,
      means: "they do nothing, and an extension of that name would take them for its own",
      mend: [
        "kubectl delete jsbundle shop-js",
        "kubectl delete clusterrolebinding kubesphere:shop:helm-executor",
        "kubectl delete clusterrole kubesphere:shop:helm-executor",
        "kubectl delete namespace extension-shop",
      ],
      action: { do: "delete", objects: [BUNDLE, BINDING, ROLE, NAMESPACE] },
    },
  ]);
});

test.each([
  [
    "holds a volume",
    NAMESPACE,
    ["PersistentVolumeClaim data", "ConfigMap orders"],
    "it holds PersistentVolumeClaim data, ConfigMap orders",
  ],
  [
    "was not made by KubeSphere",
    labelled("Namespace", "extension-shop", "shop"),
    [],
    "it was not made by KubeSphere: kubesphere.io/managed is missing",
  ],
])("a namespace that %s is never deleted", (_, namespace, inside, holds) => {
  expect(found({ labelled: [namespace, ROLE], contents: new Map([["extension-shop", inside]]) })).toEqual([
    expect.objectContaining({ object: "ClusterRole kubesphere:shop:helm-executor", action: { do: "delete", objects: [ROLE] } }),
    {
      check: "leftovers",
      object: "Namespace extension-shop",
      why: `it carries the label kubesphere.io/extension-ref=shop, and there is neither an Extension nor an InstallPlan shop; ${holds}`,
      means: "what is in it may be somebody's: it is yours to judge",
      mend: ["look at it, keep what is needed, then: kubectl delete namespace extension-shop"],
    },
  ]);
});

test("an extension that still runs, with nobody who looks after it, is not taken apart", () => {
  expect(found({ labelled: [ROLE, BUNDLE], contents: new Map([["extension-shop", ["Release shop", "Deployment shop"]]]) })).toEqual([
    {
      check: "leftovers",
      object: "ClusterRole kubesphere:shop:helm-executor, JSBundle shop-js",
      why: `${WHY}; the Helm release extension-shop/shop is still there`,
      means: "the extension still runs, and no KubeSphere looks after it",
      mend: ["helm uninstall shop --namespace extension-shop", "npx luban doctor"],
    },
  ]);
});

test("what is published, on its way out, or declared by the stack before its plan is there, is not left over", () => {
  const shop = { ...extension(), metadata: { name: "shop" } };
  expect(found({ labelled: [NAMESPACE], contents: new Map([["extension-shop", []]]), extensions: [extension(), shop] })).toEqual([]);
  expect(found({ labelled: [labelled("Namespace", "extension-shop", "shop", { deletionTimestamp: "2026-01-01T00:00:00Z" })] })).toEqual([]);
  const stack = { ...HEALTHY.stack, declared: new Set([...HEALTHY.stack.declared, "Namespace extension-shop"]) };
  expect(found({ labelled: [NAMESPACE], contents: new Map([["extension-shop", []]]), stack })).toEqual([]);
});

test("a package of an extension that is gone is named and never deleted: it may be the only copy", () => {
  const left = { namespace: "kubesphere-system", name: "extension-shop-1.0.0-chart", keys: ["chart.tgz"] };
  expect(found({ configMaps: [...HEALTHY.configMaps, left] })).toEqual([
    {
      check: "packages",
      object: "ConfigMap kubesphere-system/extension-shop-1.0.0-chart",
      why: "no ExtensionVersion names it, and there is neither an Extension nor an InstallPlan that shop-1.0.0 could be a version of",
      means: "it takes up to 1 MB in etcd",
      mend: ["keep a copy if it is the only one, then: kubectl --namespace kubesphere-system delete configmap extension-shop-1.0.0-chart"],
    },
  ]);
  const next = { ...left, name: "extension-demo-0.2.0-chart" };
  expect(found({ configMaps: [...HEALTHY.configMaps, next] })).toEqual([]);
});

test("a CRD that somebody has deleted is its stack's to make again; that of an extension of no stack is made by hand", () => {
  const missing = {
    ...{ extension: "demo", crds: ["foos.example.com"], kinds: ["example.com/v1 Foo"] },
    package: { name: "extension-demo-0.1.0-chart", namespace: "kubesphere-system", key: "chart.tgz" },
  };
  const stack = { ...HEALTHY.stack, option: " --stack prod" };
  const mends = (isOfStack: boolean) =>
    found({ missingCrds: [{ ...missing, isOfStack }], stack }).map(({ object, mend }) => [object, mend]);
  const OBJECT = "CustomResourceDefinition foos.example.com";
  expect(mends(true)).toEqual([[OBJECT, ["pulumi up --refresh --stack prod"]]]);
  expect(mends(false)).toEqual([
    [
      OBJECT,
      [
        "kubectl --namespace kubesphere-system get configmap extension-demo-0.1.0-chart -o jsonpath='{.binaryData.chart\\.tgz}' | " +
          "base64 -d > extension-demo-0.1.0-chart.tgz",
        "npx luban extension crds extension-demo-0.1.0-chart.tgz foos.example.com | kubectl apply --server-side --force-conflicts -f -",
      ],
    ],
  ]);
});
