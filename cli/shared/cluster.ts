/** The commands' access to a cluster: through the API server, as the user of a kubeconfig. */
import { together } from "../../kubesphere/parallel";
import {
  ApiError,
  apiClient,
  APPLY_PATCH,
  MERGE_PATCH,
  NoSuchKind,
  type ApiClient,
  type ApiRequest,
  type ClusterChoice,
  type KubernetesObject,
} from "./apiClient";
import { Failure } from "./command";

export type { ClusterChoice, KubernetesObject } from "./apiClient";

/** An object as the API server returns it. */
export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly OwnerReference[];
    readonly managedFields?: readonly ManagedFields[];
  };
  readonly status?: unknown;
  readonly [field: string]: unknown;
}

/** An object without which Kubernetes deletes this one. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly uid?: string;
}

/** Which manager wrote which field, as server-side apply records it. */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  /** RFC 3339 */
  readonly time?: string;
  readonly fieldsV1?: object;
}

/** Which objects a list includes. */
export interface Listing {
  readonly apiVersion: string;
  readonly kind: string;
  /** @default all of them */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** The cluster's properties that charts read. */
export interface ClusterVersions {
  /** Such as `v1.37.2`. */
  readonly kubernetes: string;
  /** Such as `apps/v1`. */
  readonly apis: readonly string[];
}

export interface Cluster {
  /** URL of the API server. */
  readonly server: string;
  versions(): Promise<ClusterVersions>;
  /** undefined if it does not exist. */
  read(object: KubernetesObject): Promise<StoredObject | undefined>;
  /** Empty if the cluster does not know the kind. */
  list(listing: Listing): Promise<readonly StoredObject[]>;
  /** The last lines of the log of a Pod's only container. @param count the number of lines @throws Failure */
  log(pod: KubernetesObject, count: number): Promise<string>;
  /** Server-side apply with the field manager {@link FIELD_MANAGER}. */
  apply(object: KubernetesObject): Promise<StoredObject>;
  /** The object that {@link apply} would produce if it won every conflict, by a dry run with the API server's webhooks. */
  dryApply(object: KubernetesObject): Promise<StoredObject>;
  /** Sets these annotations and changes nothing else. */
  annotate(object: KubernetesObject, annotations: Readonly<Record<string, string>>): Promise<void>;
  /** Requests its deletion; no error if it does not exist. */
  remove(object: KubernetesObject): Promise<void>;
}

/** The cluster does not know the kind, as opposed to a missing object. */
export class UnknownKind extends Failure {}

const FIELD_MANAGER = "kubesphere-luban";

/** `Kind name` or `Kind namespace/name`, for people. */
export const nameOf = ({ kind, metadata: { name, namespace } }: KubernetesObject): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

/** @throws Failure when there is no such kubeconfig or context */
export const connect = async (choice: ClusterChoice): Promise<Cluster> => clusterOn(await apiClient(choice));

/** The same, on a client that has another use, too. */
export function clusterOn(client: ApiClient): Cluster {
  const { server } = client;
  const told = (error: unknown, { kind, metadata }: KubernetesObject): Failure => {
    const { message } = error as Error;
    if (error instanceof NoSuchKind) return new UnknownKind(`KubeSphere is not installed on ${server}: it has no ${kind}`);
    if (error instanceof ApiError) return new Failure(`${server}, ${kind} ${metadata.name}: ${message} (HTTP ${error.code})`);
    return new Failure(`${server} cannot be asked: ${message}. Is the cluster up, and are --kubeconfig and --context right?`);
  };
  /** An error becomes a Failure that names the object. */
  const asked = <T>(about: KubernetesObject, request: () => Promise<T>): Promise<T> =>
    request().catch((error: unknown) => {
      throw told(error, about);
    });
  const send = <T>(object: KubernetesObject, request: ApiRequest): Promise<T> =>
    asked(object, async () => client.json<T>(await client.pathOf(object), request));
  const patch = (object: KubernetesObject, type: string, query: ApiRequest["query"]) =>
    send<StoredObject>(object, { method: "PATCH", type, body: object, query: { fieldManager: FIELD_MANAGER, ...query } });
  return {
    server,
    versions: async () => {
      const about = { apiVersion: "v1", kind: "version", metadata: { name: "of the cluster" } };
      const [version, { groups }] = await together([
        asked(about, () => client.json<{ gitVersion: string }>("/version")),
        asked(about, () => client.json<{ groups: readonly { versions: readonly { groupVersion: string }[] }[] }>("/apis")),
      ]);
      return {
        kubernetes: version.gitVersion,
        apis: groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion)),
      };
    },
    read: (object) =>
      asked(object, async () => client.json<StoredObject>(await client.pathOf(object)).catch(unless(isNotFound, undefined))),
    list: ({ apiVersion, kind, namespace, labelSelector, fieldSelector }) =>
      asked({ apiVersion, kind, metadata: { name: "(list)" } }, async () => {
        const path = await client.collectionOf({ apiVersion, kind }, namespace).catch(unless(isNoSuchKind, undefined));
        if (path === undefined) return [];
        const query = { labelSelector, fieldSelector };
        // For an empty list the API server may send null; the items of a list have no apiVersion and kind.
        const { items } = await client.json<{ items: readonly StoredObject[] | null }>(path, { query });
        return (items ?? []).map((item) => ({ ...item, apiVersion, kind }));
      }),
    log: (pod, count) =>
      asked(pod, async () => (await client.text(`${await client.pathOf(pod)}/log`, { query: { tailLines: `${count}` } })).said),
    apply: (object) => patch(object, APPLY_PATCH, { force: "true" }),
    dryApply: (object) => patch(object, APPLY_PATCH, { force: "true", dryRun: "All" }),
    annotate: async ({ metadata, ...kind }, annotations) => {
      await patch({ ...kind, metadata: { ...metadata, annotations } }, MERGE_PATCH, {});
    },
    remove: (object) =>
      asked(object, async () => {
        await client.text(await client.pathOf(object), { method: "DELETE" }).catch(unless(isNotFound, undefined));
      }),
  };
}

/** For requests whose error is a valid answer, too. */
const unless =
  <T>(isAnswer: (error: unknown) => boolean, answer: T) =>
  (error: unknown): T => {
    if (isAnswer(error)) return answer;
    throw error;
  };

const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 404;
const isNoSuchKind = (error: unknown): boolean => error instanceof NoSuchKind;
