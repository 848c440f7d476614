/**
 * What an InstallPlan with a `clusterScheduling` that has no `placement` does to KubeSphere. The controller takes the placement for granted
 * once the plan is installed: 4.1.2 dies, and again at each start, as soon as it comes to the plan; its webhooks answer for a moment in
 * between. 4.1.3 survives it, and never gets further with that plan. Measured on both.
 */
import type { KubeSphereRelease } from "./manager.js";
import type { InstallPlan } from "./objects.js";

/** Milliseconds from a death to the next start, and from a start to the plan. A kubelet makes the first ever longer, up to five minutes. */
const RESTART = 2_000;
const BREATH = 1_000;

export class NilPlacement {
  private isDead = false;
  private readonly listeners: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly manager: { readonly running: KubeSphereRelease | undefined }) {}

  /** Whether the manager is dead just now: neither a plan nor a review is looked at. */
  get keepsFromWork(): boolean {
    return this.isDead && this.manager.running !== undefined;
  }

  /** @param plan of which nothing is to be done on the host @throws if the controller gets no further with it */
  look({ metadata: { name }, spec, status = {} }: InstallPlan): void {
    if (spec.clusterScheduling === undefined || spec.clusterScheduling.placement !== undefined || status.state !== "Installed") return;
    const panic = `InstallPlan ${name}: its clusterScheduling has no placement: nil pointer dereference`;
    if (this.manager.running !== "4.1.2") throw new Error(`${panic} [recovered]`);
    this.die();
    throw new Error(`${panic}; the controller manager has died`);
  }

  /** Called when it is about to look at all plans again, after each start. */
  onStart(listener: () => void): void {
    this.listeners.push(listener);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private die(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.timer = setTimeout(() => {
      this.isDead = false;
      this.timer = setTimeout(() => {
        for (const listener of this.listeners) listener();
      }, BREATH);
    }, RESTART);
  }
}
