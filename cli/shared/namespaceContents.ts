/** The contents of namespaces that may be leftovers, without the objects that KubeSphere and Kubernetes make there themselves. */
import { label } from "../../kubesphere/api";
import type { Cluster, StoredObject } from "./cluster";
import { inParallel } from "../../kubesphere/parallel";

const KINDS = [
  ...["PersistentVolumeClaim", "Pod", "Service", "ConfigMap", "Secret"].map((kind) => ({ apiVersion: "v1", kind })),
  ...["Deployment", "StatefulSet", "DaemonSet"].map((kind) => ({ apiVersion: "apps/v1", kind })),
  ...["Job", "CronJob"].map((kind) => ({ apiVersion: "batch/v1", kind })),
  { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
];

/**
 * @param isMeant whether an object is included. Default: each object of a user
 * @returns by namespace, `Kind name`; a Helm release as `Release name`
 */
export async function contents(
  cluster: Pick<Cluster, "list">,
  namespaces: readonly string[],
  isMeant: (object: StoredObject) => boolean = () => true,
): Promise<ReadonlyMap<string, readonly string[]>> {
  return new Map(
    await inParallel(namespaces, async (namespace) => {
      const found = await objectsIn(cluster, [namespace]);
      return [namespace, [...new Set(found.filter(isMeant).map(named))]] as const;
    }),
  );
}

/** The objects themselves; a Helm release by the Secrets of its revisions. */
export async function objectsIn(cluster: Pick<Cluster, "list">, namespaces: readonly string[]): Promise<readonly StoredObject[]> {
  const listings = namespaces.flatMap((namespace) => KINDS.map((of) => ({ ...of, namespace })));
  return (await inParallel(listings, (listing) => cluster.list(listing))).flat().filter(isSomebodys);
}

/** The type of the Secrets in which Helm keeps releases. */
export const HELM = "helm.sh/release.v1";

/** The names that KubeSphere 4.1.2, and 4.1.3 without `executor`, give the Job, its Pod and its ConfigMap. */
const EXECUTORS = /^helm-(?:executor-)?(?:install|upgrade|uninstall)-[a-z0-9-]+-[a-z0-9]+$/;

/** The release to which a revision belongs. */
export const releaseNameOf = ({ metadata: { name, labels = {} }, ...rest }: StoredObject): string | undefined =>
  rest["type"] === HELM ? (labels["name"] ?? name) : undefined;

function named(object: StoredObject): string {
  const release = releaseNameOf(object);
  return release === undefined ? `${object.kind} ${object.metadata.name}` : `Release ${release}`;
}

function isSomebodys({ kind, metadata: { name, labels = {} }, ...rest }: StoredObject): boolean {
  if (kind === "ConfigMap" && name === "kube-root-ca.crt") return false;
  if (kind === "Secret" && rest["type"] === "kubernetes.io/service-account-token") return false;
  // Jobs of KubeSphere's executor; their Pods have the label of the extension, too.
  const isRun = EXECUTORS.test(name) && (kind === "Job" || kind === "Pod" || kind === "ConfigMap");
  return !(isRun && (labels[label.extensionRef] !== undefined || kind === "ConfigMap"));
}
