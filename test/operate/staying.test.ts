import { writeChartArchive } from "../../kubesphere/archive";
import { crdNames, stayingCrds } from "../../kubesphere/stayingCrds";
import { main } from "../../operate/extension/main";
import { afterLeaving, keptOf } from "../../operate/preview/staying";
import type { StoredObject } from "../../operate/shared/cluster";
import { stayingCluster } from "../../operate/shared/crdCluster";
import { placed, stayingObjects } from "../../operate/shared/staying";
import { callMain } from "../support/call";
import { chartFiles, SMALL_CHART, temporaryFolders } from "../support/charts";

const NAME = "foos.example.com";
const CRD = `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: ${NAME}}}\n`;
const stored = {
  ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: NAME } },
  spec: { group: "example.com", names: { kind: "Foo" }, versions: [{ name: "v1alpha1" }, { name: "v1", storage: true }] },
};
const object = (kind: string, name: string, policy?: string) => ({
  apiVersion: "v1",
  kind,
  metadata: { name, ...(policy !== undefined && { annotations: { "helm.sh/resource-policy": policy } }) },
});
const cluster = (...foos: StoredObject[]) => ({
  read: ({ kind, metadata }: { kind: string; metadata: { name: string } }) =>
    Promise.resolve(kind === stored.kind ? (metadata.name === NAME ? stored : undefined) : ({ kind, metadata } as StoredObject)),
  list: ({ apiVersion, kind }: { apiVersion: string; kind: string }) =>
    Promise.resolve(apiVersion === "example.com/v1" && kind === "Foo" ? foos : []),
});
const archive = () => writeChartArchive("web", chartFiles({ "charts/web/crds/foos.yaml": CRD, "charts/web/templates/foos.yaml": CRD }));

test("a CRD that stays is told with how much it holds, and what its deletion takes", async () => {
  const names = await crdNames([await archive(), await archive(), Buffer.from("no package")]);
  expect(names).toEqual([NAME]);
  expect(await stayingCrds(stayingCluster(cluster()), [...names, "gone.example.com"])).toEqual([
    {
      object: `CustomResourceDefinition ${NAME}`,
      why: "Helm never removes what stands in a chart's crds/; the cluster has no Foo",
      mend: `when nothing else needs it: kubectl delete crd ${NAME}`,
    },
  ]);
  const [full] = await stayingCrds(stayingCluster(cluster({ ...object("Foo", "one") }, { ...object("Foo", "two") })), names);
  expect([full?.why, full?.mend]).toEqual([
    expect.stringMatching(/ has 2 Foo$/),
    expect.stringMatching(/, which takes every Foo with it$/),
  ]);
});

test("what a chart has Helm keep is told with the way to delete it, in its namespace", async () => {
  const objects = [object("PersistentVolumeClaim", "data", " Keep "), object("ConfigMap", "gone"), object("ConfigMap", "not", "none")];
  expect(
    (
      await stayingObjects(
        cluster(),
        objects.map((it) => placed(it, "shop")),
      )
    ).map(({ object: it, mend }) => [it, mend]),
  ).toEqual([["PersistentVolumeClaim shop/data", "when nobody needs it: kubectl delete persistentvolumeclaim data --namespace shop"]]);
});

test("a preview does not say of an object that Helm keeps that it goes, unless its namespace does", async () => {
  const before = [object("ConfigMap", "orders", "keep"), object("Node", "first", "keep"), object("Secret", "gone")];
  const { kept, others } = keptOf(before, [object("Node", "first")]);
  expect([kept, others].map((all) => all.map(({ metadata }) => metadata.name))).toEqual([["orders"], ["first", "gone"]]);

  const leaving = { archive: await archive(), isNamespaceLeaving: false };
  const { objects, stays } = await afterLeaving(before, leaving, { cluster: cluster(), namespace: "shop" });
  expect(objects.map(({ name }) => name)).toEqual(["gone"]);
  expect(stays).toEqual([
    "ConfigMap orders stays: its chart has Helm keep it",
    "Node first stays: its chart has Helm keep it",
    expect.stringMatching(/^CustomResourceDefinition foos\.example\.com stays: /),
  ]);
  const all = await afterLeaving(
    before,
    { chartURL: "https://c.example.com/web.tgz", isNamespaceLeaving: true },
    { cluster: cluster(), namespace: "shop" },
  );
  expect(all.objects.map(({ name }) => name).sort()).toEqual(["gone", "orders"]);
  expect(all.stays).toEqual([
    "Node first stays: its chart has Helm keep it",
    "what https://c.example.com/web.tgz has in crds/ stays: Helm never removes it",
  ]);
});

describe("npm run extension -- crds", () => {
  const folder = temporaryFolders();
  const call = (...args: string[]) => callMain(() => main(["crds", ...args], "/nowhere"));
  const second = CRD.replace(NAME, "bars.example.com");

  test("prints those of crds/, all or the named ones, for kubectl", async () => {
    const source = await folder({
      ...SMALL_CHART,
      "crds/all.yaml": `${CRD}---\n${second}`,
      "templates/not.yaml": CRD.replace("foos", "not"),
    });
    const names = async (...args: string[]) => {
      const list = JSON.parse((await call(source, ...args)).stdout) as { kind: string; items: StoredObject[] };
      return [list.kind, ...list.items.map(({ metadata }) => metadata.name)];
    };
    expect(await names()).toEqual(["List", NAME, "bars.example.com"]);
    expect(await names("bars.example.com")).toEqual(["List", "bars.example.com"]);
    expect(await call(source, "none.example.com")).toEqual({
      code: 1,
      stdout: "",
      stderr: `${source}: no crds/ of it has none.example.com; they have: ${NAME}, bars.example.com\n`,
    });
  });
});
