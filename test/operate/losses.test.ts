import { gzipSync } from "zlib";
import { UnknownKind, type KubernetesObject, type Listing, type StoredObject } from "../../operate/shared/cluster";
import { Failure } from "../../operate/shared/command";
import { lossesOf } from "../../operate/shared/losses";

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
const is =
  ({ kind, metadata }: KubernetesObject) =>
  (it: StoredObject) =>
    it.kind === kind && it.metadata.name === metadata.name;

/** @param declared what Helm has made */
async function lost(declared: readonly object[], { live = [], bare = [], unknown, forbidden }: World = {}, of: typeof plan = plan) {
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
  );
  return { losses: (found.get("demo") ?? []).map(({ what, wayBack }) => `${what}: ${wayBack}`), unread };
}

const BACK = "helm rollback demo 3 --namespace extension-demo";
const service = object("v1", "Service", "web");
const job = (spec: object) => object("batch/v1", "Job", "once", { spec });

test("of what is as Helm made it nothing is missed, whoever took the label off", async () => {
  const all = [deployment("web", 2), service];
  expect(await lost(all, { live: [deployment("web", 2)], bare: [service] })).toEqual({ losses: [], unread: [] });
});

test("what is gone, alone or with its kind, is named with the command that makes it again", async () => {
  const custom = object("shop.example/v1", "Basket", "mine");
  expect(await lost([deployment("web"), service, custom], { live: [deployment("web", 1)], unknown: "Basket" })).toEqual({
    losses: [
      `Service extension-demo/web is gone: ${BACK}`,
      `Basket extension-demo/mine is gone with its kind: the cluster has no Basket of shop.example/v1: ${BACK}`,
    ],
    unread: [],
  });
});

test("what somebody has scaled to 0 does nothing, unless the chart says 0 or another object of it scales it", async () => {
  const zero = `is scaled to 0: ${BACK}`;
  expect((await lost([deployment("web")], { live: [deployment("web", 0)] })).losses).toEqual([`Deployment extension-demo/web ${zero}`]);
  expect((await lost([deployment("web", 0)], { live: [deployment("web", 0)] })).losses).toEqual([]);
  const scaler = object("keda.sh/v1alpha1", "ScaledObject", "web", { spec: { scaleTargetRef: { name: "web" } } });
  expect((await lost([deployment("web"), scaler], { live: [deployment("web", 0), scaler] })).losses).toEqual([]);
});

test("a DaemonSet without a node does nothing, unless the chart itself keeps it to some nodes", async () => {
  const nowhere = [`DaemonSet extension-demo/agent runs on no node: ${BACK}`];
  const selector = { nodeSelector: { gpu: "yes" } };
  expect((await lost([daemonSet("agent", 0)], { live: [daemonSet("agent", 0)] })).losses).toEqual(nowhere);
  expect((await lost([daemonSet("agent", 0)], { live: [daemonSet("agent", 0, selector)] })).losses).toEqual(nowhere);
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
    "kubectl delete installplan demo && npm run extension -- publish SOURCE --install",
  );
});
