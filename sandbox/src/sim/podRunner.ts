/**
 * A kubelet for the stand-ins' pods: they wait at a scheduling gate, and what their program would do is done here.
 * The Job controller then completes or fails their Jobs by the pods' status, as it would for real ones.
 */
import type { Cluster } from "./cluster.js";
import type { Executor } from "./executor.js";
import { keyOf, type Informer } from "./informer.js";
import { log } from "./log.js";
import { TASK_LABEL, namespaced } from "./names.js";
import type { Pod } from "./objects.js";
import { Queue } from "./queue.js";

const unfinished = ({ metadata, status }: Pod) =>
  metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";

export class PodRunner {
  /** By namespace: two Helm commands on one release must not meet. */
  private readonly queue = new Queue("pods in", (namespace) => this.runAll(namespace));
  /** Pods (by uid) whose end is reported, for as long as the informer has not heard of it. */
  private readonly reported = new Set<string>();
  private stopped = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly pods: Informer<Pod>,
    private readonly executor: Executor,
    /** What hooks of ks-core do, by their pods' task. */
    private readonly hooks: Readonly<Record<string, () => Promise<void>>>,
  ) {
    pods.onChange((pod, gone) => {
      if (gone) this.reported.delete(pod.metadata.uid ?? "");
      if (gone || pod.metadata.deletionTimestamp !== undefined) executor.cancel(pod);
      else this.queue.add(pod.metadata.namespace ?? "");
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.queue.stop();
    await this.executor.stop();
  }

  private async runAll(namespace: string): Promise<void> {
    for (;;) {
      const [pod] = this.pods.items
        .filter((it) => it.metadata.namespace === namespace && unfinished(it) && !this.reported.has(it.metadata.uid ?? ""))
        .sort((a, b) => (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? ""));
      if (!pod || this.stopped) return;
      await this.runPod(pod);
    }
  }

  private async runPod(pod: Pod): Promise<void> {
    const path = `${namespaced("v1", pod.metadata.namespace ?? "", "pods", pod.metadata.name)}/status`;
    const report = (status: object) => this.cluster.patch(path, { status });
    if (pod.status?.phase !== "Running") await report({ phase: "Running" });
    const { ok, message } = await this.work(pod);
    // Left as it is for the next start to take up.
    if (this.stopped) return;
    log(`${keyOf(pod)}: ${ok ? "succeeded" : `failed: ${message}`}`);
    await report({ phase: ok ? "Succeeded" : "Failed", message });
    this.reported.add(pod.metadata.uid ?? "");
  }

  private async work(pod: Pod): Promise<{ ok: boolean; message: string }> {
    try {
      const task = pod.metadata.labels?.[TASK_LABEL] ?? "";
      if (task === "helm") return await this.executor.run(pod);
      const hook = this.hooks[task];
      if (!hook) throw new Error(`there is no task ${task}`);
      await hook();
      return { ok: true, message: "" };
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  }
}
