import { gzipSync } from "zlib";
import { writeChartArchive } from "../../kubesphere/chart/archive";
import { UnknownKind, type KubernetesObject, type Listing, type StoredObject } from "../../cli/shared/cluster";
import { Failure } from "../../cli/shared/command";
import { lossesOf } from "../../cli/shared/losses";
import { chartFiles } from "../support/charts";

const object = (apiVersion: string, kind: string, name: string, rest: object = {}): StoredObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "extension-demo" },
  ...rest,
});
const deployment = (name: string, replicas?: number) =>
  object("apps/v1", "Deployment", name, { spec: replicas === undefined ? {} : { replicas } });
const daemonSet = (name: string, desired: number, template: object = {}) =>
  object("apps/v1", "DaemonSet", name, { spec: { template: { spec: template } }, status: { desiredNumberScheduled: desired } });

let revisions = 0;
function record(objects: readonly object[]): StoredObject {
  const release = {
    ...{ version: 3, info: { status: "deployed" }, chart: { metadata: { version: "0.1.0" } } },
    manifest: objects.map((it) => `---\n${JSON.stringify(it)}\n`).join(""),
  };
  const packed = Buffer.from(gzipSync(JSON.stringify(release)).toString("base64")).toString("base64");
  const labels = { owner: "helm", name: "demo", status: "deployed", version: "3" };
  return {
    ...{ apiVersion: "v1", kind: "Secret", data: { release: packed } },
    metadata: { name: "sh.helm.release.v1.demo.v3", namespace: "extension-demo", uid: `revision-${++revisions}`, labels },
  };
}

const plan = {
  ...{ apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan" },
  metadata: { name: "demo", managedFields: [{ manager: "pulumi-kubernetes-ab12", time: "2026-01-01T00:00:00Z" }] },
  spec: { extension: { name: "shop", version: "0.1.0" }, enabled: true },
  status: { state: "Installed", targetNamespace: "extension-demo" },
};

interface World {
  /** In the cluster, with the label that KubeSphere's executor puts on them. */
  readonly live?: readonly StoredObject[];
  /** The same without the label. */
  readonly bare?: readonly StoredObject[];
  readonly unknown?: string;
  readonly forbidden?: string;
}
type Plan = Omit<typeof plan, "metadata"> & { readonly metadata: StoredObject["metadata"] };
const is =
  ({ kind, metadata }: KubernetesObject) =>
  (it: StoredObject) =>
    it.kind === kind && it.metadata.name === metadata.name;

/** @param declared what Helm has made */
async function lost(
  declared: readonly object[],
  { live = [], bare = [], unknown, forbidden }: World = {},
  of: Plan = plan,
  now = Date.parse("2026-01-01T00:01:00Z"),
) {
  const secrets = [record(declared)];
  const namespaces = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "extension-demo" } }];
  const refused = (kind: string) => Promise.reject(new Failure(`User "me" cannot list resource "${kind}"`));
  const { found, unread } = await lossesOf(
    {
      list: ({ kind, labelSelector = "" }: Listing) => {
        if (kind === forbidden) return refused(kind);
        if (kind === "Namespace") return Promise.resolve(namespaces);
        if (kind === "Secret" && labelSelector.startsWith("owner=helm")) return Promise.resolve(secrets);
        return Promise.resolve(live.filter((it) => it.kind === kind));
      },
      read: (it) =>
        it.kind === unknown ? Promise.reject(new UnknownKind("no such kind")) : Promise.resolve([...live, ...bare].find(is(it))),
    },
    [of],
    " --stack prod",
    now,
  );
  return {
    losses: (found.get("demo") ?? []).map(({ what, wayBack, first }) => `${what}: ${first === undefined ? "" : `${first}: `}${wayBack}`),
    unread,
  };
}

const UP = "pulumi up --refresh --stack prod";
const BACK = "helm rollback demo 3 --namespace extension-demo";
const service = object("v1", "Service", "web");
const job = (spec: object) => object("batch/v1", "Job", "once", { spec });

test("of what is as Helm made it nothing is missed, whoever took the label off", async () => {
  const all = [deployment("web", 2), service];
  expect(await lost(all, { live: [deployment("web", 2)], bare: [service] })).toEqual({ losses: [], unread: [] });
});

test("what is gone, alone or with its kind, is named with the command that makes it again; of a kind that nothing here brings, whoever does comes first", async () => {
  const custom = object("shop.example/v1", "Basket", "mine");
  const world = { live: [deployment("web", 1)], unknown: "Basket" };
  const FIRST = "Nothing that is installed here brings that kind: once what does is there again";
  const withKind = "Basket extension-demo/mine is gone with its kind: the cluster has no Basket of shop.example/v1";
  expect(await lost([deployment("web"), service, custom], world)).toEqual({
    losses: [
      // Helm rolls out nothing of the release before, and back nothing either.
      `Service extension-demo/web is gone: ${FIRST}: ${UP}`,
      `${withKind}: ${FIRST}: ${UP}`,
    ],
    unread: [],
  });
  // One among templates is made by a command of its own, which is told of the CRD.
  const versions = [{ name: "v1", served: true, storage: true }];
  const crd = {
    ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "baskets.shop.example" } },
    spec: { group: "shop.example", names: { kind: "Basket", plural: "baskets" }, versions },
  };
  expect((await lost([custom, crd], world)).losses).toEqual([`${withKind}: ${UP}`, expect.stringContaining("extension crds -")]);
  // One of the package's `crds/` is made by the run itself.
  const archive = await writeChartArchive(
    "shop",
    chartFiles({ "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n", "crds/baskets.yaml": JSON.stringify(crd) }),
  );
  const published = [
    object("v1", "ConfigMap", "shop-chart", { binaryData: { "chart.tgz": archive.toString("base64") } }),
    object("kubesphere.io/v1alpha1", "ExtensionVersion", "shop-0.1.0", {
      spec: { chartDataRef: { name: "shop-chart", namespace: "extension-demo", key: "chart.tgz" } },
    }),
  ];
  expect((await lost([custom], { ...world, live: published })).losses).toEqual([`${withKind}: ${UP}`]);
});

test("what somebody has scaled to 0 does nothing, unless the chart says 0 or another object of it scales it", async () => {
  const zero = (way: string) => [`Deployment extension-demo/web is scaled to 0: ${way}`];
  expect((await lost([deployment("web", 2)], { live: [deployment("web", 0)] })).losses).toEqual(zero(UP));
  // Helm sets right what a chart states alone.
  const scale = "kubectl scale deployment web --namespace extension-demo --replicas 1";
  expect((await lost([deployment("web")], { live: [deployment("web", 0)] })).losses).toEqual(zero(scale));
  expect((await lost([deployment("web", 0)], { live: [deployment("web", 0)] })).losses).toEqual([]);
  const scaler = object("keda.sh/v1alpha1", "ScaledObject", "web", { spec: { scaleTargetRef: { name: "web" } } });
  expect((await lost([deployment("web", 2), scaler], { live: [deployment("web", 0), scaler] })).losses).toEqual([]);
  const target = { kind: "Deployment", name: "web" };
  const autoscaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "keda-web", { spec: { scaleTargetRef: target } });
  expect((await lost([deployment("web", 2)], { live: [deployment("web", 0), autoscaler] })).losses).toEqual([]);
});

test("a DaemonSet without a node does nothing, unless the chart itself keeps it to some nodes", async () => {
  const nowhere = (way: string) => [`DaemonSet extension-demo/agent runs on no node: ${way}`];
  const selector = { nodeSelector: { gpu: "yes" } };
  expect((await lost([daemonSet("agent", 0)], { live: [daemonSet("agent", 0)] })).losses).toEqual(nowhere(BACK));
  expect((await lost([daemonSet("agent", 0)], { live: [daemonSet("agent", 0, selector)] })).losses).toEqual(
    nowhere(
      `kubectl patch daemonset agent --namespace extension-demo --type merge --patch '{"spec":{"template":{"spec":{"nodeSelector":{"gpu":null}}}}}'`,
    ),
  );
  const other = { nodeSelector: { gpu: "no" } };
  expect((await lost([daemonSet("agent", 0, other)], { live: [daemonSet("agent", 0, selector)] })).losses).toEqual(nowhere(UP));
  expect((await lost([daemonSet("agent", 0, selector)], { live: [daemonSet("agent", 0, selector)] })).losses).toEqual([]);
  expect((await lost([daemonSet("agent", 0)], { live: [daemonSet("agent", 2)] })).losses).toEqual([]);
});

test("a Job that Kubernetes itself removes is not missed; another one is", async () => {
  expect((await lost([job({ ttlSecondsAfterFinished: 60 })])).losses).toEqual([]);
  expect((await lost([job({})])).losses).toEqual([`Job extension-demo/once is gone: ${BACK}`]);
});

test("what may not be read is not missed, and is named", async () => {
  expect(await lost([service], { forbidden: "Service" })).toEqual({
    losses: [],
    unread: [{ kind: "Service", why: "the kubeconfig's user may not list Service" }],
  });
  expect((await lost([service], { forbidden: "Secret" })).unread).toHaveLength(1);
});

test("a lost release is its stack's to install again; that of a plan of no stack is published again", async () => {
  const elsewhere = { ...plan, status: { ...plan.status, targetNamespace: "gone" } };
  expect((await lost([], {}, elsewhere)).losses).toEqual(["the namespace gone is gone: pulumi up --refresh --stack prod"]);
  const published = { ...elsewhere, metadata: { name: "demo", managedFields: [{ manager: "kubectl", time: "2026-01-01T00:00:00Z" }] } };
  expect((await lost([], {}, published)).losses[0]).toContain(
    "kubectl delete installplan demo && npx luban extension publish SOURCE --install",
  );
});

test("what no run brings back has another way: of a plan that is no stack's, and of what is gone again right after it was rolled out for it", async () => {
  const managed = (manager: string, annotations: Record<string, string> = {}) => {
    const managedFields = [{ manager, time: "2026-01-01T00:00:00Z", fieldsV1: { "f:spec": {} } }];
    return { ...plan, metadata: { ...plan.metadata, managedFields, annotations } };
  };
  const gone = (way: string) => [`Service extension-demo/web is gone: ${way}`];
  expect((await lost([service], {}, managed("kubectl"))).losses).toEqual(gone(BACK));
  const repaired = managed("pulumi-kubernetes-ab12", {
    "kubesphere-luban/repaired": "0123456789abcdef: Service extension-demo/web is gone",
  });
  expect((await lost([service], {}, repaired)).losses).toEqual(gone(BACK));
  expect((await lost([service], {}, repaired, Date.parse("2026-01-01T01:00:00Z"))).losses).toEqual(gone(UP));
});
