/** Which of the sandbox's URLs a browser on this machine can open: they all answer at 127.0.0.1, and their names must lead there. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { CheckedUrl } from "./urls.js";

/** A resolver that cannot be reached keeps one waiting for much longer. */
const TIMEOUT_MS = 3000;

export interface Closed extends CheckedUrl {
  /** Why a browser does not get there, in words. */
  readonly why: string;
}

/** A name's addresses, as this machine's resolver has them; @throws the resolver's error */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** @returns those that a browser cannot open */
export async function closedUrls(urls: readonly CheckedUrl[], resolve: Resolve = resolved): Promise<readonly Closed[]> {
  const told = await Promise.all(
    urls.map(async (it) => {
      const why = await obstacle(new URL(it.url).hostname, resolve);
      return why === undefined ? [] : [{ ...it, why }];
    }),
  );
  return told.flat();
}

async function obstacle(host: string, resolve: Resolve): Promise<string | undefined> {
  // Browsers know by themselves where these lead, whatever the resolver says.
  if (host === "localhost" || host.endsWith(".localhost")) return undefined;
  const addresses = isIP(host) ? [host] : await resolve(host).catch((error: Error) => reasonOf(host, error));
  if (typeof addresses === "string") return addresses;
  return addresses.includes("127.0.0.1") ? undefined : `${host} leads to ${addresses.join(", ")} on this machine, not to 127.0.0.1`;
}

const reasonOf = (host: string, { message, ...error }: Error & { code?: string }) =>
  error.code === "ENOTFOUND" || error.code === "ENODATA"
    ? `this machine's resolver does not know ${host}`
    : `this machine's resolver does not say where ${host} leads (${error.code ?? message})`;

async function resolved(host: string): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  try {
    return (await Promise.race([lookup(host, { all: true }), late])).map(({ address }) => address);
  } finally {
    clearTimeout(timer);
  }
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
