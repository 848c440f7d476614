import type { Cluster, Listing } from "../../cli/shared/cluster";
import { existing } from "../../cli/shared/existing";
import type { Step } from "../../cli/shared/preview";

const step = (op: string, type: string, inputs: object, provider = "urn:pulumi:s::p::pulumi:providers:kubernetes::cluster::1"): Step => ({
  op,
  urn: "urn::it",
  newState: { urn: "urn::it", type, provider, inputs: { ...inputs } },
});
const ON_MEMBER = "urn:pulumi:s::p::kubesphere:index:MemberCluster$pulumi:providers:kubernetes::edge-provider::1";
const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shop" } });
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };

/** Has one ConfigMap, a namespace and a Helm release's Secret. */
const cluster: Pick<Cluster, "list"> = {
  list: ({ kind, fieldSelector, labelSelector, namespace: place }: Listing) => {
    const isThere = fieldSelector === "metadata.name=there" || (kind === "Namespace" && place === undefined);
    return Promise.resolve(isThere && labelSelector === undefined ? [{ ...namespace }] : []);
  },
};

test("only what an up would create, and the cluster has, is foreseen as in its way", async () => {
  const steps = [
    step("create", "kubernetes:core/v1:ConfigMap", configMap("there")),
    step("create", "kubernetes:core/v1:ConfigMap", configMap("new")),
    step("create", "kubernetes:core/v1:Namespace", namespace),
    step("create", "kubernetes:helm.sh/v3:Release", { name: "web", namespace: "shop" }),
    step("create", "kubesphere:index:Platform", {}),
    step("same", "kubernetes:core/v1:ConfigMap", configMap("there")),
    step("create", "kubernetes:core/v1:ConfigMap", configMap("there"), ON_MEMBER),
    step("create-replacement", "kubernetes:core/v1:ConfigMap", configMap("there")),
  ];
  expect(await existing(cluster, { steps })).toEqual(["ConfigMap shop/there", "Namespace shop"]);
});
