/**
 * What an InstallPlan with a `clusterScheduling` that has no `placement` does to KubeSphere. The controller takes the placement for granted
 * once the plan is installed: 4.1.2 dies, and again at each start, as soon as it comes to the plan; its webhooks answer for a moment in
 * between. 4.1.3 survives it, and never gets further with that plan. Measured on both.
 */
import type { Manager } from "./manager.js";
import type { InstallPlan } from "./objects.js";

/** Milliseconds from a start to the plan. A kubelet makes the time to the next start ever longer, up to five minutes; the stand-in does not. */
const BREATH = 1_000;

export class NilPlacement {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly manager: Pick<Manager, "running" | "kill">) {}

  /** @param plan of which nothing is to be done on the host @throws if the controller gets no further with it */
  look({ metadata: { name }, spec, status = {} }: InstallPlan): void {
    if (spec.clusterScheduling === undefined || spec.clusterScheduling.placement !== undefined || status.state !== "Installed") return;
    const panic = `InstallPlan ${name}: its clusterScheduling has no placement: nil pointer dereference`;
    if (this.manager.running !== "4.1.2") throw new Error(`${panic} [recovered]`);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.manager.kill();
    }, BREATH);
    throw new Error(`${panic}; the controller manager dies`);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
