import * as pulumi from "@pulumi/pulumi";
import { warnOfPlacement } from "../../../components/preparation/placementWarning";

test("an extension beside its members may name them before they are there; one that nobody declares is told all the same", () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const clusters = [{ metadata: { name: "host", labels: { "cluster-role.kubesphere.io/host": "" } } }, { metadata: { name: "edge" } }];
  warnOfPlacement("shop", { placement: { clusters: ["edge", "host"] } }, clusters);
  warnOfPlacement("shop", undefined, clusters);
  expect(warn).not.toHaveBeenCalled();
  warnOfPlacement("shop", { placement: { clusters: ["edge", "lyon"] }, overrides: { lyon: {} } }, clusters);
  expect(warn.mock.calls).toEqual([
    ["shop: KubeSphere has no cluster lyon yet, and installs no agent on it before it has; there are host, edge"],
  ]);
});
