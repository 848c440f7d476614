/** A plan's agents on the clusters of its placement: installed once the extension itself is, and gone before it goes. */
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { isSchedulable } from "./clusterStatus.js";
import type { ExecutorAgent } from "./executorRuns.js";
import type { Informer } from "./informer.js";
import type { Installations } from "./installations.js";
import { HOST_LABEL, collection } from "./names.js";
import type { ClusterObject, ExtensionVersion, InstallPlan } from "./objects.js";
import { targetsOf } from "./placement.js";
import { agentPlace, type Place } from "./places.js";

const statusesOf = ({ status }: InstallPlan) => status?.clusterSchedulingStatuses ?? {};

export class Agents {
  /** By kubeconfig. */
  private readonly clients = new Map<string, Promise<Cluster>>();

  constructor(
    private readonly host: Cluster,
    private readonly clusters: Informer<ClusterObject>,
    private readonly installations: Installations,
    /** By a kubeconfig's text. */
    private readonly connect: (kubeconfig: string) => Promise<Cluster>,
  ) {}

  /**
   * One step of one agent, since each writes the plan, whose change brings it back. A cluster that cannot be reached keeps those behind
   * it waiting, as in KubeSphere.
   */
  async sync(plan: InstallPlan, version: ExtensionVersion): Promise<void> {
    const targets = targetsOf(plan.spec.clusterScheduling, this.clusters.items);
    if (targets === undefined) return;
    for (const target of targets.filter(isSchedulable)) {
      const place = await this.placeOn(target, plan, false);
      if ((await this.installations.advance(place, plan, version)) !== "wait") return;
    }
    const isTarget = (name: string) => targets.some(({ metadata }) => metadata.name === name);
    await this.leave(plan, version, (name) => !isTarget(name));
  }

  /**
   * Uninstalls agents. One whose Cluster is gone is forgotten, and stays where it is.
   * @param isLeaving by the cluster's name; default: all
   * @returns whether there were any
   */
  async leave(plan: InstallPlan, version: ExtensionVersion, isLeaving: (cluster: string) => boolean = () => true): Promise<boolean> {
    const leaving = Object.entries(statusesOf(plan)).filter(([name]) => isLeaving(name));
    for (const [name, { releaseName }] of leaving) {
      const object = await ifFound(this.host.get<ClusterObject>(`${collection.clusters}/${name}`));
      if (releaseName === undefined || object === undefined) return this.forget(plan, name);
      const step = await this.installations.advance(await this.placeOn(object, plan, true), plan, version);
      if (step === "finishUninstall" || step === "removeFinalizer") return this.forget(plan, name);
      if (step !== "wait") return true;
    }
    return leaving.length > 0;
  }

  private async forget(plan: InstallPlan, cluster: string): Promise<true> {
    const { name, resourceVersion } = plan.metadata;
    const isLast = Object.keys(statusesOf(plan)).length === 1;
    const clusterSchedulingStatuses = isLast ? null : { [cluster]: null };
    await this.host.patch(`${collection.installPlans}/${name}`, { metadata: { resourceVersion }, status: { clusterSchedulingStatuses } });
    return true;
  }

  private async placeOn({ metadata, spec }: ClusterObject, plan: InstallPlan, isLeaving: boolean): Promise<Place> {
    const kubeconfig = Buffer.from(spec?.connection?.kubeconfig ?? "", "base64").toString();
    const role = metadata.labels?.[HOST_LABEL] === undefined ? "member" : "host";
    const agent: ExecutorAgent = { cluster: metadata.name, role, kubeconfig };
    return agentPlace(await this.client(kubeconfig), agent, plan.spec.extension.name, isLeaving);
  }

  private client(kubeconfig: string): Promise<Cluster> {
    const known = this.clients.get(kubeconfig);
    if (known) return known;
    const client = this.connect(kubeconfig);
    this.clients.set(kubeconfig, client);
    return client;
  }
}
