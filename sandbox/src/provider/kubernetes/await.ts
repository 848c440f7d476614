import type { Client, KubeObject } from "./client.js";
import { isNotFound } from "./errors.js";
import { TIMED_OUT, type Readiness } from "./readiness.js";

/** The wait ended without what was waited for. */
export class NotReady extends Error {
  constructor(
    readonly reasons: string[],
    readonly last: KubeObject,
  ) {
    super(reasons.join("\n"));
  }
}

interface Watched {
  readonly client: Client;
  /** The path of the object's collection. */
  readonly path: string;
  /** The object as it was when the wait began. */
  readonly from: KubeObject;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Follows one object through all of its states, from `from` on: a watch misses none, however short.
 * `test` gets each state, `undefined` once the object is gone, and ends the wait by returning true or throwing.
 */
async function follow(watched: Watched, test: (seen: KubeObject | undefined) => boolean): Promise<void> {
  // Not AbortSignal.any over AbortSignal.timeout: Node.js 20 may collect those as garbage, and the wait would never end.
  const end = new AbortController();
  const stop = () => end.abort();
  const timer = setTimeout(stop, watched.timeoutMs);
  watched.signal.addEventListener("abort", stop);
  try {
    await followUntil(end.signal, watched, test);
  } catch (error) {
    if (error instanceof NotReady || !end.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    watched.signal.removeEventListener("abort", stop);
  }
}

async function followUntil(
  end: AbortSignal,
  { client, path, from }: Watched,
  test: (seen: KubeObject | undefined) => boolean,
): Promise<void> {
  const { name, uid } = from.metadata;
  let seen: KubeObject | undefined = from;
  while (!test(seen) && seen) {
    const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: seen.metadata.resourceVersion ?? "" };
    for await (const { type, object } of client.watch(path, query, end)) {
      if (type === "ERROR") break;
      if (type === "BOOKMARK") continue;
      seen = type === "DELETED" || object.metadata.uid !== uid ? undefined : object;
      if (test(seen) || !seen) return;
    }
    if (end.aborted) return;
    seen = await client.request("GET", `${path}/${name}`).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (seen?.metadata.uid !== uid) seen = undefined;
  }
}

/** The object once it is ready. @throws {NotReady} when it fails, disappears, or the time is over */
export async function untilReady(watched: Watched, readiness: Readiness): Promise<KubeObject> {
  let last = watched.from;
  let isReady = false;
  await follow(watched, (seen) => {
    if (!seen) throw new NotReady([`'${last.metadata.name}' was deleted while it was waited for`], last);
    last = seen;
    const failed = readiness.failure?.(seen);
    if (failed) throw new NotReady(failed, seen);
    return (isReady = readiness.isReady(seen));
  });
  if (!isReady) throw new NotReady(watched.signal.aborted ? ["canceled"] : readiness.missing(last), last);
  return last;
}

/** @throws {NotReady} when the object is still there when the time is over */
export async function untilGone(watched: Watched): Promise<void> {
  let last: KubeObject | undefined = watched.from;
  await follow(watched, (seen) => {
    last = seen;
    return !seen;
  });
  if (last) throw new NotReady([watched.signal.aborted ? "canceled" : TIMED_OUT], last);
}
