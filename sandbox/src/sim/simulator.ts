/** Wires informers, controllers and listeners, and runs them until the process is asked to end. */
import { setMaxListeners } from "node:events";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { label } from "../../../kubesphere/api";
import { Admission } from "./admission/admission.js";
import { makeCertificate } from "./admission/certificate.js";
import { Agents } from "./agents.js";
import { aggregatedRoles } from "./aggregatedRoles.js";
import { Cluster } from "./cluster.js";
import { ClusterController } from "./clusterController.js";
import { consoleHandler } from "./console.js";
import { removeCrds, type Crd } from "./crdRemoval.js";
import { applyCrds } from "./crdUpgrade.js";
import { Executor } from "./executor.js";
import { ExecutorJobs } from "./executorJobs.js";
import { ExecutorRuns } from "./executorRuns.js";
import { extensionController } from "./extensionController.js";
import { Helm } from "./helm.js";
import { HostCluster } from "./hostCluster.js";
import { Informer } from "./informer.js";
import { ingressCertificates } from "./ingressCertificates.js";
import { hasTls, ingressHandler, isNamed } from "./ingressRoutes.js";
import { Installations } from "./installations.js";
import { InstallPlanController } from "./installPlanController.js";
import { Kubelet } from "./kubelet.js";
import { Listeners, consolePort, ingressPort } from "./listeners.js";
import { log } from "./log.js";
import { playMember } from "./member.js";
import { MemberReleases } from "./memberRelease.js";
import { MANAGER, Manager } from "./manager.js";
import { KUBESPHERE_VERSION, TASK_LABEL, collection } from "./names.js";
import { NilPlacement } from "./nilPlacement.js";
import { namespaceController } from "./namespaceController.js";
import type * as kube from "./objects.js";
import { dueHook } from "./platformHooks.js";
import { PodRunner, type Assignment } from "./podRunner.js";
import { RepositoryController } from "./repositoryController.js";
import { StateFile } from "./stateFile.js";
import { provideStorage, volumeControllers } from "./volumes.js";
import { workspaceController } from "./workspaceController.js";

export interface Options {
  kubeconfig: string;
  /** The helm executable. */
  helm: string;
  /** The kustomize executable. */
  kustomize: string;
  /** The folder of ks-core's charts, which the manager has in its image. */
  charts: string;
  /** The kubeconfig of the sandbox's member cluster, where it has one. */
  member?: string;
  /** The sandbox's folder: `sim.json`, and what executors need while they run. */
  stateDir: string;
}

export async function simulate({ kubeconfig, helm: executable, kustomize, charts, member, stateDir: folder }: Options): Promise<void> {
  const stateDir = resolve(folder);
  await mkdir(join(stateDir, "helm"), { recursive: true });
  const cluster = await Cluster.connect(kubeconfig);
  const { gitVersion } = await cluster.get<kube.KubeObject & { gitVersion: string }>("/version");
  const helm = new Helm(executable, stateDir);
  await helm.sweep();
  const ended = new AbortController();
  // Every watch listens to it; Node warns above ten.
  setMaxListeners(0, ended.signal);

  const informer = <T extends kube.KubeObject>(path: string, selector?: string) => new Informer<T>(cluster, path, selector);
  const crds = informer<Crd>(collection.crds);
  const extensions = informer<kube.Extension>(collection.extensions);
  const versions = informer<kube.ExtensionVersion>(collection.extensionVersions);
  const plans = informer<kube.InstallPlan>(collection.installPlans);
  const bundles = informer<kube.JSBundle>(collection.jsBundles);
  const repositoryObjects = informer<kube.Repository>(collection.repositories);
  const jobs = informer<kube.Job>(collection.jobs, `${label.extensionRef},${label.managed}=true`);
  const pods = informer<kube.Pod>(collection.pods, TASK_LABEL);
  const services = informer<kube.Service>(collection.services);
  const endpointSlices = informer<kube.EndpointSlice>(collection.endpointSlices);
  const ingresses = informer<kube.Ingress>(collection.ingresses);
  const classes = informer<kube.IngressClass>(collection.ingressClasses);
  const claims = informer<kube.PersistentVolumeClaim>(collection.persistentVolumeClaims);
  const volumes = informer<kube.PersistentVolume>(collection.persistentVolumes);
  const namespaces = informer<kube.KubeObject>(collection.namespaces);
  const templates = informer<kube.KubeObject>(collection.workspaceTemplates);
  const workspaces = informer<kube.KubeObject>(collection.workspaces);
  const roles = ([collection.iamClusterRoles, collection.globalRoles] as const).map((path) => ({
    path,
    roles: informer<kube.AggregatedRole>(path),
  }));
  const clusters = informer<kube.ClusterObject>(collection.clusters);
  const deployments = informer<kube.Deployment>(collection.deployments, `app=${MANAGER}`);
  const manager = new Manager(deployments);
  const crash = new NilPlacement(manager);
  const ofKubeSphere = [
    ...[extensions, versions, plans, bundles, repositoryObjects, templates, workspaces, clusters],
    ...roles.map((it) => it.roles),
  ];
  crds.onChange(() => {
    for (const it of ofKubeSphere) it.poke();
  });

  const platform = {
    kubernetes: gitVersion.replace(/^v/, ""),
    get kubeSphere() {
      return manager.running ?? KUBESPHERE_VERSION;
    },
  };
  const runs = await ExecutorRuns.open(join(stateDir, "executor-runs"), cluster);
  const installations = new Installations(cluster, helm, resolve(kubeconfig), new ExecutorJobs(cluster, runs), { manager, pods });
  const connect = (text: string) => Cluster.connectBy(text);
  const agents = new Agents(cluster, clusters, installations, connect);
  const controller = new InstallPlanController(cluster, installations, agents, {
    ...{ manager, crds, plans, jobs, pods, clusters, crash },
  });
  const repositories = new RepositoryController(cluster, helm, { crds, repositories: repositoryObjects });
  const certificate = makeCertificate(helm);
  const admission = new Admission(cluster, certificate, services, manager);
  const host = new HostCluster(cluster, kubeconfig, { manager, crds });
  const clusterController = new ClusterController(cluster, host, new MemberReleases(helm, charts), { manager, crds, clusters });
  const queues = [
    controller.queue,
    extensionController(cluster, { crds, extensions, versions, plans }, platform),
    repositories.queue,
    ...volumeControllers(cluster, { claims, volumes }),
    namespaceController(cluster, { manager, namespaces, workspaces }),
    workspaceController(cluster, { manager, templates }),
    ...roles.map(({ path, roles: ofKind }) => aggregatedRoles(cluster, path, { manager, roles: ofKind })),
  ];
  const executor = new Executor(cluster, helm, kustomize);
  const hooks = { "remove-crds": () => removeCrds(cluster, crds), "apply-crds": () => applyCrds(cluster) };
  const assign = async (pod: kube.Pod): Promise<Assignment | undefined> => {
    const run = runs.of(pod);
    if (run) return { run: (isResumed) => executor.run(run, isResumed), done: () => runs.forget(run.uid) };
    const task = await dueHook(cluster, pod);
    return task && { run: () => hooks[task]().then(() => ({ ok: true, said: "" })), done: async () => {} };
  };
  const kubelet = new Kubelet(cluster, certificate, pods, join(stateDir, "executor-logs"));
  const runner = new PodRunner(cluster, pods, assign, kubelet, (pod) => {
    const run = runs.of(pod);
    if (run) executor.cancel(run.uid);
  });
  runs.onAdded(({ namespace }) => runner.reconsider(namespace));
  jobs.onChange(({ metadata: { uid = "" } }, gone) => {
    if (!gone) return;
    executor.cancel(uid);
    void runs.forget(uid);
  });
  const state = new StateFile(join(stateDir, "sim.json"));
  const routes = () => ({
    classes: classes.items,
    ingresses: ingresses.items,
    services: services.items,
    endpointSlices: endpointSlices.items,
  });
  const console = consoleHandler(cluster, bundles, (host) => isNamed(host, routes()), connect);
  const ingress = ingressHandler(routes, console);
  const listeners = new Listeners(
    [
      { name: "console", port: consolePort, handler: console },
      { name: "ingress entry", port: (service) => ingressPort(service, "http"), handler: ingress },
      {
        name: "ingress entry for https",
        // Where nobody chose it, it is any NodePort, and may be wanted for something else on this machine.
        port: (service) => (hasTls(routes()) ? ingressPort(service, "https") : undefined),
        handler: ingress,
        certificates: ingressCertificates(cluster, routes, certificate),
      },
    ],
    services,
    endpointSlices,
    (errors) => void state.write(errors),
  );
  for (const it of [ingresses, classes]) it.onChange(() => listeners.check());

  const end = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, resolve);
  });
  const all = [
    ...[crds, ...ofKubeSphere, deployments, namespaces, jobs, pods, services, endpointSlices],
    ...[ingresses, classes, claims, volumes],
  ];
  // Not awaited: the signal to end may come first.
  void Promise.all(all.map((it) => it.start(ended.signal))).then(async () => {
    await kubelet.start();
    await admission.start();
    await provideStorage(cluster);
    await state.write();
    log(`kubesphere-sim: ready, ${cluster.server}`);
  });
  const leaveMember = member === undefined ? () => {} : await playMember(member, ended.signal);
  await end;
  ended.abort();
  leaveMember();
  clusterController.stop();
  manager.stop();
  for (const queue of queues) queue.stop();
  crash.stop();
  listeners.stop();
  admission.stop();
  kubelet.stop();
  runner.stop();
  await executor.stop();
  await state.remove();
  log("kubesphere-sim: ended");
  process.exit(0);
}
