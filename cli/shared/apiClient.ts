/** Requests of the commands to an API server: objects of any kind, as they are given and as the API server sends them. */
import type { IncomingHttpHeaders } from "http";
import { answer } from "../../components/cluster/apiServer";
import { loginOf } from "../../components/cluster/login";
import { accessOf, isKubeconfigText, oneContext, readKubeconfig, type Kubeconfig } from "../../kubesphere/cluster/kubeconfig";
import { Failure } from "./command";

export interface ClusterChoice {
  /** A path or the contents. @default $KUBECONFIG, else ~/.kube/config */
  readonly kubeconfig: string | undefined;
  /** @default the kubeconfig's current one */
  readonly context: string | undefined;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** What the API server refuses. */
export class ApiError extends Error {
  /** @param message its own */
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** The cluster does not know the kind, as opposed to a missing object. */
export class NoSuchKind extends Error {}

/** RFC 7386; a change of annotations and the like. */
export const MERGE_PATCH = "application/merge-patch+json";
/** Server-side apply; JSON is YAML. */
export const APPLY_PATCH = "application/apply-patch+yaml";

export interface ApiRequest {
  /** @default "GET" */
  readonly method?: "GET" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** Of the body. */
  readonly type?: string;
}

export interface ApiClient {
  /** A URL without a slash at its end. */
  readonly server: string;
  /** @param path such as `/version` @returns the body as text @throws ApiError @throws the network's error */
  text(path: string, request?: ApiRequest): Promise<{ readonly said: string; readonly headers: IncomingHttpHeaders }>;
  /** The same, of JSON. */
  json<T>(path: string, request?: ApiRequest): Promise<T>;
  /** An object's path. One of a namespace without a name of one is in the context's. @throws NoSuchKind, and as `text` does */
  pathOf(object: KubernetesObject): Promise<string>;
  /** The path of a kind's objects. @param namespace default: all of them */
  collectionOf(of: Pick<KubernetesObject, "apiVersion" | "kind">, namespace: string | undefined): Promise<string>;
}

interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

/** @throws Failure if there is no such kubeconfig or context */
export async function apiClient(choice: ClusterChoice): Promise<ApiClient> {
  const chosen = chosenContext(choice);
  const access = readable(choice, () => accessOf(chosen), true);
  const logIn = await loginOf(chosen, access);
  const text: ApiClient["text"] = async (path, { method = "GET", query = {}, body, type } = {}) => {
    const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
    const url = `${access.server}${path}${given.length === 0 ? "" : `?${new URLSearchParams(Object.fromEntries(given)).toString()}`}`;
    const login = await logIn();
    const headers = { ...login.headers, ...(type !== undefined && { "content-type": type }) };
    const { status, said, headers: told } = await answer(url, { ...login, method, headers }, body);
    if (status < 300) return { said, headers: told };
    throw new ApiError(status, messageIn(said));
  };
  const json = async <T>(path: string, request?: ApiRequest) => JSON.parse((await text(path, request)).said) as T;
  const groups = new Map<string, Promise<readonly Resource[]>>();
  const asked = (apiVersion: string) => {
    const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resources = json<{ readonly resources: readonly Resource[] | null }>(group).then((it) => it.resources ?? []);
    groups.set(apiVersion, resources);
    // A group that is not there now may come with a CRD.
    resources.catch(() => groups.delete(apiVersion));
    return resources;
  };
  const resourceOf = async ({ apiVersion, kind }: Pick<KubernetesObject, "apiVersion" | "kind">): Promise<Resource & { base: string }> => {
    const is = (it: Resource) => it.kind === kind && !it.name.includes("/");
    const known = groups.get(apiVersion);
    const resources = await (known ?? asked(apiVersion)).catch(unlessMissing);
    const found = resources?.find(is) ?? (known && (await asked(apiVersion).catch(unlessMissing))?.find(is));
    if (found === undefined) throw new NoSuchKind(`${kind} of ${apiVersion}`);
    return { ...found, base: apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}` };
  };
  const within = ({ base, name, namespaced }: Resource & { base: string }, namespace: string | undefined) =>
    namespaced && namespace !== undefined ? `${base}/namespaces/${namespace}/${name}` : `${base}/${name}`;
  return {
    server: access.server,
    text,
    json,
    pathOf: async ({ metadata: { name, namespace }, ...of }) =>
      `${within(await resourceOf(of), namespace ?? access.namespace)}/${encodeURIComponent(name)}`,
    collectionOf: async (of, namespace) => within(await resourceOf(of), namespace),
  };
}

const unlessMissing = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
};

/** The kubeconfig with the chosen context alone. */
function chosenContext({ kubeconfig, context }: ClusterChoice): Kubeconfig {
  const config = readable({ kubeconfig, context }, () => readKubeconfig(kubeconfig));
  const names = config.contexts.map(({ name }) => name);
  if (!names.includes(context ?? config["current-context"])) {
    const what = context === undefined ? "the kubeconfig has no current context" : `there is no context "${context}"`;
    throw new Failure(`${what}: it has ${names.join(", ") || "none"}`);
  }
  return readable({ kubeconfig, context }, () => oneContext(config, context), true);
}

/** @param isOurs whether the errors are our own */
function readable<T>({ kubeconfig }: ClusterChoice, read: () => T, isOurs = false): T {
  try {
    return read();
  } catch (error) {
    // The parser's message may quote the file, which has credentials.
    const why = (error as NodeJS.ErrnoException).code ?? (isOurs ? (error as Error).message : "it is no kubeconfig");
    const which = kubeconfig === undefined ? "$KUBECONFIG" : isKubeconfigText(kubeconfig) ? "the stack's kubeconfig" : kubeconfig;
    throw new Failure(`${which} cannot be read (${why}): name a kubeconfig with --kubeconfig`);
  }
}

/** The API server answers with a Status object. */
function messageIn(said: string): string {
  try {
    return (JSON.parse(said) as { message?: string }).message ?? said;
  } catch {
    return said;
  }
}
