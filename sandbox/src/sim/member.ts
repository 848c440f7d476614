/** What KubeSphere does on a member cluster itself, where its one Deployment is `ks-agent`. */
import { applyCrds } from "./crdUpgrade.js";
import { removeCrds, type Crd } from "./crdRemoval.js";
import { Cluster } from "./cluster.js";
import { Informer } from "./informer.js";
import { Manager } from "./manager.js";
import { KS_AGENT, TASK_LABEL, collection } from "./names.js";
import { namespaceController } from "./namespaceController.js";
import type * as kube from "./objects.js";
import { dueHook } from "./platformHooks.js";
import { PodRunner } from "./podRunner.js";
import { Queue } from "./queue.js";
import { provideStorage, volumeControllers } from "./volumes.js";
import { workspaceController } from "./workspaceController.js";

/** Nobody asks for what the hooks of a member say. */
const NO_LOGS = { keep: async () => {}, forget: async () => {} };

/**
 * Plays the agent for as long as it is installed there, whether the cluster is joined or not.
 * @param kubeconfig a file
 * @param signal ends its watches
 * @returns what ends the rest
 */
export async function playMember(kubeconfig: string, signal: AbortSignal): Promise<() => void> {
  const cluster = await Cluster.connect(kubeconfig);
  const informer = <T extends kube.KubeObject>(path: string, selector?: string) => new Informer<T>(cluster, path, selector);
  const crds = informer<Crd>(collection.crds);
  const namespaces = informer<kube.KubeObject>(collection.namespaces);
  const templates = informer<kube.KubeObject>(collection.workspaceTemplates);
  const workspaces = informer<kube.KubeObject>(collection.workspaces);
  const deployments = informer<kube.Deployment>(collection.deployments, `app=${KS_AGENT}`);
  const pods = informer<kube.Pod>(collection.pods, TASK_LABEL);
  const claims = informer<kube.PersistentVolumeClaim>(collection.persistentVolumeClaims);
  const volumes = informer<kube.PersistentVolume>(collection.persistentVolumes);
  const manager = new Manager(deployments, KS_AGENT);
  crds.onChange(() => {
    for (const it of [templates, workspaces]) it.poke();
  });
  const storage = new Queue("StorageClass", async () => void (await provideStorage(cluster)));
  const queues = [
    namespaceController(cluster, { manager, namespaces, workspaces }),
    workspaceController(cluster, { manager, templates }),
    // A cluster that agents with volumes are installed on has a provisioner of its own.
    ...[storage, ...volumeControllers(cluster, { claims, volumes })],
  ];
  const hooks = { "remove-crds": () => removeCrds(cluster, crds), "apply-crds": () => applyCrds(cluster) };
  const assign = async (pod: kube.Pod) => {
    const task = await dueHook(cluster, pod);
    return task && { run: () => hooks[task]().then(() => ({ ok: true, said: "" })), done: async () => {} };
  };
  const runner = new PodRunner(cluster, pods, assign, NO_LOGS, () => {});
  // Not awaited: it may be away.
  for (const it of [crds, templates, workspaces, deployments, namespaces, pods, volumes]) void it.start(signal);
  void claims.start(signal).then(() => storage.add("default"));
  return () => {
    for (const queue of queues) queue.stop();
    runner.stop();
  };
}
