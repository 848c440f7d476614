/** The cluster of the kubeconfig, as the checks before a run ask it. */
import type { ClusterAccess, NamespaceMetadata } from "../kubesphere/clusterCheck";
import { ConfigurationError } from "../kubesphere/errors";
import type { Settings } from "./settings";

/** How long the API server may take to answer, in milliseconds. */
const TIMEOUT = 15_000;

/**
 * @throws ConfigurationError when the kubeconfig cannot be read, or has no such context.
 */
export async function accessCluster({ kubeconfig, context }: Settings["cluster"]): Promise<ClusterAccess> {
  // Loaded when it is needed, beside the reading of charts: it is the largest of the program's libraries.
  const { AuthorizationV1Api, CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else if (isText(kubeconfig)) config.loadFromString(kubeconfig);
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new ConfigurationError({
      path: "kubesphere:cluster.kubeconfig",
      // The parser's own words may quote the file, and the file holds credentials.
      given: kubeconfig === undefined ? "$KUBECONFIG or ~/.kube/config" : isText(kubeconfig) ? "[not shown]" : kubeconfig,
      allowed: `a kubeconfig that can be read (${(error as NodeJS.ErrnoException).code ?? "it is no kubeconfig"})`,
      mend: "Write the path of a file that is there, or set the contents with `pulumi config set --secret --path`.",
    });
  }
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new ConfigurationError({
      path: context === undefined ? "kubesphere:cluster.kubeconfig" : "kubesphere:cluster.context",
      given: context ?? "a kubeconfig without a current context",
      allowed: config.contexts.map(({ name }) => name).join(", ") || "a context, of which this kubeconfig has none",
      mend: "Write one of them, or another kubeconfig.",
    });
  const authorization = config.makeApiClient(AuthorizationV1Api);
  const core = config.makeApiClient(CoreV1Api);
  return {
    server: cluster.server,
    async isAdministrator() {
      const spec = { resourceAttributes: { group: "*", resource: "*", verb: "*" } };
      const review = await inTime(authorization.createSelfSubjectAccessReview({ body: { spec } }));
      return review.status?.allowed ?? false;
    },
    namespace: (name) => inTime(core.readNamespace({ name })).then(({ metadata }): NamespaceMetadata => metadata ?? {}, ifNotFound),
  };
}

const isText = (kubeconfig: string) => kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");

const ifNotFound = (error: unknown): undefined => {
  if ((error as { code?: unknown }).code === 404) return undefined;
  throw error;
};

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT / 1000} seconds`)), TIMEOUT);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
