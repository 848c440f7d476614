import { awaitedBy, lacking } from "../../../kubesphere/extension/waits";
import { rendered } from "../../support/rendered";

const claim = (spec: object) => rendered("v1 PersistentVolumeClaim data", { spec });

describe("what an install waits for is told, or a run hangs for ten minutes and fails", () => {
  test("volumes of a class that is not there, by claims and by the templates of StatefulSets", () => {
    const stateful = rendered("apps/v1 StatefulSet web", {
      spec: { volumeClaimTemplates: [{ spec: {} }, { spec: { storageClassName: "fast" } }] },
    });
    const { storageClasses } = awaitedBy([claim({ storageClassName: "fast" }), claim({ storageClassName: "slow" }), stateful]);
    expect(storageClasses).toEqual(["fast", null, "slow"]);
    const awaited = { storageClasses, foreignKinds: [] };
    expect(lacking(awaited, { storageClasses: [{ name: "slow", isDefault: false }], apiVersions: [] })).toEqual([
      "it claims a volume of the StorageClass fast; the cluster has slow. Unless one is made by hand, it waits for it.",
      "it claims a volume of the default StorageClass; the cluster has slow. Unless one is made by hand, it waits for it.",
    ]);
    const all = ["fast", "slow"].map((name) => ({ name, isDefault: name === "fast" }));
    expect(lacking(awaited, { storageClasses: all, apiVersions: [] })).toEqual([]);
  });

  test("kinds that nobody brings", () => {
    const objects = [
      rendered("cert-manager.io/v1 Certificate web"),
      rendered("apps/v1 Deployment web"),
      rendered("extensions.kubesphere.io/v1alpha1 JSBundle web"),
      rendered("shop.example/v1 Cart web"),
      rendered("apiextensions.k8s.io/v1 CustomResourceDefinition carts.shop.example", {
        spec: { group: "shop.example", names: { kind: "Cart", plural: "carts" }, scope: "Namespaced" },
      }),
    ];
    const awaited = awaitedBy(objects);
    expect(awaited.foreignKinds).toEqual(["cert-manager.io/v1/Certificate"]);
    expect(lacking(awaited, { storageClasses: [], apiVersions: ["v1", "v1/Secret"] })).toEqual([
      "it makes a Certificate of cert-manager.io/v1, which the cluster does not serve yet. Install what brings it first, or the install fails.",
    ]);
    expect(lacking(awaited, { storageClasses: [], apiVersions: ["cert-manager.io/v1/Certificate"] })).toEqual([]);
  });
});

test("a volume that is there already, or a cluster that could not be asked, is told as lacking", () => {
  expect(awaitedBy([claim({ storageClassName: "" }), claim({ volumeName: "by-hand" })]).storageClasses).toEqual([]);
  expect(lacking({ storageClasses: [], foreignKinds: ["a.example/v1/A"] }, { storageClasses: [], apiVersions: [] })).toEqual([]);
});
