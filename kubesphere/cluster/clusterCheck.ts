/** The requirements for a cluster, checked before anything is declared on it: Pulumi's previews ignore them, and `up` would stop half-way. */
import { clusterIdentifierAnnotation } from "../api";
import type { Discovery } from "./discovery";
import type { Problem } from "../errors";
import { storageProblems, type StorageClass, type StorageNeed } from "./storage";

/** The requests of the checks. Each answers within seconds, or fails. */
export interface ClusterAccess {
  /** URL of the API server. */
  readonly server: string;
  /** Whether the kubeconfig's user has all rights: ks-core grants such rights, and nobody can grant rights that they do not have. */
  isAdministrator(): Promise<boolean>;
  /** The namespace's metadata; undefined if it does not exist. */
  namespace(name: string): Promise<NamespaceMetadata | undefined>;
  /** Kubernetes' version as the API server reports it, e.g. `v1.37.2+k3s1`. */
  kubernetesVersion(): Promise<string>;
  /** The kinds that it serves. */
  discovery(): Promise<Discovery>;
  storageClasses(): Promise<readonly StorageClass[]>;
  /** @param path of the API, such as `/api/v1/namespaces/default` @returns undefined if it does not exist */
  read<T>(path: string): Promise<T | undefined>;
  /** The metadata of a collection's objects, without their contents. @param path the API path, with its query */
  metadata(path: string): Promise<readonly ObjectMetadata[]>;
  /** A Pod's log and the like. */
  readText(path: string): Promise<string>;
  /**
   * Watches a collection's objects, until the API server or the signal ends the stream.
   * @param path with `watch=true` and a `resourceVersion` to begin at
   */
  watch<T>(path: string, tell: (event: WatchEvent<T>) => void, signal: AbortSignal): Promise<void>;
  /** Whether the API server cannot reach KubeSphere's webhook for InstallPlans; false for every other failure. */
  webhooksFail(): Promise<boolean>;
}

export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "ERROR";
  readonly object: T;
}

export interface ObjectMetadata {
  readonly name: string;
  readonly uid?: string;
  /** RFC 3339 */
  readonly deletionTimestamp?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly managedFields?: readonly { readonly manager?: string }[];
}

export interface NamespaceMetadata {
  readonly uid?: string | undefined;
  readonly deletionTimestamp?: string | Date | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface WantedCluster {
  /** `cluster.identifier` of the configuration. Default: any cluster will do. */
  readonly identifier?: string;
  /** The namespaces that the program declares; the first one has the identifier, if there is one. */
  readonly namespaces: readonly string[];
  /** The volumes that the declared charts will claim. */
  readonly storage: readonly StorageNeed[];
}

const KUBECONFIG = "kubesphere:cluster.kubeconfig";

/** @returns why nothing can be declared on it at all: it does not answer, or its user has too few rights */
export async function accessProblems(access: Pick<ClusterAccess, "server" | "isAdministrator">): Promise<Problem[]> {
  let isAdministrator: boolean;
  try {
    isAdministrator = await access.isAdministrator();
  } catch (error) {
    const mend = "Is the cluster up, the address right, the network (VPN, proxy) there, the login still valid? `kubectl get nodes` tells.";
    return [{ path: KUBECONFIG, given: `${access.server}: ${(error as Error).message}`, allowed: "a cluster that answers", mend }];
  }
  if (!isAdministrator)
    return [
      {
        path: KUBECONFIG,
        given: `a user of ${access.server} who may not do everything`,
        allowed: "a cluster administrator, since KubeSphere is given such rights",
        mend: "Bind the user to the ClusterRole cluster-admin, or name another context in kubesphere:cluster.context.",
      },
    ];
  return [];
}

/** What is there, without {@link accessProblems}. */
export interface FoundCluster {
  /** All of them: with hundreds of extensions to ask for each by its name would take as many requests. */
  readonly namespaces: readonly ObjectMetadata[];
  readonly classes: readonly StorageClass[];
}

/** @returns all problems at once */
export function clusterProblems({ identifier, namespaces, storage }: WantedCluster, found: FoundCluster): Problem[] {
  const there = new Map(found.namespaces.map((it) => [it.name, it]));
  const [first = ""] = namespaces;
  return [
    ...namespaces.flatMap((name) => (there.get(name)?.deletionTimestamp === undefined ? [] : [terminating(name)])),
    ...(identifier === undefined ? [] : wrongCluster(identifier, there.get(first)?.annotations?.[clusterIdentifierAnnotation])),
    ...storageProblems(storage, found.classes),
  ];
}

/** Those of the cluster, where a volume needs one. */
export const classesFor = (access: Pick<ClusterAccess, "storageClasses">, { storage }: Pick<WantedCluster, "storage">) =>
  storage.length === 0 ? [] : access.storageClasses();

/** The namespace that every cluster has for its life, and whose UID KubeSphere 4.2 takes for the cluster's own (known from documents). */
const LASTING_NAMESPACE = "kube-system";

/** @param namespaces all of the cluster @returns what KubeSphere 4.2 calls the cluster's ID, to which its licence is bound */
export const clusterIdIn = (namespaces: readonly ObjectMetadata[]): string | undefined =>
  namespaces.find(({ name }) => name === LASTING_NAMESPACE)?.uid;

/** The same, of a cluster of which no more is asked. */
export const clusterIdOf = async (access: Pick<ClusterAccess, "namespace">): Promise<string | undefined> =>
  (await access.namespace(LASTING_NAMESPACE))?.uid;

const terminating = (name: string): Problem => ({
  path: "the cluster",
  given: `namespace ${name} is being deleted`,
  allowed: "a namespace that is there to stay, or none",
  mend: `Wait until it is gone; if it never goes, \`kubectl get namespace ${name} -o yaml\` says what holds it.`,
});

const wrongCluster = (identifier: string, found: string | undefined): Problem[] =>
  found === undefined || found === identifier
    ? []
    : [
        {
          path: "kubesphere:cluster.identifier",
          given: identifier,
          allowed: `${found}, as KubeSphere on this cluster was declared with`,
          mend: "This is another cluster than the stack's: check kubeconfig and context. Only if it is the right one, set the identifier to that.",
        },
      ];
