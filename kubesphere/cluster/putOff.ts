/** Requests that an API server puts off, such as with "storage is (re)initializing" just after a CRD was made: they are repeated when it says. Pure. */

/** The maximum number of repetitions, the same as client-go's. */
export const REPEATS = 10;

/**
 * @param status of the answer, as far as there is one
 * @param retryAfter its header of that name
 * @returns milliseconds until the next try; undefined if the request is not put off
 */
export function putOffFor(status: unknown, retryAfter: unknown): number | undefined {
  const seconds = Number(retryAfter);
  return status === 429 && seconds >= 0 ? seconds * 1_000 : undefined;
}
