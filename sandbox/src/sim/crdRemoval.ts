/**
 * What the post-delete hooks of ks-core do: namespaces that KubeSphere manages are let go, no KubeSphere CRD is left, and so no KubeSphere
 * object. All other namespaces keep what KubeSphere wrote on them.
 */
import { label } from "../../../kubesphere/api";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { Informer } from "./informer.js";
import { collection } from "./names.js";
import type { KubeObject } from "./objects.js";

interface Crd extends KubeObject {
  spec: { group: string; names: { plural: string }; versions: { name: string }[] };
}

const ofKubeSphere = ({ spec }: Crd) => spec.group === "kubesphere.io" || spec.group.endsWith(".kubesphere.io");

/** Before the workspaces go, or Kubernetes' garbage collector would take what they own. */
async function letNamespacesGo(cluster: Cluster): Promise<void> {
  for (const { metadata } of await cluster.list(collection.namespaces, `${label.managed}=true`)) {
    const freed = { finalizers: null, ownerReferences: null, labels: { [label.workspace]: null } };
    await ifFound(cluster.patch(`${collection.namespaces}/${metadata.name}`, { metadata: freed }));
  }
}

/**
 * In milliseconds. Where the API server cannot list a kind's objects yet ("storage is (re)initializing"), it tries again later and later, after
 * minutes in the end, unless the CRD itself changes (Kubernetes 1.37, apiextensions-apiserver, crd_finalizer.go).
 */
const REMIND_AFTER = 2_000;

/** Resolves when the last is gone; what holds objects back meanwhile is let go by their controllers, see {@link letGo}. */
export async function removeCrds(cluster: Cluster, crds: Informer<Crd>): Promise<void> {
  await letNamespacesGo(cluster);
  const going = crds.items.filter(ofKubeSphere);
  const left = new Set(going.map(({ metadata }) => metadata.name));
  if (left.size === 0) return;
  const gone = new Promise<void>((resolve) => {
    crds.onChange(({ metadata }, isGone) => {
      if (isGone && left.delete(metadata.name) && left.size === 0) resolve();
    });
  });
  for (const { metadata } of going) await cluster.delete(`${collection.crds}/${metadata.name}`);
  const reminding = setInterval(() => left.forEach((name) => void remind(cluster, name)), REMIND_AFTER);
  await gone.finally(() => clearInterval(reminding));
}

/** Whoever cannot be reached is reminded the next time. */
const remind = (cluster: Cluster, name: string): Promise<unknown> =>
  cluster
    .patch(`${collection.crds}/${name}`, { metadata: { annotations: { [REMINDED]: new Date().toISOString() } } })
    .catch(() => undefined);

const REMINDED = "kubesphere-luban/reminded";

/**
 * Takes the finalizers from an object whose kind is being removed: they would hold it for ever, for want of the objects
 * that its controller looks at.
 */
export async function letGo(cluster: Cluster, path: string, { metadata }: KubeObject): Promise<void> {
  await ifFound(cluster.patch(path, { metadata: { resourceVersion: metadata.resourceVersion, finalizers: null } }));
}

/** Whether a kind is on its way out. */
export const isGoing = (crds: Informer<Crd>, name: string) => crds.find(name)?.metadata.deletionTimestamp !== undefined;

export type { Crd };
