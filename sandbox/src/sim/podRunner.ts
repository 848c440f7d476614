/**
 * A kubelet for the stand-ins' pods: they wait at a scheduling gate, and what their program would do is done here.
 * The Job controller then completes or fails their Jobs by the pods' status, as it would for real ones.
 */
import type { Cluster } from "./cluster.js";
import type { Outcome } from "./executor.js";
import { keyOf, type Informer } from "./informer.js";
import type { Kubelet } from "./kubelet.js";
import { log } from "./log.js";
import { namespaced } from "./names.js";
import type { Pod } from "./objects.js";
import { Queue } from "./queue.js";

/** What is done for a pod. */
export interface Assignment {
  /** @param isResumed it was begun before this simulator started */
  run(isResumed: boolean): Promise<Outcome>;
  /** Its end is reported. */
  done(): Promise<void>;
}

/**
 * Pods that run at the same time: the others are pending, as on nodes without room. Of 300 Helm processes at once, two thirds got no answer
 * from the API server in time.
 */
const ROOM = 16;

/** In the simulator's own log, in UTF-16 code units: the end of what was said. */
const SHOWN = 2_000;

const unfinished = ({ metadata, status }: Pod) =>
  metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";
const uidOf = ({ metadata }: Pod) => metadata.uid ?? "";

export class PodRunner {
  /** By namespace: two Helm commands on one release must not meet. */
  private readonly queue = new Queue("pods in", (namespace) => this.runAll(namespace));
  /** Pods (by uid) whose end is reported, for as long as the informer has not heard of it. */
  private readonly reported = new Set<string>();
  /** Pods (by uid) that nobody here has made. */
  private readonly strangers = new Set<string>();
  private stopped = false;
  private running = 0;
  private readonly pending: (() => void)[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly pods: Informer<Pod>,
    /** Undefined for a pod whose work is not the simulator's: such a one is left as it is. */
    private readonly assign: (pod: Pod) => Promise<Assignment | undefined>,
    private readonly kubelet: Pick<Kubelet, "keep" | "forget">,
    cancel: (pod: Pod) => void,
  ) {
    pods.onChange((pod, gone) => {
      if (gone) {
        for (const known of [this.reported, this.strangers]) known.delete(uidOf(pod));
        void this.kubelet.forget(uidOf(pod));
      }
      if (gone || pod.metadata.deletionTimestamp !== undefined) cancel(pod);
      else this.queue.add(pod.metadata.namespace ?? "");
    });
  }

  /** Looks at a namespace's pods again: there is work that was not there before. */
  reconsider(namespace: string): void {
    for (const pod of this.pods.items) if (pod.metadata.namespace === namespace) this.strangers.delete(uidOf(pod));
    this.queue.add(namespace);
  }

  stop(): void {
    this.stopped = true;
    this.queue.stop();
  }

  private async runAll(namespace: string): Promise<void> {
    for (;;) {
      const [pod] = this.pods.items
        .filter((it) => it.metadata.namespace === namespace && unfinished(it))
        .filter((it) => !this.reported.has(uidOf(it)) && !this.strangers.has(uidOf(it)))
        .sort((a, b) => (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? ""));
      if (!pod || this.stopped) return;
      const assignment = await this.assigned(pod);
      if (assignment) await this.whenRoom(pod, () => this.runPod(pod, assignment));
    }
  }

  /** A pod that goes meanwhile does not run. */
  private async whenRoom(pod: Pod, runs: () => Promise<void>): Promise<void> {
    if (this.running < ROOM) this.running++;
    else await new Promise<void>((enter) => this.pending.push(enter));
    try {
      const now = this.pods.find(keyOf(pod));
      if (!this.stopped && now !== undefined && uidOf(now) === uidOf(pod) && unfinished(now)) await runs();
    } finally {
      // Whoever comes next takes over the room.
      const enter = this.pending.shift();
      if (enter) enter();
      else this.running--;
    }
  }

  private async assigned(pod: Pod): Promise<Assignment | undefined> {
    // Before the question: when there is new work by the time of the answer, the pod is looked at again.
    this.strangers.add(uidOf(pod));
    try {
      const assignment = await this.assign(pod);
      if (assignment) this.strangers.delete(uidOf(pod));
      return assignment;
    } catch (error) {
      this.strangers.delete(uidOf(pod));
      throw error;
    }
  }

  private async runPod(pod: Pod, assignment: Assignment): Promise<void> {
    const path = `${namespaced("v1", pod.metadata.namespace ?? "", "pods", pod.metadata.name)}/status`;
    const report = (status: object) => this.cluster.patch(path, { status });
    const isResumed = pod.status?.phase === "Running";
    if (!isResumed) await report({ phase: "Running" });
    const { ok, said } = await outcomeOf(assignment, isResumed);
    // Left as it is for the next start to take up.
    if (this.stopped) return;
    log(`${keyOf(pod)}: ${ok ? "succeeded" : `failed: ${said.trim().slice(-SHOWN)}`}`);
    await report(endOf(pod, ok));
    this.reported.add(uidOf(pod));
    await this.kubelet.keep(pod, said);
    await assignment.done();
  }
}

async function outcomeOf(assignment: Assignment, isResumed: boolean): Promise<Outcome> {
  try {
    return await assignment.run(isResumed);
  } catch (error) {
    return { ok: false, said: error instanceof Error ? error.message : String(error) };
  }
}

/** As a kubelet reports it: what was said is for those who ask for the log. */
const endOf = ({ spec: { containers } = { containers: [] } }: Pod, ok: boolean) => ({
  phase: ok ? "Succeeded" : "Failed",
  containerStatuses: containers.map(({ name, image }) => ({
    ...{ name, image, imageID: "", ready: false, restartCount: 0 },
    state: { terminated: ok ? { exitCode: 0, reason: "Completed" } : { exitCode: 1, reason: "Error" } },
  })),
});
