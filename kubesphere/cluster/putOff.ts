/** Requests that an API server puts off, as "storage is (re)initializing" just after a CRD was made: they are made again when it says. Pure. */

/** How often one is made again, at most: as client-go does. */
export const REPEATS = 10;

/**
 * @param status of the answer, as far as there is one
 * @param retryAfter its header of that name
 * @returns milliseconds until the next try; undefined for what is not put off
 */
export function putOffFor(status: unknown, retryAfter: unknown): number | undefined {
  const seconds = Number(retryAfter);
  return status === 429 && seconds >= 0 ? seconds * 1_000 : undefined;
}
