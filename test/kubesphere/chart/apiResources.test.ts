import { plural } from "../../../kubesphere/chart/apiResources";

test("kinds are in the plural as Kubernetes writes it, or a right would be for a resource that is not there", () => {
  const kinds = ["Service", "Ingress", "NetworkPolicy", "Gateway", "Endpoints", "ConfigMap", "Repository"];
  expect(kinds.map(plural)).toEqual(["services", "ingresses", "networkpolicies", "gateways", "endpoints", "configmaps", "repositories"]);
});
