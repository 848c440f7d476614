/** Who holds the stack: any backend of one's own says so in the words of `pulumi`, Pulumi Cloud keeps its own account. */
import { hostname } from "os";
import { commandLine, isAlive } from "../../sandbox/src/processes";
import type { Stack } from "../shared/pulumi";

export interface Holder {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** RFC 3339 */
  readonly since: string;
}

/** As Pulumi refuses to work on a stack that is locked (backend/diy/lock.go). @returns nobody when the text is about something else */
export const holdersIn = (said: string): Holder[] =>
  [...said.matchAll(/: created by (.*)@(.*) \(pid (\d+)\) at (\S+)$/gm)].map(([, user = "", host = "", pid = "", since = ""]) => ({
    user,
    host,
    pid: Number(pid),
    since,
  }));

/** @param name the stack's */
export async function holders(stack: Stack, name: string): Promise<Holder[]> {
  // It takes the lock first, then finds the name taken: of all commands the one that leaves nothing behind, not even in the history.
  const { stderr } = await stack.run(["stack", "rename", name]);
  return holdersIn(stderr);
}

/** `gone`: killed, or ended with its machine still up. `elsewhere`: nobody can tell from here. */
export type Whereabouts = "at work" | "gone" | "elsewhere";

export function whereaboutsOf({ host, pid }: Holder, here = hostname()): Whereabouts {
  if (host !== here) return "elsewhere";
  // Process ids are used again.
  return isAlive(pid) && /pulumi/.test(commandLine(pid)) ? "at work" : "gone";
}

export const described = ({ user, host, pid, since }: Holder) => `${user}@${host} (process ${pid}) since ${since}`;
