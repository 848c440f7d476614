/** The cluster's InstallPlans while a run waits for some of them: one list and one watch for any number of them. */
import { setTimeout as sleep } from "timers/promises";
import { CORE_API } from "../../kubesphere/api";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import type { StoredPlan } from "../../kubesphere/extension/rollout";

const PLANS = `/apis/${CORE_API}/installplans`;
/** The time between two attempts to reach the API server, in milliseconds. */
const PAUSE = 1_000;
/** The time after which the API server ends a watch. */
const WATCH_SECONDS = 120;

type Look = (plan: StoredPlan | undefined) => void;

export class PlanWatch {
  private readonly lookers = new Map<string, Set<Look>>();
  private readonly plans = new Map<string, StoredPlan>();
  /** Undefined while nobody watches. */
  private running: AbortController | undefined;
  private isListed = false;

  constructor(private readonly cluster: Pick<ClusterAccess, "read" | "watch">) {}

  /**
   * @param look called with the current plan and at each change, never before this returns; with undefined if there is no plan
   * @returns a function that ends the watch. The connection ends with the last watch
   */
  on(name: string, look: Look): () => void {
    const own = this.lookers.get(name) ?? new Set();
    this.lookers.set(name, own.add(look));
    if (this.isListed)
      queueMicrotask(() => {
        if (own.has(look)) look(this.plans.get(name));
      });
    if (this.running === undefined) void this.run((this.running = new AbortController()));
    return () => {
      own.delete(look);
      if (own.size === 0) this.lookers.delete(name);
      if (this.lookers.size > 0) return;
      this.running?.abort();
      this.running = undefined;
      this.isListed = false;
    };
  }

  /** An API server that does not answer for a while ends no watch: the caller has its own limit. */
  private async run({ signal }: AbortController): Promise<void> {
    // Perhaps the list already has everything that the callers wait for.
    const isOver = () => signal.aborted;
    while (!signal.aborted) {
      try {
        const version = await this.list(signal);
        if (version !== undefined && !isOver()) await this.follow(version, signal);
      } catch {
        // After any error, the next list has the current plans.
      }
      if (!signal.aborted) await sleep(PAUSE);
    }
  }

  /** @returns the resource version at which the watch begins; undefined if nobody watches any more */
  private async list(signal: AbortSignal): Promise<string | undefined> {
    const list = await this.cluster.read<{ items: readonly StoredPlan[]; metadata: { resourceVersion: string } }>(PLANS);
    if (signal.aborted || list === undefined) return undefined;
    this.plans.clear();
    for (const plan of list.items) this.plans.set(plan.metadata.name, plan);
    this.isListed = true;
    for (const name of [...this.lookers.keys()]) this.tell(name);
    return list.metadata.resourceVersion;
  }

  private follow(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const path = `${PLANS}?watch=true&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${resourceVersion}`;
    return this.cluster.watch<StoredPlan>(
      path,
      ({ type, object }) => {
        if (signal.aborted) return;
        // Such as "too old resource version".
        if (type === "ERROR") throw new Error("the watch has ended");
        const { name } = object.metadata;
        if (type === "DELETED") this.plans.delete(name);
        else this.plans.set(name, object);
        this.tell(name);
      },
      // This also ends a connection that was lost without an error.
      AbortSignal.any([signal, AbortSignal.timeout(2_000 * WATCH_SECONDS)]),
    );
  }

  private tell(name: string): void {
    for (const look of [...(this.lookers.get(name) ?? [])]) look(this.plans.get(name));
  }
}
