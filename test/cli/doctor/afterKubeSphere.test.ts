/** What is told of a cluster that KubeSphere is gone from. */
import { remains } from "../../../cli/doctor/facts/remains";
import type { StoredObject } from "../../../cli/shared/cluster";
import { clusterOf, found } from "./support";

const OLD = "finalizers.kubesphere.io/namespaces";
const GROUPS: Record<string, string> = { CustomResourceDefinition: "apiextensions.k8s.io/v1", ClusterRole: "rbac.authorization.k8s.io/v1" };
const object = (kind: string, name: string, metadata: object = {}): StoredObject => ({
  apiVersion: GROUPS[kind] ?? "v1",
  kind,
  metadata: { name, ...metadata },
});

test("a namespace that nobody can delete any more is not named, or not with a command that frees it", () => {
  const namespaces = [object("Namespace", "theirs", { finalizers: [OLD, "example.com/own"] }), object("Namespace", "free")];
  expect(found({ namespaces, keeper: "none" })).toEqual([
    {
      check: "heldNamespaces",
      object: "Namespace theirs",
      why: `it is held by ${OLD}: KubeSphere's controller manager, which alone takes it off, is gone`,
      means: "whoever deletes it, be it a `pulumi destroy`, waits for ever",
      mend: [`kubectl patch namespace theirs --type merge --patch '{"metadata":{"finalizers":["example.com/own"]}}'`],
      action: { do: "let go", namespace: "theirs", finalizers: [OLD] },
    },
  ]);
  expect(found({ namespaces, keeper: "4.1.2" })).toEqual([]);
});

test("CRDs and roles of a KubeSphere that is gone stay unnamed", () => {
  const left = [
    object("CustomResourceDefinition", "users.iam.kubesphere.io"),
    object("CustomResourceDefinition", "jsbundles.kubesphere.io"),
  ];
  expect(found({ remains: [...left, object("ClusterRole", "kubesphere")] })).toEqual([
    expect.objectContaining({
      check: "remains",
      object: "CustomResourceDefinition jsbundles.kubesphere.io, users.iam.kubesphere.io",
      mend: [
        "`pulumi up --stack dev` and `pulumi destroy --stack dev`: ks-core's own hook takes them away",
        "or, for good and without KubeSphere: kubectl delete customresourcedefinition.apiextensions.k8s.io jsbundles.kubesphere.io users.iam.kubesphere.io",
      ],
    }),
    expect.objectContaining({ object: "ClusterRole kubesphere", means: "rights that nobody uses" }),
  ]);
});

test("what belongs to others, or to a ks-core that Helm still has, is called left over", async () => {
  const crd = (name: string) => object("CustomResourceDefinition", name);
  const all = [
    crd("users.iam.kubesphere.io"),
    crd("certificates.cert-manager.io"),
    crd("users.notkubesphere.io"),
    object("ClusterRole", "kubesphere", { annotations: { "meta.helm.sh/release-name": "ks-core" } }),
    object("ClusterRole", "admin"),
  ];
  const names = async (records: readonly StoredObject[]) =>
    (await remains(clusterOf(({ kind }) => (kind === "Secret" ? records : all.filter((it) => it.kind === kind))))).map(
      ({ metadata }) => metadata.name,
    );
  expect(await names([])).toEqual(["users.iam.kubesphere.io", "kubesphere"]);
  expect(await names([object("Secret", "sh.helm.release.v1.ks-core.v1")])).toEqual([]);
});
