/** Drives InstallPlans: their finalizer, the extension on the host, then its agents. */
import { extensionVersionName, finalizer, label } from "../../../kubesphere/api";
import type { Agents } from "./agents.js";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { isSchedulable } from "./clusterStatus.js";
import { isGoing, letGo, type Crd } from "./crdRemoval.js";
import type { Informer } from "./informer.js";
import type { Installations } from "./installations.js";
import { log } from "./log.js";
import type { Manager } from "./manager.js";
import { collection, isLabel } from "./names.js";
import type { ClusterObject, ExtensionVersion, InstallPlan, Job, KubeObject, Pod } from "./objects.js";
import { targetsOf } from "./placement.js";
import { hostPlace } from "./places.js";
import type { NilPlacement } from "./nilPlacement.js";
import { Queue } from "./queue.js";

interface Sources {
  manager: Pick<Manager, "isDead" | "onChange">;
  crds: Informer<Crd>;
  plans: Informer<InstallPlan>;
  jobs: Informer<Job>;
  pods: Informer<Pod>;
  clusters: Informer<ClusterObject>;
  crash: NilPlacement;
}

export class InstallPlanController {
  readonly queue = new Queue("InstallPlan", (name) => this.reconcile(name));
  /** By Cluster, whether it was schedulable: nothing else of one is news to a plan. */
  private readonly schedulable = new Map<string, boolean>();

  constructor(
    private readonly cluster: Cluster,
    private readonly installations: Installations,
    private readonly agents: Agents,
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
    sources.crds.onChange(({ metadata }) => {
      if (metadata.name === "installplans.kubesphere.io") all();
    });
    const all = () => {
      for (const plan of sources.plans.items) this.queue.add(plan.metadata.name);
    };
    sources.manager.onChange(() => {
      if (!sources.manager.isDead) all();
    });
    sources.clusters.onChange((object, isGone) => this.look(object, isGone));
  }

  /** A label that is taken off a Cluster wakes no plan: its agent stays until the plan is looked at for another reason. */
  private look(object: ClusterObject, isGone: boolean): void {
    const { name } = object.metadata;
    const now = !isGone && isSchedulable(object);
    const before = this.schedulable.get(name) ?? false;
    this.schedulable.set(name, now);
    if (now === before) return;
    for (const { metadata, spec } of this.sources.plans.items)
      if (targetsOf(spec.clusterScheduling, [object])?.length) this.queue.add(metadata.name);
  }

  private async reconcile(name: string): Promise<void> {
    if (this.sources.manager.isDead) return;
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
    const { finalizers = [], deletionTimestamp } = plan.metadata;
    if (deletionTimestamp !== undefined && (await this.agents.leave(plan, version))) return;
    const step = await this.installations.advance(hostPlace(this.cluster, plan.spec.extension.name), plan, version);
    if (step === "addFinalizer") return this.setFinalizers(plan, [...finalizers, finalizer.installPlan]);
    if (step === "removeFinalizer")
      return this.setFinalizers(
        plan,
        finalizers.filter((it) => it !== finalizer.installPlan),
      );
    if (step !== "wait" || deletionTimestamp !== undefined || plan.status?.state !== "Installed") return;
    this.sources.crash.look(plan);
    await this.agents.sync(plan, version);
  }

  private async setFinalizers({ metadata }: InstallPlan, finalizers: string[]): Promise<void> {
    await this.cluster.patch(pathOf(metadata.name), { metadata: { resourceVersion: metadata.resourceVersion, finalizers } });
  }
}

const pathOf = (name: string) => `${collection.installPlans}/${name}`;
