/** Which of the sandbox's URLs a browser on this machine can open: they all answer at 127.0.0.1, and their names must lead there. */
import { isIP } from "node:net";
import { obstacle, type Resolve } from "./browserNames.js";
import type { CheckedUrl } from "./urls.js";

export interface Closed extends CheckedUrl {
  /** Why a browser does not get there, in words. */
  readonly why: string;
}

/** @returns those that a browser cannot open */
export async function closedUrls(urls: readonly CheckedUrl[], resolve?: Resolve): Promise<readonly Closed[]> {
  const told = await Promise.all(
    urls.map(async (it) => {
      const why = await obstacle(new URL(it.url).hostname, resolve);
      return why === undefined ? [] : [{ ...it, why }];
    }),
  );
  return told.flat();
}

/** How many answer, and how many of them a browser here can open. */
export function urlsLine(urls: readonly CheckedUrl[], closed: readonly Closed[]): string {
  const all = `all ${urls.length} answer at 127.0.0.1`;
  if (closed.length === 0) return `URLs: ${all}, and a browser on this machine can open them`;
  return `URLs: ${all}; a browser on this machine can open ${closed.length === urls.length ? "none" : urls.length - closed.length} of them`;
}

/** Which a browser cannot open, why, and the way in; none where all can be opened. */
export function closedLines(closed: readonly Closed[]): readonly string[] {
  const names = [...new Set(closed.map(({ url }) => new URL(url).hostname))].filter((host) => isIP(host) === 0);
  const mend = `To open them all, write into the hosts file (/etc/hosts): 127.0.0.1 ${names.join(" ")}`;
  return [...closed.map(({ what, why }) => `Not in a browser on this machine: ${what}: ${why}`), ...(names.length === 0 ? [] : [mend])];
}
