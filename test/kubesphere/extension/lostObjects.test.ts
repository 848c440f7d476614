import { lastingObjects, lookIn, lossesWithin, type Present } from "../../../kubesphere/extension/lostObjects";
import { rendered } from "../../support/rendered";

const annotated = (what: string, annotations: Record<string, string>) => {
  const object = rendered(what);
  return { ...object, metadata: { ...object.metadata, annotations } };
};

test("what an install is to have is what its release keeps: no hooks, nothing that ends by itself, and no CRD that Helm makes but once", () => {
  const crd = { ...rendered("apiextensions.k8s.io/v1 CustomResourceDefinition a.example"), templateFile: "charts/web/crds/a.yaml" };
  expect(
    lastingObjects([
      rendered("apps/v1 Deployment web"),
      rendered("v1 Service other/web"),
      annotated("v1 ConfigMap before", { "helm.sh/hook": "pre-install" }),
      annotated("v1 PersistentVolumeClaim data", { "helm.sh/resource-policy": "keep" }),
      rendered("batch/v1 Job once"),
      rendered("v1 Pod once"),
      crd,
      { ...crd, templateFile: "templates/a.yaml" },
      // As an upgrade makes it, too.
      rendered("apps/v1 Deployment web"),
    ]),
  ).toEqual([
    { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    { apiVersion: "v1", kind: "Service", name: "web", namespace: "other" },
    { apiVersion: "v1", kind: "PersistentVolumeClaim", name: "data" },
    { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "a.example" },
  ]);
});

const present: Present = new Map([
  ["apps/v1 Deployment", new Map()],
  ["batch/v1 Job", new Map()],
  ["rbac.authorization.k8s.io/v1 ClusterRole", new Map([["/web", rendered("rbac.authorization.k8s.io/v1 ClusterRole web")]])],
  ["v1 Service", new Map([["shop/web", rendered("v1 Service shop/web")]])],
]);

const RELEASE = { name: "shop", namespace: "extension-shop" };

test("an object is looked for where it is, in the release's namespace or in none; of a kind that nobody could list none is missed", () => {
  const objects = ["v1 Service web", "rbac.authorization.k8s.io/v1 ClusterRole web", "v1 Secret web"].map((it) => rendered(it));
  expect(lossesWithin({ ...RELEASE, objects }, lookIn(present, "shop"), [])).toEqual([]);
  expect(lossesWithin({ ...RELEASE, objects }, lookIn(present, "elsewhere"), [])).toEqual([
    { what: "Service web is gone", object: "Service web", mark: "Service web is gone", by: "rollout" },
  ]);
});

test("what ran once is run again by whoever wants it, and no run does it", () => {
  const objects = [rendered("apps/v1 Deployment web"), rendered("batch/v1 Job once")];
  expect(lossesWithin({ ...RELEASE, objects }, lookIn(present, "shop"), []).map(({ object, by }) => [object, by])).toEqual([
    ["Deployment web", "rollout"],
    ["Job once", "rollback"],
  ]);
});

test("a CRD among templates comes back by a rollout while its release has nothing of its kind; else Helm could roll out nothing, and a command is told", () => {
  const crd = rendered("apiextensions.k8s.io/v1 CustomResourceDefinition foos.example", {
    spec: { group: "example", names: { kind: "Foo", plural: "foos" } },
  });
  const none: Present = new Map(["apiextensions.k8s.io/v1 CustomResourceDefinition", "example/v1 Foo"].map((kind) => [kind, new Map()]));
  const lost = (...others: string[]) => {
    const objects = [crd, ...others.map((it) => rendered(it))];
    return lossesWithin({ ...RELEASE, objects }, lookIn(none, "shop"), []).map(({ by }) => by);
  };
  expect(lost("other/v1 Foo mine")).toEqual(["rollout"]);
  expect(lost("example/v1 Foo mine")).toEqual([
    {
      command:
        "helm get manifest shop --namespace extension-shop | npx luban extension crds - foos.example | " +
        "kubectl apply --server-side --force-conflicts -f -",
    },
    "rollout",
  ]);
});
