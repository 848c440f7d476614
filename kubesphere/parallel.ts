/** Enough to hide the latency of the cluster, few enough for any API server, and for the memory of as many Helm processes. */
const AT_ONCE = 8;

/**
 * Each item's result, in the items' order; at most so many run at a time.
 * @throws the error of the first failed item in their order, once nothing runs any more: which item fails first in time changes from run to
 * run. After a failure, no further items are started.
 */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  // Started in order, so that every item before a failed one has run.
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
 * `Promise.all` with a stable error.
 * @throws the error of the first failed promise in the list, once all have ended: `Promise.all` throws the one that failed first in time
 */
export async function together<T extends readonly unknown[] | []>(works: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled: readonly PromiseSettledResult<unknown>[] = await Promise.allSettled(works as readonly unknown[]);
  const values = settled.map((it) => {
    if (it.status === "rejected") throw it.reason;
    return it.value;
  });
  return values as { -readonly [K in keyof T]: Awaited<T[K]> };
}
