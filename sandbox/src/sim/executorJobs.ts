/** The Jobs of executors in the cluster: made, remembered, and removed when a newer one has come. */
import { randomInt } from "node:crypto";
import { label } from "../../../kubesphere/api";
import type { Cluster } from "./cluster.js";
import { jobName, run, type HelmSettings, type ShownRun } from "./executorObjects.js";
import type { ExecutorRun, ExecutorRuns } from "./executorRuns.js";
import type { KubeSphereRelease } from "./manager.js";
import { namespaced } from "./names.js";
import type { InstallPlan, Job } from "./objects.js";

export class ExecutorJobs {
  constructor(
    private readonly cluster: Cluster,
    private readonly runs: ExecutorRuns,
  ) {}

  /** Makes the ConfigMap and the Job, and remembers what this Job, which is known by its uid from then on, is to do. */
  async start(plan: InstallPlan, shown: ShownRun, settings: HelmSettings, work: ExecutorRun["work"]): Promise<void> {
    const [configMap, job] = run(plan, shown);
    await this.cluster.create(configMap.path, configMap.body);
    // Not taken as it is where one is there already: that would be a stranger's.
    const { metadata } = await this.cluster.create<Job>(job.path, job.body);
    const { namespace = "", uid = "" } = metadata;
    await this.runs.add({ uid, jobName: shown.jobName, namespace, extension: plan.spec.extension.name, settings, work });
  }

  /** KubeSphere deletes every ConfigMap and Job with both labels but the newest run's. */
  async removeOlder(extension: string, namespace: string, newest: string): Promise<void> {
    const selector = `${label.extensionRef}=${extension},${label.managed}=true`;
    for (const [api, plural] of [
      ["batch/v1", "jobs"],
      ["v1", "configmaps"],
    ] as const)
      for (const { metadata } of await this.cluster.list(namespaced(api, namespace, plural), selector))
        if (metadata.name !== newest) await this.cluster.delete(namespaced(api, namespace, plural, metadata.name));
  }
}

/** With six of the characters that Kubernetes itself makes names new with. */
export const newJobName = (release: KubeSphereRelease, action: ExecutorRun["work"]["action"], extension: string) =>
  jobName(release, action, extension, Array.from({ length: 6 }, () => "bcdfghjklmnpqrstvwxz2456789"[randomInt(27)]).join(""));
