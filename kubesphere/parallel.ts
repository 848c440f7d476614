/** Enough to hide the way to the cluster and back, few enough for any API server, and for the memory that a Helm each takes. */
const AT_ONCE = 8;

/**
 * Each item's result, in the items' order; so many at a time.
 * @throws the error of the first item, in their order, that fails, once nothing runs any more: which fails first in time changes from run to
 * run. What has not been begun by then is left.
 */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  // Begun in order, so that none before a failed one is left out.
  const failures = new Map<number, unknown>();
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) {
      if (failures.size > 0) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failures.set(index, error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
  return results;
}

/**
 * `Promise.all` for what may fail in words that somebody reads.
 * @throws the error of the first, as they are listed, that fails, once all have ended: `Promise.all` throws whichever came first in time
 */
export async function together<T extends readonly unknown[] | []>(works: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled: readonly PromiseSettledResult<unknown>[] = await Promise.allSettled(works as readonly unknown[]);
  const values = settled.map((it) => {
    if (it.status === "rejected") throw it.reason;
    return it.value;
  });
  return values as { -readonly [K in keyof T]: Awaited<T[K]> };
}
