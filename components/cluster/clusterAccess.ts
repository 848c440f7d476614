/** The requests of the checks before a run to the cluster of the kubeconfig. */
import { LUBAN } from "../../kubesphere/luban";
import type { RequestOptions } from "https";
import { CORE_API } from "../../kubesphere/api";
import type { ClusterAccess, NamespaceMetadata, ObjectMetadata, WatchEvent } from "../../kubesphere/cluster/clusterCheck";
import type { Crd, CrdCluster } from "../../kubesphere/extension/crdChanges";
import { AGGREGATED, discovered } from "../../kubesphere/cluster/discovery";
import { ConfigurationError } from "../../kubesphere/errors";
import { accessOf, isKubeconfigText, oneContext, readKubeconfig, type Access, type Kubeconfig } from "../../kubesphere/cluster/kubeconfig";
import type { StayingCluster } from "../../kubesphere/extension/stayingCrds";
import { loginOf } from "./login";
import { answer, inTime, lines, parsedAnswer, plainText, Refusal } from "./apiServer";
import type { Settings } from "../../settings/settings";

/** A valid InstallPlan for a dry run: the API server calls the validating webhook only for objects that the CRD allows. */
const PROBE = {
  ...{ apiVersion: CORE_API, kind: "InstallPlan", metadata: { name: "kubesphere-luban-probe" } },
  spec: { extension: { name: "kubesphere-luban-probe", version: "0.0.0" }, enabled: false },
};

interface StorageClassList {
  readonly items: readonly { readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> } }[];
}

/** The metadata of a collection's objects; the API server does not send the rest. */
const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** The API server also reads the older annotation, which is the one that KubeKey writes. */
const DEFAULT_CLASS = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/**
 * @throws ConfigurationError when the kubeconfig, or a file that it names, cannot be read, when it has no such context, and when KubeKey
 * has yet to make the cluster.
 */
export async function accessCluster({
  kubeconfig,
  context,
  kubekey,
}: Pick<Settings["cluster"], "kubeconfig" | "context" | "kubekey">): Promise<ClusterAccess & CrdCluster & StayingCluster> {
  // The kubeconfig of the environment belongs to another cluster.
  if (kubekey !== undefined && kubeconfig === undefined)
    throw new ConfigurationError({
      path: "kubesphere:cluster.kubeconfig",
      given: undefined,
      allowed: "the kubeconfig of the cluster that cluster.kubekey describes",
      mend: `\`${LUBAN} cluster create\` makes the cluster and keeps it here`,
    });
  const unreadable = (why: string, mend: string) => {
    const shown = kubeconfig !== undefined && isKubeconfigText(kubeconfig) ? "[not shown]" : kubeconfig;
    const given = shown ?? "$KUBECONFIG or ~/.kube/config";
    return new ConfigurationError({
      path: "kubesphere:cluster.kubeconfig",
      given,
      allowed: `a kubeconfig that can be read (${why})`,
      mend,
    });
  };
  let config: Kubeconfig;
  try {
    config = readKubeconfig(kubeconfig);
  } catch (error) {
    // The parser's message may quote the file, which has credentials.
    const why = (error as NodeJS.ErrnoException).code ?? "it is no kubeconfig";
    throw unreadable(why, "Write the path of a file that is there, or set the contents with `pulumi config set --secret --path`.");
  }
  const names = config.contexts.map(({ name }) => name);
  if (!names.includes(context ?? config["current-context"]))
    throw new ConfigurationError({
      path: context === undefined ? "kubesphere:cluster.kubeconfig" : "kubesphere:cluster.context",
      given: context ?? "a kubeconfig without a current context",
      allowed: names.join(", ") || "a context, of which this kubeconfig has none",
      mend: "Write one of them, or another kubeconfig.",
    });
  let chosen: Kubeconfig;
  let access: Access;
  try {
    chosen = oneContext(config, context);
    access = accessOf(chosen);
  } catch (error) {
    throw unreadable((error as Error).message, "Mend it, or name another one of its contexts in kubesphere:cluster.context.");
  }
  const logIn = await loginOf(chosen, access);
  const options = async (accept: string, signal: AbortSignal): Promise<RequestOptions> => {
    const login = await logIn();
    return { ...login, headers: { ...login.headers, accept }, signal };
  };
  const ask = <T>(path: string, body?: object, accept = "application/json") =>
    inTime(async (signal) => parsedAnswer<T>(await answer(access.server + path, await options(accept, signal), body)));
  const read = <T>(path: string) => ask<T>(path).catch(ifNotFound);
  return {
    server: access.server,
    async isAdministrator() {
      const spec = { resourceAttributes: { group: "*", resource: "*", verb: "*" } };
      const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
      const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
      return (await ask<{ status?: { allowed?: boolean } }>(path, review)).status?.allowed ?? false;
    },
    namespace: (name) => ask<{ metadata: NamespaceMetadata }>(`/api/v1/namespaces/${name}`).then(({ metadata }) => metadata, ifNotFound),
    // A dry run changes nothing; a refusal by a webhook is an answer, too.
    webhooksFail: () =>
      ask(`/apis/${CORE_API}/installplans?dryRun=All`, PROBE).then(
        () => false,
        (error: unknown) => /failed calling webhook "[^"]*kubesphere\.io"/.test((error as Error).message),
      ),
    async storageClasses() {
      const { items } = await ask<StorageClassList>("/apis/storage.k8s.io/v1/storageclasses");
      return items.map(({ metadata: { name, annotations = {} } }) => ({
        name,
        isDefault: DEFAULT_CLASS.some((annotation) => annotations[annotation] === "true"),
      }));
    },
    discovery: async () => discovered(await Promise.all(["/api", "/apis"].map((path) => ask(path, undefined, AGGREGATED)))),
    read,
    metadata: async (path) =>
      // For an empty list the API server may send null.
      ((await ask<{ items: readonly { metadata: ObjectMetadata }[] | null }>(path, undefined, METADATA)).items ?? []).map(
        ({ metadata }) => metadata,
      ),
    readText: (path) => inTime(async (signal) => plainText(access.server + path, await options("text/plain, */*", signal))),
    async watch(path, tell, signal) {
      for await (const line of lines(access.server + path, await options("application/json", signal)))
        tell(JSON.parse(line) as WatchEvent<never>);
    },
    kubernetesVersion: async () => (await ask<{ gitVersion: string }>("/version")).gitVersion,
    crd: (name) => read<Crd>(`${CRDS}/${encodeURIComponent(name)}`),
    async count({ apiVersion, plural }) {
      const list = await read<Counted>(`/apis/${apiVersion}/${plural}?limit=1`);
      return (list?.items.length ?? 0) + (list?.metadata.remainingItemCount ?? 0);
    },
    appliedCrd: (crd) =>
      inTime(async (signal) => {
        const how = "dryRun=All&force=true&fieldManager=kubesphere-luban";
        const url = `${access.server}${CRDS}/${encodeURIComponent(crd.metadata.name)}?${how}`;
        return parsedAnswer<Crd>(await answer(url, asApply(await options("application/json", signal)), crd));
      }),
    hasInstalled: async (name) =>
      (await read<{ status?: { version?: string } }>(`/apis/${CORE_API}/installplans/${name}`))?.status?.version !== undefined,
  };
}

/** The first page of a list. */
interface Counted {
  readonly items: readonly unknown[];
  readonly metadata: { readonly remainingItemCount?: number };
}

/** Server-side. */
const asApply = (options: RequestOptions): RequestOptions => ({
  ...options,
  method: "PATCH",
  headers: { ...options.headers, "content-type": "application/apply-patch+yaml" },
});

const ifNotFound = (error: unknown): undefined => {
  if (error instanceof Refusal && error.status === 404) return undefined;
  throw error;
};
