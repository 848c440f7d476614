/** Another ingress controller means an outage: nobody should learn it from the people who wait. */
import * as pulumi from "@pulumi/pulumi";
import { warnOfFormerController } from "../../../components/preparation/formerController";
import { parseSettings } from "../../../settings/parsedSettings";

const warned = (controller: string, namespaces: Parameters<typeof warnOfFormerController>[0]) => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  warnOfFormerController(namespaces, parseSettings({ access: { domain: "example.com" }, ingress: { controller } }, "dev"));
  return warn.mock.calls.splice(0).map(([line]) => line);
};
const ours = (name: string) => ({ name, managedFields: [{ manager: "pulumi-kubernetes-a1b2" }] });

test("a preview says that the former controller goes first", () => {
  expect(warned("traefik", [ours("ingress-nginx"), ours("kubesphere-system")])).toEqual([
    "kubesphere:ingress: Traefik replaces the ingress controller in namespace ingress-nginx. Both want the same ports, so the former one goes first: " +
      "until the new one is ready, neither extensions nor a console over HTTPS answer",
  ]);
});

test("the controller that stays, somebody else's, and none of ours are nothing to tell", () => {
  expect(warned("traefik", [ours("traefik")])).toEqual([]);
  expect(warned("traefik", [{ name: "ingress-nginx", managedFields: [{ manager: "helm" }] }])).toEqual([]);
  expect(warned("none", [ours("ingress-nginx")])).toEqual([]);
});
