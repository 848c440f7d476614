/** Asks URLs again and again while something rolls, and keeps when each of them did not answer. */
import { request as httpRequest } from "http";
import { request as httpsRequest } from "https";
import { setTimeout as wait } from "timers/promises";

export interface Target {
  /** For people: "console". */
  readonly what: string;
  readonly url: string;
}

export interface Outage {
  /** When the first request without a good answer was sent, in milliseconds since the probing began. */
  readonly fromMs: number;
  /** Until the next good answer came, else until the probing ended. */
  readonly lastedMs: number;
  /** Whether a good answer came again. */
  readonly isOver: boolean;
  /** Of the first request. */
  readonly reason: string;
}

export interface Probed extends Target {
  /** How many requests were sent. */
  readonly asked: number;
  readonly outages: readonly Outage[];
}

export interface ProbeOptions {
  /** Ends the probing at once. */
  readonly signal: AbortSignal;
  /** From one request to the next. @default 150 */
  readonly everyMs?: number;
  /** How long an answer may take. @default 3000 */
  readonly timeoutMs?: number;
  /** How long a URL that does not answer is asked on after the work. @default 15000: entries follow the cluster's objects within moments */
  readonly graceMs?: number;
}

/**
 * Probes as long as `work` takes, and then until each URL has given a good answer once more.
 * @param kept which URLs are still expected afterwards; what is known of the others is left out
 */
export async function probeDuring<T>(
  targets: readonly Target[],
  work: () => Promise<T>,
  kept: (result: T) => readonly Target[],
  { signal, everyMs = 150, timeoutMs = 3000, graceMs = 15_000 }: ProbeOptions,
): Promise<{ readonly result: T; readonly probed: readonly Probed[] }> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const start = performance.now();
  const now = () => performance.now() - start;
  let workedMs = Infinity;
  let expected = new Set(targets.map(({ url }) => url));

  const probe = async ({ what, url }: Target): Promise<Probed> => {
    const outages: Outage[] = [];
    let failing: { readonly fromMs: number; readonly reason: string } | undefined;
    let asked = 0;
    const isEnough = (sentMs: number) => sentMs >= workedMs && (!failing || !expected.has(url) || now() >= workedMs + graceMs);
    for (let sentMs = now(); ; sentMs = now()) {
      const reason = await ask(url, timeoutMs);
      asked++;
      if (reason !== undefined) failing ??= { fromMs: sentMs, reason };
      else if (failing) {
        outages.push({ ...failing, lastedMs: now() - failing.fromMs, isOver: true });
        failing = undefined;
      }
      if (stop.aborted || isEnough(sentMs)) break;
      await wait(Math.max(0, sentMs + everyMs - now()));
    }
    if (failing) outages.push({ ...failing, lastedMs: now() - failing.fromMs, isOver: false });
    return { what, url, asked, outages };
  };

  const probes = Promise.all(targets.map(probe));
  try {
    const result = await work();
    expected = new Set(kept(result).map(({ url }) => url));
    workedMs = now();
    return { result, probed: (await probes).filter(({ url }) => expected.has(url)) };
  } catch (error) {
    failed.abort();
    await probes;
    throw error;
  }
}

/** undefined for a whole answer below 400, else what is wrong. Asked at 127.0.0.1 in the host's name, whatever DNS says of it. */
function ask(url: string, timeoutMs: number): Promise<string | undefined> {
  const { protocol, host, hostname, port, pathname, search } = new URL(url);
  const isTls = protocol === "https:";
  const options = {
    host: "127.0.0.1",
    port: port || (isTls ? 443 : 80),
    path: pathname + search,
    headers: { host },
    // A connection of its own: one that is kept alive would hide a port that is closed.
    agent: false,
    // Whether it answers is the question; who signed a rehearsal's certificate is not.
    ...(isTls && { servername: hostname, rejectUnauthorized: false }),
  } as const;
  return new Promise((answer) => {
    const asked = (isTls ? httpsRequest : httpRequest)(options, (response) => {
      const { statusCode = 0 } = response;
      response.once("error", (error) => answer(error.message)).resume();
      response.once("end", () => answer(statusCode < 400 ? undefined : `HTTP ${statusCode}`));
      response.once("close", () => clearTimeout(timer));
    });
    const timer = setTimeout(() => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    asked.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      answer(error.message || (error.code ?? "no connection"));
    });
    asked.end();
  });
}
