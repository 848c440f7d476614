/** The commands' access to a cluster: through the API server, as the user of a kubeconfig. */
import type { KubeConfig, PatchStrategy as Strategy } from "@kubernetes/client-node";
import type { Agent } from "http";
import { setTimeout as sleep } from "timers/promises";
import { isDeepStrictEqual } from "util";
import { isKubeconfigText, readKubeconfig } from "../../kubesphere/cluster/kubeconfig";
import { putOffFor, REPEATS } from "../../kubesphere/cluster/putOff";
import { Failure } from "./command";
import { plainObjects } from "./plainObjects";

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

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

export interface ClusterChoice {
  /** A path or the contents. @default $KUBECONFIG, else ~/.kube/config */
  readonly kubeconfig: string | undefined;
  /** @default the kubeconfig's current one */
  readonly context: string | undefined;
}

/** The kubeconfig in the client library's form. @throws Failure if there is no such kubeconfig or context */
export async function clientConfig({ kubeconfig, context }: ClusterChoice): Promise<KubeConfig> {
  // This is by far the largest library, and not every command needs it.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = keepingConnections(new KubeConfig());
  try {
    // The library would merge the files of $KUBECONFIG differently from kubectl.
    config.loadFromString(JSON.stringify(readKubeconfig(kubeconfig)));
  } catch (error) {
    // The parser's message may quote the file, which has credentials.
    const why = (error as NodeJS.ErrnoException).code ?? "it is no kubeconfig";
    const which = kubeconfig === undefined ? "$KUBECONFIG" : isKubeconfigText(kubeconfig) ? "the stack's kubeconfig" : kubeconfig;
    throw new Failure(`${which} cannot be read (${why}): name a kubeconfig with --kubeconfig`);
  }
  if (context !== undefined) config.setCurrentContext(context);
  if (config.getCurrentCluster() === null) {
    const names = config.contexts.map(({ name }) => name).join(", ") || "none";
    throw new Failure(
      `${context === undefined ? "the kubeconfig has no current context" : `there is no context "${context}"`}: it has ${names}`,
    );
  }
  return config;
}

/** The part of the library's class that makes what holds connections; anew for each request, and so a TLS handshake for each. */
interface AgentMaker {
  createAgent(cluster: unknown, options: object): Agent;
}

/** One agent for as long as the credentials are the same: a command asks up to hundreds of times. */
function keepingConnections(config: KubeConfig): KubeConfig {
  const maker = config as unknown as AgentMaker;
  const create = maker.createAgent.bind(config);
  let last: { readonly cluster: unknown; readonly options: object; readonly agent: Agent } | undefined;
  maker.createAgent = (cluster, options) => {
    if (last === undefined || !isDeepStrictEqual([cluster, options], [last.cluster, last.options]))
      // Given a copy: an agent for a proxy changes them.
      last = { cluster, options, agent: create(cluster, { keepAlive: true, ...options }) };
    return last.agent;
  };
  return config;
}

/** @throws Failure when there is no such kubeconfig or context */
export async function connect(choice: ClusterChoice): Promise<Cluster> {
  const { ApisApi, CoreV1Api, PatchStrategy, VersionApi } = await import("@kubernetes/client-node");
  const config = await clientConfig(choice);
  const { server = "" } = config.getCurrentCluster() ?? {};
  const objects = await plainObjects(config);
  const told = (error: unknown, { kind, metadata }: KubernetesObject): Failure => {
    const { code, body, message } = error as { code?: unknown; body?: unknown; message?: string };
    if (isUnknownKind(error)) return new UnknownKind(`KubeSphere is not installed on ${server}: it has no ${kind}`);
    if (typeof code !== "number") {
      const why = (message ?? "").replace(/^.*, reason: /, "");
      return new Failure(`${server} cannot be asked: ${why}. Is the cluster up, and are --kubeconfig and --context right?`);
    }
    const said = typeof body === "string" ? messageIn(body) : message;
    return new Failure(`${server}, ${kind} ${metadata.name}: ${said ?? "no reason given"} (HTTP ${code})`);
  };
  /** Repeats a request that the API server puts off; any other error becomes a Failure that names the object. */
  const asked = async <T>(about: KubernetesObject, request: () => Promise<T>): Promise<T> => {
    for (let repeats = 0; ; repeats++) {
      try {
        return await request();
      } catch (error) {
        const { code, headers } = error as { code?: unknown; headers?: Readonly<Record<string, string>> };
        const wait = putOffFor(code, headers?.["retry-after"]);
        if (wait === undefined || repeats === REPEATS) throw told(error, about);
        await sleep(wait);
      }
    }
  };
  const patch = (object: KubernetesObject, dryRun: "All" | undefined, force: true | undefined, strategy: Strategy) =>
    asked(object, () => objects.patch(object, undefined, dryRun, FIELD_MANAGER, force, strategy)) as Promise<StoredObject>;
  return {
    server,
    versions: async () => {
      const about = { apiVersion: "v1", kind: "version", metadata: { name: "of the cluster" } };
      const [version, { groups }] = await Promise.all([
        asked(about, () => config.makeApiClient(VersionApi).getCode()),
        asked(about, () => config.makeApiClient(ApisApi).getAPIVersions()),
      ]);
      return {
        kubernetes: version.gitVersion,
        apis: groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion)),
      };
    },
    read: (object) => asked(object, () => (objects.read(object) as Promise<StoredObject>).catch(unless(isNoSuchObject, undefined))),
    list: async ({ apiVersion, kind, namespace, labelSelector, fieldSelector }) => {
      const listed = await asked({ apiVersion, kind, metadata: { name: "(list)" } }, () =>
        objects
          .list(apiVersion, kind, namespace, undefined, undefined, undefined, fieldSelector, labelSelector)
          .catch(unless(isUnknownKind, { items: [] })),
      );
      // The items of a list have no apiVersion and kind.
      return listed.items.map((item) => ({ ...(item as StoredObject), apiVersion, kind }));
    },
    log: ({ metadata: { name, namespace = "" }, ...pod }, tailLines) =>
      asked({ ...pod, metadata: { name, namespace } }, () =>
        config.makeApiClient(CoreV1Api).readNamespacedPodLog({ name, namespace, tailLines }),
      ),
    apply: (object) => patch(object, undefined, true, PatchStrategy.ServerSideApply),
    dryApply: (object) => patch(object, "All", true, PatchStrategy.ServerSideApply),
    annotate: async ({ metadata, ...kind }, annotations) => {
      await patch({ ...kind, metadata: { ...metadata, annotations } }, undefined, undefined, PatchStrategy.MergePatch);
    },
    remove: async (object) => {
      await asked(object, () => objects.delete(object).catch(unless(isNotFound, undefined)));
    },
  };
}

/** For requests whose error is a valid answer, too. */
const unless =
  <T>(isAnswer: (error: unknown) => boolean, answer: T) =>
  (error: unknown): T => {
    if (isAnswer(error)) return answer;
    throw error;
  };

const isNotFound = (error: unknown): boolean => (error as { code?: unknown }).code === 404;
const isNoSuchObject = (error: unknown): boolean => isNotFound(error) && !isUnknownKind(error);

/** The client library requests the kinds of a group before an object; a 404 may come from either request. */
const isUnknownKind = (error: unknown) => {
  const { code, message = "" } = error as { code?: unknown; message?: string };
  return (
    message.startsWith("Unrecognized API version and kind") || (code === 404 && message.startsWith("Failed to fetch resource metadata"))
  );
};

/** The API server answers with a Status object. */
function messageIn(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
