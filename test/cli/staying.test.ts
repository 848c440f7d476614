import { Readable } from "stream";
import { writeChartArchive } from "../../kubesphere/chart/archive";
import { placed, stayingObjects } from "../../kubesphere/extension/keptObjects";
import { crdNames, stayingCrds } from "../../kubesphere/extension/stayingCrds";
import { main } from "../../cli/extension/main";
import { afterLeaving, keptOf } from "../../cli/preview/staying";
import type { StoredObject } from "../../cli/shared/cluster";
import { stayingCluster } from "../../cli/shared/crdCluster";
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
        () => Promise.resolve(true),
        objects.map((it) => placed(it, "shop")),
      )
    ).map(({ object: it, mend }) => [it, mend]),
  ).toEqual([["PersistentVolumeClaim shop/data", "when nobody needs it: kubectl delete persistentvolumeclaim data --namespace shop"]]);
});

const NODE_STAYS =
  "Node first stays: its chart has Helm keep it (helm.sh/resource-policy: keep); when nobody needs it: kubectl delete node first";

test("a preview does not say of an object that Helm keeps that it goes, unless its namespace does", async () => {
  const before = [object("ConfigMap", "orders", "keep"), object("Node", "first", "keep"), object("Secret", "gone")];
  const { kept, others } = keptOf(before, [object("Node", "first")]);
  expect([kept, others].map((all) => all.map(({ metadata }) => metadata.name))).toEqual([["orders"], ["first", "gone"]]);

  const leaving = { archive: await archive(), isNamespaceLeaving: false };
  const { objects, stays } = await afterLeaving(before, leaving, { cluster: cluster(), namespace: "shop" });
  expect(objects.map(({ name }) => name)).toEqual(["gone"]);
  expect(stays).toEqual([
    "ConfigMap shop/orders stays: its chart has Helm keep it (helm.sh/resource-policy: keep); when nobody needs it: kubectl delete configmap orders --namespace shop",
    NODE_STAYS,
    expect.stringMatching(/^CustomResourceDefinition foos\.example\.com stays: /),
  ]);
  const all = await afterLeaving(
    before,
    { chartURL: "https://c.example.com/web.tgz", isNamespaceLeaving: true },
    { cluster: cluster(), namespace: "shop" },
  );
  expect(all.objects.map(({ name }) => name).sort()).toEqual(["gone", "orders"]);
  expect(all.stays).toEqual([NODE_STAYS, "what https://c.example.com/web.tgz has in crds/ stays: Helm never removes it"]);
});

describe("npx luban extension crds", () => {
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

  test("prints those of a manifest on standard input, which is where CRDs among templates are", async () => {
    const manifest = `---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\n${CRD}---\n${second}`;
    const piped = async (text: string, ...args: string[]) => {
      const stdin = jest.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([Buffer.from(text)]) as typeof process.stdin);
      try {
        return await call("-", ...args);
      } finally {
        stdin.mockRestore();
      }
    };
    const { items } = JSON.parse((await piped(manifest, NAME)).stdout) as { items: StoredObject[] };
    expect(items.map(({ metadata }) => metadata.name)).toEqual([NAME]);
    expect((await piped(manifest, "none.example.com")).stderr).toBe(
      `standard input has no CRD none.example.com; it has: ${NAME}, bars.example.com\n`,
    );
    expect((await piped("a: 'b\n")).stderr).toMatch(/^standard input is no manifest: /);
  });
});
