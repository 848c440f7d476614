/** Renders extensions for commands: with Helm's executable, for a cluster or without one. */
import { accessCluster } from "../../components/cluster/clusterAccess";
import { injectedValues } from "../../components/preparation/injectedValues";
import type { Settings } from "../../settings/settings";
import type { TargetCluster } from "../../kubesphere/chart/chartRenderer";
import type { Values } from "../../kubesphere/chart/helmValues";
import { toldIngress, type ToldIngress } from "../../kubesphere/ingress/toldIngress";
import { learntFolder } from "../../kubesphere/extension/learntFolder";
import { textAt } from "../../kubesphere/chart/renderedObject";
import type { Rendering } from "../../kubesphere/extension/rendering";
import { tools } from "../../sandbox/src/tools/catalogue";
import { versionOf } from "../../sandbox/src/tools/find";
import { versions } from "../../sandbox/src/versions";
import { findHelm } from "../extension/helm";
import type { ClusterChoice } from "./cluster";
import { Failure } from "./command";
import { helmRenderer } from "./helmRenderer";

/** Without a cluster: the Kubernetes version that this is tested with, and Helm's own list of API versions. */
export const noCluster = (kubeVersion: string = versions.kubernetes.pinned): TargetCluster => ({
  kubeVersion,
  apiVersions: [],
  resources: [],
});

/** The values that KubeSphere sets if ks-core has a domain suffix; any suffix shows where an Ingress leads. */
export const SAMPLE_VALUES: Values = {
  global: {
    portal: { url: "http://127.0.0.1:30880" },
    extension: { ingress: { ingressClassName: "nginx", domainSuffix: "127.0.0.1.nip.io", httpPort: 30888, httpsPort: 443 } },
  },
};

/** @param cache the sandbox's cache folder, which may have its own Helm @throws Failure if there is no Helm */
export const renderingBy = async (cache: string, cluster: TargetCluster, injected: Values): Promise<Rendering> => ({
  ...(await renderingWith(await findHelm(cache), cluster, injected)),
  memory: learntFolder(),
});

/** @param helm the executable */
export const renderingWith = async (helm: string, cluster: TargetCluster, injected: Values): Promise<Rendering> => ({
  renderer: helmRenderer(helm, await helmVersion(helm)),
  cluster,
  injected,
});

/** The Kubernetes version of the cluster that a stack makes; undefined if it makes none. @param config the project's configuration, by key without namespace */
export const statedKubernetes = (config: Readonly<Record<string, unknown>>): string | undefined =>
  textAt(config["cluster"], "kubekey", "kubernetesVersion");

/** For a source without a stack. @param ingress default: ingress-nginx */
export const plainRendering = async (cache: string, kubeVersion?: string, ingress?: ToldIngress): Promise<Rendering> => ({
  ...(await renderingBy(cache, noCluster(kubeVersion), SAMPLE_VALUES)),
  ingress,
});

/** The same rendering as the program's for this stack. @throws Failure, ConfigurationError if the cluster cannot be read */
export const stackRendering = async (
  cache: string,
  choice: ClusterChoice,
  settings: Parameters<typeof injectedValues>[0],
): Promise<Rendering> => ({
  ...(await renderingBy(cache, await targetCluster(choice), injectedValues(settings))),
  ingress: toldIngress(settings.ingress.installed?.controller, settings.ingress.className),
});

/** A run's access to the cluster. @throws ConfigurationError */
export const asked = ({ kubeconfig, context }: ClusterChoice): ReturnType<typeof accessCluster> =>
  accessCluster({ ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) } as Settings["cluster"]);

/** @throws ConfigurationError, Failure */
export async function targetCluster(choice: ClusterChoice): Promise<TargetCluster> {
  const cluster = await asked(choice);
  try {
    const [kubeVersion, discovery] = await Promise.all([cluster.kubernetesVersion(), cluster.discovery()]);
    return { kubeVersion, ...discovery };
  } catch (error) {
    throw new Failure(
      `${cluster.server} cannot be asked: ${(error as Error).message}. Is the cluster up, and are --kubeconfig and --context right?`,
    );
  }
}

async function helmVersion(helm: string): Promise<string> {
  const executable = tools.find(({ name }) => name === "helm")?.executables[0];
  return (executable && (await versionOf(helm, executable))) ?? "of an unknown version";
}
