import * as pulumi from "@pulumi/pulumi";
import { leavingPlans, warnOfStayingCrds } from "../../components/leavingExtensions";
import { writeChartArchive } from "../../kubesphere/archive";
import type { StoredPlan } from "../../kubesphere/rollout";
import { chartFiles } from "../support/charts";

const plan = (name: string, manager = "pulumi-kubernetes-1234"): StoredPlan => ({
  metadata: { name, managedFields: [{ manager: "ks-controller-manager" }, { manager }] },
  spec: { extension: { name, version: "1.1.0" }, enabled: true },
  status: { version: "1.0.0" },
});
const cluster = (objects: Readonly<Record<string, object>>) => ({
  read: <T>(path: string) => Promise.resolve(objects[path] as T | undefined),
});

test("what the stack installs no more is known as leaving, and what somebody installed by hand is not", () => {
  const stored = [plan("shop"), plan("gone"), plan("clicked", "ks-apiserver")];
  expect(leavingPlans(stored, ["shop"]).map(({ metadata }) => metadata.name)).toEqual(["gone"]);
});

test("a run names the CRDs that an extension leaves behind, of the version that is installed, and how to be rid of them", async () => {
  const told: string[] = [];
  jest.spyOn(pulumi.log, "warn").mockImplementation((text) => Promise.resolve(void told.push(text)));
  const crd = (name: string) => `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: ${name}}}\n`;
  const archive = await writeChartArchive(
    "gone",
    chartFiles({ "crds/mice.yaml": crd("mice.example"), "crds/never.yaml": crd("never.example") }),
  );
  const chart = "/api/v1/namespaces/kubesphere-system/configmaps/extension-gone-1.0.0-chart";
  const mice = { group: "example", names: { kind: "Mouse", plural: "mice" }, versions: [{ name: "v1", storage: true }] };
  await warnOfStayingCrds([plan("gone"), plan("at-an-address")], {
    ...cluster({ [chart]: { binaryData: { "chart.tgz": Buffer.from(archive).toString("base64") } } }),
    crd: (name) => Promise.resolve(name === "mice.example" ? { metadata: { name }, spec: mice } : undefined),
    count: ({ apiVersion, plural }) => Promise.resolve(apiVersion === "example/v1" && plural === "mice" ? 3 : 0),
  });
  expect(told).toEqual([
    "extension gone goes, and CustomResourceDefinition mice.example stays: Helm never removes what stands in a chart's crds/; the cluster has 3 Mouse; " +
      "when nothing else needs it: kubectl delete crd mice.example, which takes every Mouse with it",
  ]);
});
