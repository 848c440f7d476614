/** The history of an InstallPlan's states: what came when, how long it took, and what is new since it was last looked at. */
import type { HistoryEntry } from "./objects";

export interface State {
  readonly state: string;
  /** RFC 3339, whole seconds */
  readonly since: string;
  /** How long it lasted; absent of the last one, which lasts. */
  readonly seconds?: number;
}

export interface Rollout {
  /** RFC 3339: when KubeSphere began. */
  readonly since: string;
  /** Until it was installed, or has failed; absent while it is under way. */
  readonly seconds?: number;
}

const secondsBetween = (from: string, to: string) => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);

export const statesOf = (history: readonly HistoryEntry[] = []): readonly State[] =>
  history.map(({ state, lastTransitionTime: since }, index) => {
    const next = history[index + 1];
    return { state, since, ...(next && { seconds: secondsBetween(since, next.lastTransitionTime) }) };
  });

export const isFailed = (state: string) => state.endsWith("Failed");
/** Nothing more comes of it by itself, as a rule. */
export const isSettled = (state: string) => state === "Installed" || state === "Uninstalled" || isFailed(state);

/** The one under way, or the last one; undefined where KubeSphere has done nothing yet. */
export function lastRollout(states: readonly State[]): Rollout | undefined {
  const end = states.findLastIndex(({ state }) => isSettled(state));
  const isUnderWay = end < states.length - 1;
  const before = states.slice(0, isUnderWay ? states.length : end).findLastIndex(({ state }) => isSettled(state));
  const first = states[before + 1];
  const last = states.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { since: first.since, ...(!isUnderWay && { seconds: secondsBetween(first.since, last.since) }) };
}

/** What has come since. The history is a window of ten that moves on: what both hold is skipped. */
export function newStates(before: readonly State[], now: readonly State[]): readonly State[] {
  const isSame = (a: State, b: State | undefined) => a.state === b?.state && a.since === b.since;
  for (let gone = 0; gone < before.length; gone++) {
    const kept = before.slice(gone);
    if (kept.every((state, index) => isSame(state, now[index]))) return now.slice(kept.length);
  }
  return now;
}
