import { gzipSync } from "zlib";
import * as pulumi from "@pulumi/pulumi";
import { leavingPlans, warnOfWhatStays, type Surroundings } from "../../../components/preparation/leavingExtensions";
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";
import { chartFiles } from "../../support/charts";

const plan = (name: string, manager = "pulumi-kubernetes-1234"): StoredPlan => ({
  metadata: { name, managedFields: [{ manager: "ks-controller-manager" }, { manager }] },
  spec: { extension: { name, version: "1.1.0" }, enabled: true },
  status: { version: "1.0.0" },
});
test("what the stack installs no more is known as leaving, and what somebody installed by hand is not", () => {
  const stored = [plan("shop"), plan("gone"), plan("clicked", "ks-apiserver")];
  expect(leavingPlans(stored, ["shop"]).map(({ metadata }) => metadata.name)).toEqual(["gone"]);
});

let told: string[];
beforeEach(() => {
  told = [];
  jest.spyOn(pulumi.log, "warn").mockImplementation((text) => Promise.resolve(void told.push(text)));
});

const mice = { group: "example", names: { kind: "Mouse", plural: "mice" }, versions: [{ name: "v1", storage: true }] };
/** @param objects by path @param records names of Secrets, by the path of their list */
const found = (objects: Readonly<Record<string, object>>, records: Readonly<Record<string, readonly string[]>> = {}): Surroundings => ({
  cluster: {
    read: <T>(path: string) => Promise.resolve(objects[path] as T | undefined),
    metadata: (path) =>
      Promise.resolve(
        (records[decodeURIComponent(path)] ?? []).map((name) => ({ name, labels: { version: name.split(".v").at(-1) ?? "" } })),
      ),
    crd: (name) => Promise.resolve(name === "mice.example" ? { metadata: { name }, spec: mice } : undefined),
    count: ({ apiVersion, plural }) => Promise.resolve(apiVersion === "example/v1" && plural === "mice" ? 3 : 0),
  },
  resources: [{ group: "example", kind: "Mouse", resource: "mice", isNamespaced: false }],
  namespaces: [],
});

test("a run names the CRDs that an extension leaves behind, of the version that is installed, and how to be rid of them", async () => {
  const crd = (name: string) => `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: ${name}}}\n`;
  const archive = await writeChartArchive(
    "gone",
    chartFiles({ "crds/mice.yaml": crd("mice.example"), "crds/never.yaml": crd("never.example") }),
  );
  const chart = "/api/v1/namespaces/kubesphere-system/configmaps/extension-gone-1.0.0-chart";
  await warnOfWhatStays(
    [plan("gone"), plan("at-an-address")],
    found({ [chart]: { binaryData: { "chart.tgz": Buffer.from(archive).toString("base64") } } }),
  );
  expect(told).toEqual([
    "extension gone goes, and CustomResourceDefinition mice.example stays: Helm never removes what stands in a chart's crds/; the cluster has 3 Mouse; " +
      "when nothing else needs it: kubectl delete crd mice.example, which takes every Mouse with it",
  ]);
});

const secrets = "/api/v1/namespaces/shops/secrets";
const installed = { ...plan("shop"), status: { version: "1.0.0", targetNamespace: "shops" } };
const records = { [`${secrets}?labelSelector=owner=helm,name=shop`]: ["sh.helm.release.v1.shop.v9", "sh.helm.release.v1.shop.v10"] };
const record = (manifest: string) => ({
  data: { release: Buffer.from(gzipSync(JSON.stringify({ version: 10, manifest })).toString("base64")).toString("base64") },
});
const keep = (kind: string, metadata: string, apiVersion = "v1") =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {${metadata}, annotations: {helm.sh/resource-policy: keep}}\n`;
const manifest =
  keep("PersistentVolumeClaim", "name: orders") +
  keep("ConfigMap", "name: theirs, namespace: default") +
  keep("Mouse", "name: jerry", "example/v1") +
  keep("ConfigMap", "name: deleted, namespace: default") +
  "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: goes, namespace: default}\n";
const objects = {
  [`${secrets}/sh.helm.release.v1.shop.v10`]: record(manifest),
  [`${secrets}/sh.helm.release.v1.shop.v9`]: record(keep("Node", "name: former")),
  "/api/v1/nodes/former": {},
  "/api/v1/namespaces/shops/persistentvolumeclaims/orders": {},
  "/api/v1/namespaces/default/configmaps/theirs": {},
  "/apis/example/v1/mice/jerry": {},
};
const stays = (object: string, mend: string) =>
  `extension shop goes, and ${object} stays: its chart has Helm keep it (helm.sh/resource-policy: keep); when nobody needs it: kubectl delete ${mend}`;
const OUTSIDE = [stays("ConfigMap default/theirs", "configmap theirs --namespace default"), stays("Mouse jerry", "mouse.example jerry")];

test("a run names what Helm keeps of the release's last revision, but for what goes with the namespace", async () => {
  await warnOfWhatStays([installed], found(objects, records));
  expect(told).toEqual(OUTSIDE);
});

test("where another extension stays in the namespace, what Helm keeps there stays too, and is told", async () => {
  await warnOfWhatStays([installed], { ...found(objects, records), namespaces: ["shops"] });
  expect(told).toEqual([stays("PersistentVolumeClaim shops/orders", "persistentvolumeclaim orders --namespace shops"), ...OUTSIDE]);
});

test("a record that is damaged costs one sentence, which quotes nothing of it, and not the run", async () => {
  const packed = gzipSync("password: hunter2").toString("base64");
  for (const damaged of [
    {},
    { data: { release: "hunter2" } },
    { data: { release: Buffer.from(packed).toString("base64") } },
    record("a: {"),
  ]) {
    told = [];
    await warnOfWhatStays([installed], found({ [`${secrets}/sh.helm.release.v1.shop.v10`]: damaged }, records));
    expect(told).toEqual([
      "extension shop goes, and nobody can tell which of its objects Helm keeps: its record, Secret shops/sh.helm.release.v1.shop.v10, cannot be read",
    ]);
  }
});

test("extensions that leave are asked for side by side, and told in their order", async () => {
  const asked = found({}, {});
  const all = ["a", "b", "c"];
  const together = new Set<string>();
  let answer = () => {};
  const whenAll = new Promise<void>((done) => (answer = done));
  const read = async <T>(path: string) => {
    if (together.add(path).size === all.length) answer();
    await whenAll;
    return {} as T;
  };
  await warnOfWhatStays(
    all.map((name) => plan(name)),
    { ...asked, cluster: { ...asked.cluster, read } },
  );
  expect(told).toEqual([]);
});
