/**
 * Rolls an installed extension out again because objects of it are lost: KubeSphere rolls out a changed config, and Helm then makes missing
 * objects anew. So the config has a mark of the lost objects, which stays until others are lost. Pure.
 */
import { repairedAnnotation } from "../api";
import { fieldsDigest } from "./fieldsDigest";
import { KIND_FIRST, type LostObject } from "./lostObjects";
import { restoredWords, type ExtensionCrds } from "./restoredCrds";
import { appliedAt, type StoredPlan } from "./rollout";

/**
 * The same objects are not rolled out again for so long, in milliseconds: if they are gone again so soon, somebody deletes them each time, and
 * each run would roll the extension out again.
 */
const AGAIN_AFTER = 10 * 60_000;

export interface Repair {
  /** The value of {@link repairedAnnotation}, whose digest is in the config; undefined if nothing was ever repaired. */
  readonly mark: string | undefined;
  /** A description of the objects that the rollout restores; undefined if there is no such rollout. */
  readonly broken: string | undefined;
  /** Sentences about objects that no rollout restores, with the command that does. */
  readonly told: readonly string[];
}

/**
 * @param plan a plan that is rolled out as declared
 * @param lost the lost objects of its release
 * @param back the command that returns to the release's last revision
 * @param now milliseconds
 */
export function repairOf(plan: StoredPlan, lost: readonly LostObject[], back: string, now: number): Repair {
  const { uid = "", generation = 0, annotations = {} } = plan.metadata;
  const names = namesOf(lost);
  const isVain = isInVain(plan, lost, now);
  const broken = names.length === 0 || isVain ? [] : lost.filter(({ by }) => by === "rollout").map(({ what }) => what);
  return {
    // Unique for this plan, and the same in a preview and in the run after it.
    mark: broken.length === 0 ? annotations[repairedAnnotation] : `${fieldsDigest({ uid, generation, names })}: ${names.join(", ")}`,
    broken: broken.length === 0 ? undefined : broken.join(", "),
    told: [
      ...lost.flatMap(({ what, by }) => {
        if (typeof by === "object") return [`${what}, which no rollout mends: ${by.command}`];
        return by === "rollout" && isVain
          ? [`${what}, and it was rolled out again for that minutes ago: somebody takes it away each time. Once they have ended: ${back}`]
          : [];
      }),
      ...heldWords(lost),
    ],
  };
}

function heldWords(lost: readonly LostObject[]): string[] {
  const held = lost.flatMap(({ what, by }) => (by === "kind" ? [what] : []));
  const them = held.length === 1 ? "it" : "them";
  return held.length === 0
    ? []
    : [`${held.join(", ")}. ${KIND_FIRST}, a run brings ${them} back; till then nothing of the extension can be rolled out`];
}

/** A run's messages about lost objects of an extension, one sentence each; empty if nothing is lost. */
export function lossWords({ repair, crds }: { readonly repair?: Repair; readonly crds?: ExtensionCrds } = {}): readonly string[] {
  const { broken, told = [] } = repair ?? {};
  const gone = crds?.gone ?? [];
  if (gone.length > 0) return [restoredWords(gone, broken), ...told];
  return broken === undefined ? told : [`${broken}: it is rolled out again, which brings that back`, ...told];
}

/** Whether its last rollout was for just these losses, and they are back already. */
export function isInVain(plan: StoredPlan, lost: readonly LostObject[], now: number): boolean {
  const names = namesOf(lost).join(", ");
  const isSame = names !== "" && plan.metadata.annotations?.[repairedAnnotation]?.replace(/^[^:]*: /, "") === names;
  return isSame && now - lastRollout(plan) < AGAIN_AFTER;
}

/** When its spec was written or KubeSphere finished it, whichever was later, in milliseconds; infinite if that is unknown. */
function lastRollout(plan: StoredPlan): number {
  const done = (plan.status?.conditions ?? []).map(({ lastTransitionTime = "" }) => lastTransitionTime);
  const times = [appliedAt(plan), ...done].map((time) => Date.parse(time)).filter((time) => !Number.isNaN(time));
  return times.length === 0 ? Infinity : Math.max(...times);
}

/** The lost objects that a rollout restores, in a form that does not depend on the caller. */
const namesOf = (lost: readonly LostObject[]): string[] => lost.flatMap(({ mark, by }) => (by === "rollout" ? [mark] : [])).sort();
