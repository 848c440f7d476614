import type { Compared, Property } from "../../cli/drift/compare";
import { ofProgrammed, withRepair } from "../../cli/drift/programmed";

const compared = (...properties: Property[]): Compared => ({ object: "InstallPlan demo", drift: "changed", properties });
const config = (manager: string): Property => ({ path: "spec.config", is: "theirs", wanted: "ours", by: [{ manager }] });

test("what somebody has set is drift although a refresh has written it into the state; what is only yet to be deployed is none", () => {
  expect(ofProgrammed(undefined, compared(config("ks-apiserver")))).toEqual(compared(config("ks-apiserver")));
  expect(ofProgrammed(undefined, compared(config("pulumi-kubernetes-ab12")))).toBeUndefined();
  expect(ofProgrammed(undefined, undefined)).toBeUndefined();
});

test("what differs from what was deployed is told by what the program wants now, and not at all once it wants that", () => {
  const deployed = compared({ ...config("pulumi-kubernetes-ab12"), wanted: "former" });
  expect(ofProgrammed(deployed, compared(config("pulumi-kubernetes-ab12")))).toEqual(compared(config("pulumi-kubernetes-ab12")));
  expect(ofProgrammed(deployed, undefined)).toBeUndefined();
});

test("a rollout for what was lost is no drift of the plan", () => {
  const plan = (annotations: Record<string, string>) => ({
    apiVersion: "kubesphere.io/v1alpha1",
    kind: "InstallPlan",
    metadata: { name: "demo", annotations },
  });
  const wanted = { spec: { config: "a: 1\n" } };
  expect(withRepair(wanted, plan({}))).toEqual(wanted);
  const repaired = plan({ "kubesphere-luban/repaired": "0123456789abcdef: Service web is gone" });
  expect(withRepair(wanted, repaired)).toEqual({ spec: { config: "a: 1\n# repair 0123456789abcdef\n" } });
  expect(withRepair({ metadata: {} }, repaired)).toEqual({ metadata: {} });
});

test("a plan that is gone is gone, whatever is wanted of it", () => {
  const missing: Compared = { object: "InstallPlan demo", drift: "missing", properties: [] };
  expect(ofProgrammed(missing, missing)).toEqual(missing);
});
