/** A cluster as the commands see it: through the API server, as the user of a kubeconfig. */
import type { KubeConfig } from "@kubernetes/client-node";
import { isKubeconfigText, readKubeconfig } from "../../kubesphere/kubeconfig";
import { Failure } from "./command";

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** An object as the API server has it. */
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
    readonly managedFields?: readonly ManagedFields[];
  };
  readonly status?: unknown;
  readonly [field: string]: unknown;
}

/** Who wrote what, as server-side apply keeps it. */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  /** RFC 3339 */
  readonly time?: string;
  readonly fieldsV1?: object;
}

/** Which objects a list is to hold. */
export interface Listing {
  readonly apiVersion: string;
  readonly kind: string;
  /** @default all of them */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** What charts ask of a cluster. */
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
  /** undefined when it is not there. */
  read(object: KubernetesObject): Promise<StoredObject | undefined>;
  /** Empty when the cluster does not know the kind. */
  list(listing: Listing): Promise<readonly StoredObject[]>;
  /** The last lines of what a Pod's one container has said. @param count of lines @throws Failure */
  log(pod: KubernetesObject, count: number): Promise<string>;
  /** Server-side, in the name of {@link FIELD_MANAGER}. */
  apply(object: KubernetesObject): Promise<StoredObject>;
  /** What {@link apply} would leave there if it won every conflict, told by the API server and its webhooks; nothing is written. */
  dryApply(object: KubernetesObject): Promise<StoredObject>;
  /** Asks for it to go, and is content when it is gone already. */
  remove(object: KubernetesObject): Promise<void>;
}

/** The cluster knows no such kind, rather than no such object. */
export class UnknownKind extends Failure {}

const FIELD_MANAGER = "kubesphere-luban";

/** `Kind name` or `Kind namespace/name`, for people. */
export const nameOf = ({ kind, metadata: { name, namespace } }: KubernetesObject): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

export interface ClusterChoice {
  /** Path or contents. @default $KUBECONFIG, else ~/.kube/config */
  readonly kubeconfig: string | undefined;
  /** @default the kubeconfig's current one */
  readonly context: string | undefined;
}

/** The client library's own form of it. @throws Failure when there is no such kubeconfig or context */
export async function clientConfig({ kubeconfig, context }: ClusterChoice): Promise<KubeConfig> {
  // The largest library by far, and not every command needs it.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    // The library merges the files of $KUBECONFIG in a way of its own.
    config.loadFromString(JSON.stringify(readKubeconfig(kubeconfig)));
  } catch (error) {
    // The parser's own words may quote the file, and the file holds credentials.
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

/** @throws Failure when there is no such kubeconfig or context */
export async function connect(choice: ClusterChoice): Promise<Cluster> {
  const { ApisApi, CoreV1Api, KubernetesObjectApi, PatchStrategy, VersionApi } = await import("@kubernetes/client-node");
  const config = await clientConfig(choice);
  const { server = "" } = config.getCurrentCluster() ?? {};
  const objects = KubernetesObjectApi.makeApiClient(config);
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
  return {
    server,
    versions: async () => {
      const [version, { groups }] = await Promise.all([
        config.makeApiClient(VersionApi).getCode(),
        config.makeApiClient(ApisApi).getAPIVersions(),
      ]).catch((error: unknown) => {
        throw told(error, { apiVersion: "v1", kind: "version", metadata: { name: "of the cluster" } });
      });
      return {
        kubernetes: version.gitVersion,
        apis: groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion)),
      };
    },
    read: (object) =>
      objects.read(object).then(asSent, (error: unknown) => {
        if ((error as { code?: unknown }).code === 404 && !isUnknownKind(error)) return undefined;
        throw told(error, object);
      }),
    list: async ({ apiVersion, kind, namespace, labelSelector, fieldSelector }) => {
      const listed = await objects
        .list(apiVersion, kind, namespace, undefined, undefined, undefined, fieldSelector, labelSelector)
        .catch((error: unknown) => {
          if (isUnknownKind(error)) return { items: [] };
          throw told(error, { apiVersion, kind, metadata: { name: "(list)" } });
        });
      // The items of a list leave out what they are.
      return listed.items.map((item) => ({ ...asSent(item), apiVersion, kind }));
    },
    log: ({ metadata: { name, namespace = "" }, ...pod }, tailLines) =>
      config
        .makeApiClient(CoreV1Api)
        .readNamespacedPodLog({ name, namespace, tailLines })
        .catch((error: unknown) => {
          throw told(error, { ...pod, metadata: { name, namespace } });
        }),
    apply: (object) =>
      objects.patch(object, undefined, undefined, FIELD_MANAGER, true, PatchStrategy.ServerSideApply).then(asSent, (error: unknown) => {
        throw told(error, object);
      }),
    dryApply: (object) =>
      objects.patch(object, undefined, "All", FIELD_MANAGER, true, PatchStrategy.ServerSideApply).then(asSent, (error: unknown) => {
        throw told(error, object);
      }),
    remove: async (object) => {
      await objects.delete(object).catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== 404) throw told(error, object);
      });
    },
  };
}

/** The client makes dates of what the API server sends as text. */
const asSent = (object: object) => JSON.parse(JSON.stringify(object)) as StoredObject;

/** The client asks for the kinds of a group before it asks for an object; a 404 may be either's. */
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
