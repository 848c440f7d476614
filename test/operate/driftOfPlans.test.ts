import type { Compared, Property } from "../../operate/drift/compare";
import { ofPlan } from "../../operate/drift/programmed";

const compared = (...properties: Property[]): Compared => ({ object: "InstallPlan demo", drift: "changed", properties });
const config = (manager: string): Property => ({ path: "spec.config", is: "theirs", wanted: "ours", by: [{ manager }] });

test("what somebody has set is drift although a refresh has written it into the state; what is only yet to be deployed is none", () => {
  expect(ofPlan(undefined, compared(config("ks-apiserver")))).toEqual(compared(config("ks-apiserver")));
  expect(ofPlan(undefined, compared(config("pulumi-kubernetes-ab12")))).toBeUndefined();
  expect(ofPlan(undefined, undefined)).toBeUndefined();
});

test("what differs from what was deployed is told by what the program wants now, and not at all once it wants that", () => {
  const deployed = compared({ ...config("pulumi-kubernetes-ab12"), wanted: "former" });
  expect(ofPlan(deployed, compared(config("pulumi-kubernetes-ab12")))).toEqual(compared(config("pulumi-kubernetes-ab12")));
  expect(ofPlan(deployed, undefined)).toBeUndefined();
});

test("a plan that is gone is gone, whatever is wanted of it", () => {
  const missing: Compared = { object: "InstallPlan demo", drift: "missing", properties: [] };
  expect(ofPlan(missing, missing)).toEqual(missing);
});
