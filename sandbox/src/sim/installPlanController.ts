/** Drives InstallPlans: reads what is there, asks for the next step, takes it, and writes the status that it leads to. */
import { extensionVersionName, finalizer, label } from "../../../kubesphere/api";
import { loadChart } from "./chartLoader.js";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { configHash } from "./configHash.js";
import { isGoing, letGo, type Crd } from "./crdRemoval.js";
import { newJobName, type ExecutorJobs } from "./executorJobs.js";
import { groundwork, installArguments, uninstallArguments, type Manifest } from "./executorObjects.js";
import type { ExecutorRun } from "./executorRuns.js";
import type { Helm } from "./helm.js";
import type { Informer } from "./informer.js";
import { log } from "./log.js";
import { LostConflicts } from "./lostConflicts.js";
import type { KubeSphereRelease, Manager } from "./manager.js";
import { CONFIG_PATH, KUBESPHERE_VERSION, SWITCHED, collection, isLabel, namespaced } from "./names.js";
import { controllerOf } from "./owner.js";
import type { ConfigMap, ExtensionVersion, InstallPlan, InstallPlanStatus, Job, KubeObject, Pod } from "./objects.js";
import type { NilPlacement } from "./nilPlacement.js";
import * as change from "./planStatus.js";
import { nextStep, outcomeOf, type Observed } from "./planStep.js";
import { Queue } from "./queue.js";
import { releaseVersion } from "./releases.js";
import { readSettings, type Settings } from "./settings.js";
import { statusPatch } from "./statusPatch.js";

interface Sources {
  manager: Pick<Manager, "running" | "losesConflicts">;
  crds: Informer<Crd>;
  plans: Informer<InstallPlan>;
  jobs: Informer<Job>;
  pods: Informer<Pod>;
  crash: NilPlacement;
}

export class InstallPlanController {
  readonly queue = new Queue("InstallPlan", (name) => this.reconcile(name));
  private readonly conflicts = new LostConflicts(() => this.sources.manager.losesConflicts);

  constructor(
    private readonly cluster: Cluster,
    private readonly helm: Helm,
    /** KubeSphere's own, for what it does without an executor. */
    private readonly kubeconfig: string,
    private readonly jobs: ExecutorJobs,
    private readonly sources: Sources,
  ) {
    sources.plans.onChange(({ metadata }) => {
      this.queue.add(metadata.name);
    });
    // By the extension's name, as KubeSphere finds the plan: one with another name is not woken, and stays Installing.
    const wake = ({ metadata }: KubeObject) => {
      const name = metadata.labels?.[label.extensionRef];
      if (name !== undefined) this.queue.add(name);
    };
    sources.jobs.onChange(wake);
    sources.pods.onChange(wake);
    const wakeAll = () => {
      for (const plan of sources.plans.items) this.queue.add(plan.metadata.name);
    };
    sources.crds.onChange(({ metadata }) => {
      if (metadata.name === "installplans.kubesphere.io") wakeAll();
    });
    sources.crash.onStart(wakeAll);
  }

  private async reconcile(name: string): Promise<void> {
    // Its start brings all plans back.
    if (this.sources.crash.keepsFromWork) return;
    const plan = await ifFound(this.cluster.get<InstallPlan>(pathOf(name)));
    if (!plan) return;
    if (isGoing(this.sources.crds, "installplans.kubesphere.io")) return letGo(this.cluster, pathOf(name), plan);
    const { extension } = plan.spec;
    const versionName = extensionVersionName(extension.name, extension.version);
    const version = await ifFound(this.cluster.get<ExtensionVersion>(`${collection.extensionVersions}/${versionName}`));
    if (!version) {
      // As in KubeSphere: nothing brings the plan back but a change of the plan itself.
      log(`InstallPlan ${name}: ExtensionVersion ${versionName} not found; left alone until the plan changes`);
      return;
    }
    const unfit = [extension.name, version.spec.namespace ?? "", plan.status?.targetNamespace ?? ""].find(
      (it) => it !== "" && !isLabel(it),
    );
    if (unfit !== undefined) {
      // They become Helm's arguments, file names and paths of the API.
      log(`InstallPlan ${name}: ${JSON.stringify(unfit)} names no extension and no namespace; left alone until the plan changes`);
      return;
    }
    await this.take(plan, version);
  }

  private async take(plan: InstallPlan, version: ExtensionVersion): Promise<void> {
    const { metadata, status = {} } = plan;
    const { finalizers = [] } = metadata;
    const observed = await this.observe(plan);
    const step = nextStep(plan, observed);
    switch (step) {
      case "wait":
        return this.sources.crash.look(plan);
      case "addFinalizer":
        return this.setFinalizers(plan, [...finalizers, finalizer.installPlan]);
      case "removeFinalizer":
        return this.setFinalizers(
          plan,
          finalizers.filter((it) => it !== finalizer.installPlan),
        );
      case "execute":
        return this.conflicts.holds(plan) ? undefined : this.execute(plan, version, observed);
      case "switch":
        await this.switch(plan);
        await this.write(plan, change.switched(status, plan.spec.enabled));
        return;
      case "cancel":
        return this.cluster.delete(namespaced("batch/v1", status.targetNamespace ?? "", "jobs", status.jobName));
      case "uninstall":
        return this.uninstall(plan);
      case "forceUninstall": {
        const args = uninstallArguments(plan.spec.extension.name, status.targetNamespace ?? "", (await this.settings()).helm);
        const { code, output } = await this.helm.run([...args, "--kubeconfig", this.kubeconfig], this.helm.stateDir).ended;
        if (code !== 0) throw new Error(output.trim());
        await this.write(plan, change.statusAfter("finishUninstall", plan, version, observed, new Date()));
        return;
      }
      case "succeed":
        // A chart renders its bundles as available, whatever the plan says.
        if (!plan.spec.enabled) await this.switch(plan);
        await this.write(plan, change.statusAfter(step, plan, version, observed, new Date()));
        return;
      case "setTargetNamespace":
      case "prepare":
      case "fail":
      case "correctVersion":
      case "failUninstall":
      case "finishUninstall":
        await this.write(plan, change.statusAfter(step, plan, version, observed, new Date()));
    }
  }

  private async observe({ spec, status = {} }: InstallPlan): Promise<Observed> {
    const { targetNamespace: namespace, jobName: name } = status;
    const hash = configHash(spec.config);
    if (namespace === undefined) return { configHash: hash, releaseVersion: undefined, job: undefined };
    const job = name === undefined ? undefined : await ifFound(this.cluster.get<Job>(namespaced("batch/v1", namespace, "jobs", name)));
    // By the Job's uid: a label is whatever somebody writes.
    const pods = this.sources.pods.items.filter(
      ({ metadata }) => metadata.namespace === namespace && controllerOf(metadata, "Job")?.uid === job?.metadata.uid,
    );
    return {
      configHash: hash,
      releaseVersion: await releaseVersion(this.cluster, namespace, spec.extension.name),
      job: job && outcomeOf(job, pods),
    };
  }

  /** What fails before there is a Job ends in the plan's condition, and is tried again. */
  private async execute(plan: InstallPlan, version: ExtensionVersion, observed: Observed): Promise<void> {
    const action = change.actionAfter(plan.status ?? {});
    const { name: extension } = plan.spec.extension;
    const namespace = plan.status?.targetNamespace ?? "";
    const chart = await this.orFail(plan, action, () => loadChart(this.cluster, this.helm, extension, version));
    await this.orFail(plan, action, () => this.ensure(groundwork(extension, namespace, chart.permissions)));
    const ready = action === "install" ? await this.write(plan, change.initialized(plan.status ?? {}, extension, new Date())) : plan;
    const { helm, injected } = await this.settings();
    const job = { jobName: newJobName(this.release, action, extension), configHash: observed.configHash };
    const values = plan.spec.config ?? "";
    const files = {
      ...chart.files,
      data: { ...chart.files.data, "values.yaml": values, "injected.json": JSON.stringify(injected) },
    };
    const args = installArguments(action, extension, namespace, chart.reference, helm);
    const work: ExecutorRun["work"] = { action, chart: chart.chart, values, injected };
    await this.orFail(ready, action, () => this.jobs.start(ready, { ...job, action, args, files }, helm, work));
    const now = new Date();
    await this.write(ready, change.started(ready.status ?? {}, action, { ...job, releaseName: extension, version: chart.version, now }));
    await this.jobs.removeOlder(extension, namespace, job.jobName);
  }

  private async orFail<T>(plan: InstallPlan, action: change.Action, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = `Failed to ${action} extension: ${error instanceof Error ? error.message : String(error)}`;
      await this.write(plan, change.failed(plan.status ?? {}, action, message, new Date()));
      throw error;
    }
  }

  private async uninstall(plan: InstallPlan): Promise<void> {
    const { name: extension } = plan.spec.extension;
    const name = newJobName(this.release, "uninstall", extension);
    const { helm } = await this.settings();
    const args = uninstallArguments(extension, plan.status?.targetNamespace ?? "", helm);
    await this.jobs.start(plan, { jobName: name, action: "uninstall", args, files: {} }, helm, { action: "uninstall" });
    await this.write(plan, change.uninstalling(plan.status ?? {}, name, new Date()));
  }

  private async switch({ spec: { enabled, extension } }: InstallPlan): Promise<void> {
    const state = enabled ? "Available" : "Disabled";
    for (const path of SWITCHED)
      for (const { metadata } of await this.cluster.list(path, `${label.extensionRef}=${extension.name}`))
        await this.cluster.patch(`${path}/${metadata.name}`, { status: { state } });
  }

  private async ensure(manifests: Manifest[]): Promise<void> {
    for (const { path, body, renewal } of manifests)
      if (!(await this.cluster.createIfMissing(path, body)) && renewal) await this.cluster.patch(`${path}/${body.metadata.name}`, renewal);
  }

  private get release(): KubeSphereRelease {
    return this.sources.manager.running ?? KUBESPHERE_VERSION;
  }

  private async settings(): Promise<Settings> {
    const config = await ifFound(this.cluster.get<ConfigMap>(CONFIG_PATH));
    return readSettings(config?.data?.["kubesphere.yaml"]);
  }

  private async write(plan: InstallPlan, status: InstallPlanStatus): Promise<InstallPlan> {
    const patch = statusPatch(plan, status);
    return patch ? this.cluster.patch<InstallPlan>(pathOf(plan.metadata.name), patch) : plan;
  }

  private async setFinalizers({ metadata }: InstallPlan, finalizers: string[]): Promise<void> {
    await this.cluster.patch(pathOf(metadata.name), { metadata: { resourceVersion: metadata.resourceVersion, finalizers } });
  }
}

const pathOf = (name: string) => `${collection.installPlans}/${name}`;
