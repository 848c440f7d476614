import { checkServed } from "../../../kubesphere/extension/servedKinds";
import { rendered } from "../../support/rendered";

const CLUSTER = {
  kubeVersion: "v1.37.2",
  apiVersions: ["apps/v1", "apps/v1/Deployment", "policy/v1", "policy/v1/PodDisruptionBudget", "v1", "v1/Secret"],
  resources: [],
};
const checked =
  (what: string, cluster = CLUSTER) =>
  () =>
    checkServed("kubesphere:extensions[0]", [rendered(what)], cluster);

test("an object of an API that Kubernetes has given up fails the install, after half of it was made", () => {
  expect(checked("policy/v1beta1 PodDisruptionBudget web")).toThrow(
    'kubesphere:extensions[0]: "PodDisruptionBudget web of policy/v1beta1" is not allowed; allowed: what this cluster serves: Kubernetes v1.37.2 has policy/v1, and the install would fail. Take a version of the chart',
  );
  expect(checked("policy/v1beta1 PodSecurityPolicy web")).toThrow("Kubernetes v1.37.2 has no such kind, and");
  expect(checked("extensions/v1beta1 Ingress web")).toThrow("no such kind");
});

test.each([
  ["what is served", "apps/v1 Deployment web"],
  ["what is served in the core group", "v1 Secret web"],
  ["what another extension's CRDs may bring", "cert-manager.io/v1 Certificate web"],
  ["what CRDs beside Kubernetes bring under a name like its own", "gateway.networking.k8s.io/v1 Gateway web"],
  ["what KubeSphere brings, which the same run may install", "extensions.kubesphere.io/v1alpha1 JSBundle web"],
])("%s is refused", (_, what) => expect(checked(what)).not.toThrow());

test("where no cluster could be asked, everything is refused", () => {
  expect(checked("policy/v1beta1 PodDisruptionBudget web", { ...CLUSTER, apiVersions: [] })).not.toThrow();
});
