/**
 * ks-apiserver's `/kapis/version`, and its dispatch of it to the clusters of its host: `/clusters/<name>/kapis/version`. It goes through the
 * Service proxy of the member's API server, by the kubeconfig of its Cluster object. Read in the sources of 4.1.2 and 4.1.3
 * (`pkg/apiserver/filters/multicluster.go`), and not recorded; of all that ks-apiserver dispatches the stand-in has this path alone.
 */
import { SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { readYaml } from "../../../kubesphere/yaml/goYaml.js";
import { ApiError, ifFound } from "./apiError.js";
import { forbidden, type Answer } from "./bundles.js";
import type { Cluster } from "./cluster.js";
import { dialled, isReady } from "./clusterStatus.js";
import type { Request } from "./httpListener.js";
import { CONFIG_PATH, HOST_LABEL, KS_AGENT, collection, namespaced } from "./names.js";
import { json } from "./oauth/answers.js";
import { callerOf } from "./oauth/bearer.js";
import { readIssuer, type Reader } from "./oauth/platform.js";
import type { Tokens } from "./oauth/tokens.js";
import type { ClusterObject, ConfigMap, Deployment } from "./objects.js";

const VERSION = "/kapis/version";

/** By the text of a kubeconfig. */
export type Connect = (kubeconfig: string) => Promise<Pick<Cluster, "get" | "server">>;

export const versions =
  (cluster: Reader, tokens: Tokens, connect: Connect) =>
  /** Undefined for any other path. */
  async (request: Request): Promise<Answer | undefined> => {
    const [, name, path] = /^(?:\/clusters\/([^/]+))?(\/kapis\/.*)$/.exec(request.path) ?? [];
    if (path !== VERSION || request.method !== "GET") return undefined;
    const issuer = await readIssuer(cluster);
    const caller = await callerOf(request, cluster, issuer, tokens);
    if ("refusal" in caller) return caller.refusal;
    // The host's own ks-apiserver judges who may ask it, and a member's who may ask that one.
    const own = () => (caller.isSignedIn ? answerOf(cluster, "ks-apiserver") : Promise.resolve(forbidden(path)));
    if (name === undefined) return own();
    const found = await ifFound(cluster.get<ClusterObject>(`${collection.clusters}/${name}`));
    if (found === undefined) return wrapped(400, "BadRequest", `cluster ${name} not exists`);
    if (HOST_LABEL in (found.metadata.labels ?? {})) return own();
    if (!isReady(found)) return wrapped(503, "ServiceUnavailable", `cluster ${name} is not ready`);
    const member = await connect(Buffer.from(found.spec?.connection?.kubeconfig ?? "", "base64").toString());
    try {
      return await through(member, caller.isSignedIn, issuer.jwtSecret);
    } catch (error) {
      if (error instanceof ApiError)
        return error.code === 401 ? unauthenticated() : json(error.code, status(error.code, "", error.message));
      return wrapped(502, "Bad Gateway", `Error while proxying request: ${dialled(member.server, error)}`);
    }
  };

/** As the Service proxy of the member's API server has it. @throws what that API server says */
async function through(member: Pick<Cluster, "get">, isSignedIn: boolean, jwtSecret: string): Promise<Answer> {
  await member.get(namespaced("v1", SYSTEM_NAMESPACE, "services", "ks-apiserver"));
  const agent = await ifFound(member.get<Deployment & { status?: { readyReplicas?: number } }>(deploymentPath(KS_AGENT)));
  if (!agent?.status?.readyReplicas)
    return json(503, status(503, "ServiceUnavailable", 'no endpoints available for service ":ks-apiserver:"'));
  const config = await ifFound(member.get<ConfigMap>(CONFIG_PATH));
  const [stated] = readYaml(config?.data?.["kubesphere.yaml"] ?? "") as [{ authentication?: { issuer?: { jwtSecret?: string } } }?];
  if (isSignedIn && stated?.authentication?.issuer?.jwtSecret !== jwtSecret) return unauthenticated();
  return isSignedIn ? answerOf(member, KS_AGENT) : forbidden(VERSION);
}

const deploymentPath = (name: string) => `/apis/apps/v1/namespaces/${SYSTEM_NAMESPACE}/deployments/${name}`;

async function answerOf(cluster: Pick<Cluster, "get">, deployment: string): Promise<Answer> {
  const { metadata } = await cluster.get<Deployment>(deploymentPath(deployment));
  const gitVersion = metadata.labels?.["version"] ?? "unknown";
  const [, gitMajor, gitMinor] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  const kubernetes = await cluster.get<Deployment>("/version");
  return json(200, { gitVersion, gitMajor, gitMinor, goVersion: "unknown", compiler: "gc", platform: "linux/amd64", kubernetes });
}

/** What a 401 of the member becomes: the caller is known here. */
const unauthenticated = (): Answer =>
  json(511, status(511, "Network Authentication Required", "The request could not be authenticated due to a system issue."));

const status = (code: number, reason: string, message: string) => ({
  ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message },
  ...(reason !== "" && { reason }),
  code,
});

/** Errors of ks-apiserver's own are written as Go has them. */
const wrapped = (code: number, reason: string, message: string): Answer =>
  json(code, { ErrStatus: { metadata: {}, status: "Failure", message, reason, code } });
