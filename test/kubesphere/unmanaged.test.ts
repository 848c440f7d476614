import { unmanaged, type Found } from "../../kubesphere/unmanaged";
import type { ObjectMetadata } from "../../kubesphere/clusterCheck";

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
const told = (found: Partial<Found>) =>
  unmanaged(
    { namespaces: [], extensions: [], plans: [], ...found },
    {
      platform: PLATFORM,
      extensions: [
        { name: "shop", namespace: "extension-shop" },
        { name: "listed", namespace: undefined },
      ],
    },
  );

test("an empty cluster has nothing that an up would stumble over, and neither has another's namespace", () => {
  expect(told({ namespaces: [named("default"), named("kube-system")] })).toEqual([]);
});

test("namespaces that somebody has made are named before an up leaves half a platform", () => {
  const namespaces = [named("ingress-nginx"), named("extension-shop"), named("extension-listed")];
  expect(told({ namespaces })).toEqual(["Namespace ingress-nginx", "Namespace extension-shop"]);
});

test("so is an extension that was published by hand, and then declared", () => {
  const found = {
    namespaces: [named("extension-shop")],
    extensions: [named("shop"), named("listed"), named("other")],
    plans: [plan("shop")],
  };
  expect(told(found)).toEqual(["Extension shop", "InstallPlan shop", "Namespace extension-shop", "Extension listed"]);
});

test("a stack that is deployed is told of nothing, whoever made the namespaces of its extensions", () => {
  const namespaces = [named("kubesphere-system", { ...BY_US, ...IDENTIFIED }), named("ingress-nginx"), named("extension-shop")];
  expect(told({ namespaces, extensions: [named("shop"), named("listed", BY_US)], plans: [plan("shop", BY_US)] })).toEqual([]);
});

test("what a first up that was cut off has made is its stack's", () => {
  expect(told({ namespaces: [named("kubesphere-system", BY_US), named("ingress-nginx", BY_US)] })).toEqual([]);
});
