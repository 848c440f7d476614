/** Waiting for KubeSphere, in sight of the user. */
import { setTimeout as sleep } from "timers/promises";
import { Failure } from "../shared/command";

export interface Waiting {
  /** Told what is being waited for. */
  say(text: string): void;
  /** How often KubeSphere is asked, in milliseconds. @default 300 */
  readonly pause?: number;
}

/** Asks until there is an answer. @param limit milliseconds @throws Failure with `late` when there is none in time */
export async function until<T>(limit: number, late: string, { pause = 300 }: Waiting, ask: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Failure(late);
    await sleep(pause);
  }
}
