/**
 * Write conflicts that KubeSphere loses. A plan whose chart cannot be had is tried ten times within a second; where one of the controller's own
 * writes then meets another, nothing comes after it: the plan stays `Preparing`, with ten entries of history and the condition that says why.
 */
import type { InstallPlan } from "./objects.js";
import { HISTORY } from "./planStatus.js";

export class LostConflicts {
  /** By plan, what it asked for when it was lost: an event of something else brings it back. */
  private readonly lost = new Map<string, string>();

  /** @param isSwitchedOn else no conflict is ever lost: nobody could say of a test when it is */
  constructor(private readonly isSwitchedOn: () => boolean) {}

  /** Whether nothing comes after the plan's `Preparing`. */
  holds({ metadata: { name }, spec, status = {} }: InstallPlan): boolean {
    const { jobName, stateHistory = [], conditions = [] } = status;
    const hasFailed = conditions.some((it) => it.type === "Installed" && it.status === "False");
    if (!this.isSwitchedOn() || jobName !== undefined || stateHistory.length < HISTORY || !hasFailed) return false;
    const wanted = JSON.stringify(spec);
    if (!this.lost.has(name)) this.lost.set(name, wanted);
    return this.lost.get(name) === wanted;
  }
}
