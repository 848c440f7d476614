/** Takes a release of an extension, wherever its place is, one step further: looks at what is there, acts, and writes the status. */
import { label } from "../../../kubesphere/api";
import { ifFound } from "./apiError.js";
import { loadChart } from "./chartLoader.js";
import type { Cluster } from "./cluster.js";
import { configHash } from "./configHash.js";
import { newJobName, type ExecutorJobs } from "./executorJobs.js";
import { groundwork, installArguments, uninstallArguments, type Manifest } from "./executorObjects.js";
import type { ExecutorRun } from "./executorRuns.js";
import type { Helm } from "./helm.js";
import type { Informer } from "./informer.js";
import { LostConflicts } from "./lostConflicts.js";
import type { KubeSphereRelease, Manager } from "./manager.js";
import { CONFIG_PATH, KUBESPHERE_VERSION, SWITCHED, collection, namespaced } from "./names.js";
import { controllerOf } from "./owner.js";
import type { ConfigMap, ExtensionVersion, InstallPlan, InstallPlanStatus, Job, Pod } from "./objects.js";
import type { Place } from "./places.js";
import * as change from "./planStatus.js";
import { nextStep, outcomeOf, type Observed, type Step } from "./planStep.js";
import { releaseVersion } from "./releases.js";
import { readSettings, type Settings } from "./settings.js";

interface Sources {
  manager: Pick<Manager, "running" | "losesConflicts" | "grantsStatedAlone">;
  pods: Informer<Pod>;
}

export class Installations {
  private readonly conflicts = new LostConflicts(() => this.sources.manager.losesConflicts);

  constructor(
    /** The host, whose the plans and the Jobs are. */
    private readonly host: Cluster,
    private readonly helm: Helm,
    /** KubeSphere's own, for what it does without an executor. */
    private readonly kubeconfig: string,
    private readonly jobs: ExecutorJobs,
    private readonly sources: Sources,
  ) {}

  /** @returns the step, which is taken unless it is one of the plan's own: its finalizer, and the end of an agent */
  async advance(place: Place, plan: InstallPlan, version: ExtensionVersion): Promise<Step> {
    const view = place.view(plan);
    const { status = {} } = view;
    const observed = await this.observe(place, view);
    if (place.agent && status.state === undefined && observed.releaseVersion !== undefined && !isLeaving(view)) {
      // One that is there counts as installed, and is upgraded next: of its config nothing is known.
      await this.write(place, view, { ...change.statusAfter("succeed", view, version, observed, new Date()), releaseName: place.release });
      return "succeed";
    }
    const step = nextStep(view, observed);
    const write = (next: InstallPlanStatus) => this.write(place, view, next);
    switch (step) {
      case "wait":
      case "addFinalizer":
      case "removeFinalizer":
        break;
      case "execute":
        if (place.agent || !this.conflicts.holds(plan)) await this.execute(place, view, version, observed);
        break;
      case "switch":
        await switchOn(place.cluster, view);
        await write(change.switched(status, view.spec.enabled));
        break;
      case "cancel":
        await this.host.delete(namespaced("batch/v1", status.targetNamespace ?? "", "jobs", status.jobName));
        break;
      case "uninstall":
        await this.uninstall(place, view);
        break;
      case "forceUninstall": {
        const args = uninstallArguments(place.release, status.targetNamespace ?? "", (await this.settings()).helm);
        const { code, output } = await this.helm.run([...args, "--kubeconfig", this.kubeconfig], this.helm.stateDir).ended;
        if (code !== 0) throw new Error(output.trim());
        await write(change.statusAfter("finishUninstall", view, version, observed, new Date()));
        break;
      }
      case "finishUninstall":
        if (!place.agent) await write(change.statusAfter(step, view, version, observed, new Date()));
        break;
      case "succeed":
        // A chart renders its bundles as available, whatever the plan says.
        if (!view.spec.enabled) await switchOn(place.cluster, view);
        await write(change.statusAfter(step, view, version, observed, new Date()));
        break;
      case "setTargetNamespace":
      case "prepare":
      case "fail":
      case "correctVersion":
      case "failUninstall":
        await write(change.statusAfter(step, view, version, observed, new Date()));
    }
    return step;
  }

  private async observe({ cluster, release }: Place, { spec, status = {} }: InstallPlan): Promise<Observed> {
    const { targetNamespace: namespace, jobName: name } = status;
    const hash = configHash(spec.config);
    if (namespace === undefined) return { configHash: hash, releaseVersion: undefined, job: undefined };
    const job = name === undefined ? undefined : await ifFound(this.host.get<Job>(namespaced("batch/v1", namespace, "jobs", name)));
    // By the Job's uid: a label is whatever somebody writes.
    const pods = this.sources.pods.items.filter(
      ({ metadata }) => metadata.namespace === namespace && controllerOf(metadata, "Job")?.uid === job?.metadata.uid,
    );
    return {
      configHash: hash,
      releaseVersion: await releaseVersion(cluster, namespace, release),
      job: job && outcomeOf(job, pods),
    };
  }

  /** What fails before there is a Job ends in the plan's condition, and is tried again. */
  private async execute(place: Place, plan: InstallPlan, version: ExtensionVersion, observed: Observed): Promise<void> {
    const { release, agent } = place;
    const action = change.actionAfter(plan.status ?? {});
    const { name: extension } = plan.spec.extension;
    const namespace = plan.status?.targetNamespace ?? "";
    const orFail = <T>(view: InstallPlan, work: () => Promise<T>) => this.orFail(place, view, action, work);
    const chart = await orFail(plan, () => loadChart(this.host, this.helm, extension, version));
    await orFail(plan, () => ensure(place.cluster, this.groundwork(place, extension, namespace, chart.permissions)));
    const who = agent ? "extension agent" : `extension ${extension}`;
    const ready = action === "install" ? await this.write(place, plan, change.initialized(plan.status ?? {}, who, new Date())) : plan;
    const { helm, injected } = await this.settings(agent !== undefined);
    const job = { jobName: newJobName(this.release, action, release), configHash: observed.configHash };
    const values = plan.spec.config ?? "";
    const data = {
      ...chart.files.data,
      "values.yaml": values,
      "injected.json": JSON.stringify(injected),
      // KubeSphere puts it there in clear text.
      ...(agent && { "kube.config": agent.kubeconfig }),
    };
    const args = installArguments(action, release, namespace, chart.reference, helm);
    const work: ExecutorRun["work"] = { action, chart: chart.chart, values, injected };
    await orFail(ready, () => this.jobs.start(ready, { ...job, action, args, files: { ...chart.files, data } }, helm, work, agent));
    const now = new Date();
    const written = await this.write(
      place,
      ready,
      change.started(ready.status ?? {}, action, { ...job, releaseName: release, version: chart.version, now }),
    );
    await this.jobs.removeOlder(extension, namespace, written.metadata.name);
  }

  private groundwork({ agent }: Place, extension: string, namespace: string, permissions: Parameters<typeof groundwork>[2]): Manifest[] {
    const all = groundwork(extension, namespace, permissions, this.sources.manager.grantsStatedAlone);
    // On a member 4.1.2 makes rights for a ServiceAccount that is not there, which is enough: the executor acts in its name.
    return agent && this.release === "4.1.2" ? all.filter(({ path }) => !path.endsWith("/serviceaccounts")) : all;
  }

  private async orFail<T>(place: Place, plan: InstallPlan, action: change.Action, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = `Failed to ${action} extension: ${error instanceof Error ? error.message : String(error)}`;
      await this.write(place, plan, change.failed(plan.status ?? {}, action, message, new Date()));
      throw error;
    }
  }

  private async uninstall(place: Place, plan: InstallPlan): Promise<void> {
    const { release, agent } = place;
    const name = newJobName(this.release, "uninstall", release);
    const { helm } = await this.settings();
    const args = uninstallArguments(release, plan.status?.targetNamespace ?? "", helm);
    const files = agent ? { data: { "kube.config": agent.kubeconfig } } : {};
    await this.jobs.start(plan, { jobName: name, action: "uninstall", args, files }, helm, { action: "uninstall" }, agent);
    await this.write(place, plan, change.uninstalling(plan.status ?? {}, name, new Date()));
  }

  private get release(): KubeSphereRelease {
    return this.sources.manager.running ?? KUBESPHERE_VERSION;
  }

  private async settings(isForAgent = false): Promise<Settings> {
    const config = await ifFound(this.host.get<ConfigMap>(CONFIG_PATH));
    return readSettings(config?.data?.["kubesphere.yaml"], isForAgent);
  }

  private async write(place: Place, view: InstallPlan, status: InstallPlanStatus): Promise<InstallPlan> {
    const patch = place.patch(view, status);
    if (!patch) return view;
    return place.view(await this.host.patch<InstallPlan>(`${collection.installPlans}/${view.metadata.name}`, patch));
  }
}

const isLeaving = ({ metadata }: InstallPlan) => metadata.deletionTimestamp !== undefined;

/** The objects of an extension that are switched on and off with it. */
async function switchOn(cluster: Cluster, { spec: { enabled, extension } }: InstallPlan): Promise<void> {
  const state = enabled ? "Available" : "Disabled";
  for (const path of SWITCHED)
    for (const { metadata } of await cluster.list(path, `${label.extensionRef}=${extension.name}`))
      await cluster.patch(`${path}/${metadata.name}`, { status: { state } });
}

async function ensure(cluster: Cluster, manifests: Manifest[]): Promise<void> {
  for (const { path, body, renewal } of manifests)
    if (!(await cluster.createIfMissing(path, body)) && renewal) await cluster.patch(`${path}/${body.metadata.name}`, renewal);
}
