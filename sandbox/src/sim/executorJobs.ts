/** The Jobs of executors in the cluster: made, remembered, and removed when a newer one has come. */
import { randomInt } from "node:crypto";
import { label } from "../../../kubesphere/api";
import type { Cluster } from "./cluster.js";
import { jobName, run, type HelmSettings, type ShownRun } from "./executorObjects.js";
import type { ExecutorAgent, ExecutorRun, ExecutorRuns } from "./executorRuns.js";
import type { KubeSphereRelease } from "./manager.js";
import { collection, namespaced } from "./names.js";
import type { InstallPlan, Job } from "./objects.js";

export class ExecutorJobs {
  constructor(
    private readonly cluster: Cluster,
    private readonly runs: ExecutorRuns,
  ) {}

  /** Makes the ConfigMap and the Job, and remembers what this Job, which is known by its uid from then on, is to do. */
  async start(plan: InstallPlan, shown: ShownRun, settings: HelmSettings, work: ExecutorRun["work"], agent?: ExecutorAgent): Promise<void> {
    const [configMap, job] = run(plan, shown);
    await this.cluster.create(configMap.path, configMap.body);
    // Not taken as it is where one is there already: that would be a stranger's.
    const { metadata } = await this.cluster.create<Job>(job.path, job.body);
    const { namespace = "", uid = "" } = metadata;
    const { name: extension } = plan.spec.extension;
    await this.runs.add({ uid, jobName: shown.jobName, namespace, extension, ...(agent && { agent }), settings, work });
  }

  /** KubeSphere deletes every ConfigMap and Job with both labels but those of the newest runs: the extension's own, and each agent's. */
  async removeOlder(extension: string, namespace: string, plan: string): Promise<void> {
    const { status = {} } = await this.cluster.get<InstallPlan>(`${collection.installPlans}/${plan}`);
    const newest = [status, ...Object.values(status.clusterSchedulingStatuses ?? {})].map(({ jobName: name }) => name);
    const selector = `${label.extensionRef}=${extension},${label.managed}=true`;
    for (const [api, plural] of [
      ["batch/v1", "jobs"],
      ["v1", "configmaps"],
    ] as const)
      for (const { metadata } of await this.cluster.list(namespaced(api, namespace, plural), selector))
        if (!newest.includes(metadata.name)) await this.cluster.delete(namespaced(api, namespace, plural, metadata.name));
  }
}

/** With six of the characters that Kubernetes itself makes names new with. */
export const newJobName = (release: KubeSphereRelease, action: ExecutorRun["work"]["action"], helmRelease: string) =>
  jobName(release, action, helmRelease, Array.from({ length: 6 }, () => "bcdfghjklmnpqrstvwxz2456789"[randomInt(27)]).join(""));
