/**
 * Rolling out once more what is installed, since objects of it are lost: KubeSphere rolls out what has another config, and Helm then makes anew
 * what is missing. So the config says for what it was rolled out again, and goes on saying it until something else is lost. Pure.
 */
import { repairedAnnotation } from "../api";
import { fieldsDigest } from "./fieldsDigest";
import { KIND_FIRST, type LostObject } from "./lostObjects";
import { restoredWords, type ExtensionCrds } from "./restoredCrds";
import { appliedAt, type StoredPlan } from "./rollout";

/**
 * For how long nothing is rolled out for the same once more, in milliseconds: what is gone again so soon, somebody takes away each time, and
 * each run would roll it out for ever.
 */
const AGAIN_AFTER = 10 * 60_000;

export interface Repair {
  /** Goes into {@link repairedAnnotation}, and its digest into the config; undefined: nothing was ever repaired. */
  readonly mark: string | undefined;
  /** What the rollout is for, in words; undefined where there is none. */
  readonly broken: string | undefined;
  /** What no rollout brings back, in sentences with the command that does. */
  readonly told: readonly string[];
}

/**
 * @param plan one that is rolled out as it is declared
 * @param lost of its release
 * @param back to the release's last revision, as one types it
 * @param now milliseconds
 */
export function repairOf(plan: StoredPlan, lost: readonly LostObject[], back: string, now: number): Repair {
  const { uid = "", generation = 0, annotations = {} } = plan.metadata;
  const names = namesOf(lost);
  const isVain = isInVain(plan, lost, now);
  const broken = names.length === 0 || isVain ? [] : lost.filter(({ by }) => by === "rollout").map(({ what }) => what);
  return {
    // Of this plan alone, and the same in a preview and in the run after it.
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

/** What a run tells of what is lost of an extension, one sentence each; nothing where nothing is. */
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

/** When its spec was written or KubeSphere was done with it, whichever came later, in milliseconds; where nobody has noted it, for ever now. */
function lastRollout(plan: StoredPlan): number {
  const done = (plan.status?.conditions ?? []).map(({ lastTransitionTime = "" }) => lastTransitionTime);
  const times = [appliedAt(plan), ...done].map((time) => Date.parse(time)).filter((time) => !Number.isNaN(time));
  return times.length === 0 ? Infinity : Math.max(...times);
}

/** What is lost of what a rollout brings back, the same whoever looks. */
const namesOf = (lost: readonly LostObject[]): string[] => lost.flatMap(({ mark, by }) => (by === "rollout" ? [mark] : [])).sort();
