/**
 * An extension taken out of a cluster: KubeSphere uninstalls it, and then what its publisher and KubeSphere leave goes. Each step looks for what
 * is there, so that a run that was cut off is ended by the same command.
 */
import { LUBAN } from "../../kubesphere/luban";
import { waitUntil } from "../../sandbox/src/processes";
import {
  CHART_KEY,
  CORE_API,
  SYSTEM_NAMESPACE,
  chartConfigMapName,
  extensionVersionName,
  forceDeleteAnnotation,
  isOfStack,
  label,
} from "../../kubesphere/api";
import { planFailure, type InstallPlanStatus } from "../../kubesphere/extension/installPlan";
import { placed, stayingObjects } from "../../kubesphere/extension/keptObjects";
import { textAt } from "../../kubesphere/chart/renderedObject";
import { shellWord } from "../../kubesphere/shellWord";
import { crdNames, stayingCrds } from "../../kubesphere/extension/stayingCrds";
import { nameOf, type Cluster, type KubernetesObject, type StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { stayingCluster } from "../shared/crdCluster";
import { labelled, namespaceOf, piecesOf, type Pieces } from "../shared/extensionPieces";
import { releaseOf } from "../shared/helmReleases";
import { contents } from "../shared/namespaceContents";
import { until, type Waiting } from "./until";

export interface Unpublishing extends Waiting {
  /** Whether to take away what a Pulumi stack manages. */
  readonly force: boolean;
}

/** What unpublishing takes of a cluster. */
export type Source = Pick<Cluster, "server" | "read" | "list" | "remove">;

export interface Unpublished {
  /** As `Kind name` or `Kind namespace/name`, in the order in which they went. */
  readonly removed: readonly string[];
  readonly kept: readonly { readonly object: string; readonly why: string; readonly mend: string }[];
}

/** Above the 10 minutes that KubeSphere's executor gives Helm, so that its own verdict is heard. */
const UNINSTALLED_MS = 15 * 60_000;
const GONE_MS = 60_000;
/** Above the 30 seconds that Kubernetes gives a Pod by default: Helm does not wait for Pods to end. */
const ENDED_MS = 45_000;

/** @throws Failure before anything is touched, when it cannot go whole; later with KubeSphere's reason and the way out */
export async function unpublish(cluster: Source, name: string, unpublishing: Unpublishing): Promise<Unpublished> {
  unpublishing.say(`asking ${cluster.server}`);
  const found = await find(cluster, name);
  const { plan, extension, versions, pieces } = found;
  const all = [plan, extension, ...versions, ...pieces].filter((object) => object !== undefined);
  if (all.length === 0) throw await unknown(cluster, name);
  if (!unpublishing.force) refuseStacks(name, all);
  if (plan) refuseHanging(plan, versions);
  else refuseRunning(name, await left(cluster, name));

  // While there is something that tells of them.
  const crds = plan || pieces.length > 0 ? await crdNames(await archivesOf(cluster, versions)) : [];
  const installed = await installedObjects(cluster, name, pieces);
  const removed: string[] = [];
  const gone = async (object: KubernetesObject) => {
    await remove(cluster, object, unpublishing);
    removed.push(nameOf(object));
  };
  if (plan) {
    await uninstall(cluster, plan, unpublishing);
    removed.push(nameOf(plan));
  }
  const repository = [extension, ...versions].map((object) => object?.metadata.labels?.[label.repositoryRef]).find(Boolean);
  if (repository === undefined) {
    // The packages first: the versions tell of them, also to the run after one that was cut off here.
    for (const object of versions.flatMap(packageOf)) await gone(object);
    for (const object of [...(extension ? [extension] : []), ...versions]) await gone(object);
  }
  const { removable, kept } = await leftAfterPods(cluster, name, unpublishing);
  for (const object of removable) await gone(object);
  const listed = repository === undefined ? [] : [stillListed(name, repository)];
  const unseen = plan || pieces.length > 0 ? versions.flatMap(unseenCrds) : [];
  const isThere = async (object: KubernetesObject) => (await cluster.read(object)) !== undefined;
  const staying = [...(await stayingCrds(stayingCluster(cluster), crds)), ...unseen, ...(await stayingObjects(isThere, installed))];
  return { removed, kept: [...listed, ...kept.map(({ object, why, mend }) => ({ object: nameOf(object), why, mend })), ...staying] };
}

/** The packages that travel in ConfigMaps; those at an address are not fetched for this. */
async function archivesOf(cluster: Source, versions: readonly Version[]): Promise<readonly Buffer[]> {
  const stored = await Promise.all(versions.flatMap(packageOf).map((object) => cluster.read(object)));
  return stored.flatMap((object) => {
    const data = textAt(object, "binaryData", CHART_KEY);
    return data === undefined ? [] : [Buffer.from(data, "base64")];
  });
}

const unseenCrds = ({ metadata: { name }, spec: { chartURL } }: Version): Unpublished["kept"] =>
  chartURL === undefined
    ? []
    : [
        {
          object: `what ${name} has in crds/`,
          why: "Helm never removes it, and the package was not fetched to tell what it is",
          mend: `${LUBAN} extension crds ${shellWord(chartURL)}`,
        },
      ];

/** What its release made, as Helm keeps it; nothing where that cannot be read: KubeSphere uninstalls it all the same. */
async function installedObjects(cluster: Source, name: string, pieces: readonly StoredObject[]): Promise<readonly KubernetesObject[]> {
  const namespaces = [...new Set(pieces.flatMap(namespaceOf))];
  const releases = await Promise.all(
    namespaces.map(async (namespace) => ({ namespace, held: await releaseOf(cluster, namespace, name).catch(ifUnreadable) })),
  );
  return releases.flatMap(({ namespace, held }) => (held?.objects ?? []).map((object) => placed(object, namespace)));
}

const stillListed = (name: string, repository: string) => ({
  object: `Extension ${name}`,
  why: `the Repository ${repository} lists it, and would bring it back`,
  mend: "take it out of that repository",
});

async function find(cluster: Source, name: string) {
  const read = (kind: string) => cluster.read({ apiVersion: CORE_API, kind, metadata: { name } });
  const [plan, extension, versions, pieces] = await Promise.all([
    read("InstallPlan"),
    read("Extension"),
    cluster.list({ apiVersion: CORE_API, kind: "ExtensionVersion", labelSelector: `${label.extensionRef}=${name}` }),
    labelled(cluster, name),
  ]);
  return { plan: plan as Plan | undefined, extension, versions: versions as readonly Version[], pieces };
}

interface Plan extends StoredObject {
  readonly spec: { readonly extension: { readonly version: string } };
}

interface Version extends StoredObject {
  readonly spec: {
    readonly version: string;
    readonly chartURL?: string;
    readonly chartDataRef?: { readonly name: string; readonly namespace: string };
  };
}

/** The ConfigMap of its own; another one may be somebody else's. */
function packageOf({ metadata: { labels = {} }, spec: { version, chartDataRef } }: Version): readonly KubernetesObject[] {
  const name = chartConfigMapName(labels[label.extensionRef] ?? "", version);
  return chartDataRef?.name === name && chartDataRef.namespace === SYSTEM_NAMESPACE
    ? [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: SYSTEM_NAMESPACE } }]
    : [];
}

const ifUnreadable = (error: unknown): undefined => {
  if (!(error instanceof Failure)) throw error;
};

async function unknown(cluster: Source, name: string): Promise<Failure> {
  const names = (await cluster.list({ apiVersion: CORE_API, kind: "Extension" })).map(({ metadata }) => metadata.name).sort();
  return new Failure(`${cluster.server} has no extension ${name}; it has: ${names.join(", ") || "none"}`);
}

function refuseStacks(name: string, stored: readonly StoredObject[]): void {
  const ofStack = stored.filter(isOfStack);
  if (ofStack.length === 0) return;
  throw new Failure(
    `${ofStack.map(nameOf).join(", ")}: a Pulumi stack manages this extension here, and its next \`pulumi up\` would bring it back. ` +
      `Take ${name} out of \`kubesphere:extensions\` and run \`pulumi up\`, or add --force.`,
  );
}

/** KubeSphere uninstalls by the version, and for a plan that it knows. */
function refuseHanging({ metadata: { name, finalizers = [] }, spec: { extension } }: Plan, versions: readonly Version[]): void {
  const version = extensionVersionName(name, extension.version);
  if (finalizers.length === 0 || versions.some(({ metadata }) => metadata.name === version)) return;
  throw new Failure(
    `InstallPlan ${name}: ExtensionVersion ${version} is gone, without which KubeSphere does not uninstall it, and its deletion would never end. ` +
      `Publish ${name} ${extension.version} again, then repeat this.`,
  );
}

function refuseRunning(name: string, { release }: Pieces): void {
  if (release === undefined) return;
  throw new Failure(
    `${name} still runs as the Helm release ${release.namespace}/${release.name}, and there is no InstallPlan by which KubeSphere would uninstall it: ` +
      `helm uninstall ${release.name} --namespace ${release.namespace}, then repeat this.`,
  );
}

async function uninstall(cluster: Source, plan: Plan, unpublishing: Unpublishing): Promise<void> {
  const { name } = plan.metadata;
  await cluster.remove(plan);
  await until(UNINSTALLED_MS, `${name} was not uninstalled within ${UNINSTALLED_MS / 60_000} minutes`, unpublishing, async () => {
    const stored = await cluster.read(plan);
    if (stored === undefined) return true;
    const status = (stored.status ?? {}) as InstallPlanStatus;
    const job = status.jobName === undefined ? "" : `, Job ${status.jobName}`;
    unpublishing.say(`KubeSphere: ${name} is ${status.state ?? "unknown"}${job}`);
    if (status.state !== "UninstallFailed") return undefined;
    throw new Failure(
      `${name}: ${planFailure(status, status.configHash ?? "")}\n` +
        `KubeSphere does not try again. Without a Job: kubectl annotate installplan ${name} ${forceDeleteAnnotation}=true, then repeat this.`,
    );
  });
}

async function remove(cluster: Source, object: KubernetesObject, unpublishing: Unpublishing): Promise<void> {
  unpublishing.say(`removing ${nameOf(object)}`);
  await cluster.remove(object);
  const late = `${nameOf(object)} is being deleted, and was not gone after ${GONE_MS / 1000} s: its finalizers or its contents hold it`;
  await until(GONE_MS, late, unpublishing, async () => (await cluster.read(object)) === undefined || undefined);
}

async function left(cluster: Source, name: string): Promise<Pieces> {
  const objects = await labelled(cluster, name);
  return piecesOf(objects, await contents(cluster, [...new Set(objects.flatMap(namespaceOf))]));
}

/** Helm does not wait for Pods to end, and a namespace that still has some would be kept for them. */
async function leftAfterPods(cluster: Source, name: string, { say, pause = 300 }: Unpublishing): Promise<Pieces> {
  say(`waiting until the Pods of ${name} have ended`);
  let found: Pieces = { release: undefined, removable: [], kept: [] };
  const haveEnded = async () => {
    found = await left(cluster, name);
    return !found.kept.some(({ holds }) => holds.length > 0 && holds.every((it) => it.startsWith("Pod ")));
  };
  await waitUntil(haveEnded, ENDED_MS, pause);
  refuseRunning(name, found);
  return found;
}
