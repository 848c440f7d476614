/** Enough to hide the way to the cluster and back, few enough for any API server, and for the memory that a Helm each takes. */
const AT_ONCE = 8;

/** Each item's result, in the items' order; so many at a time. The first error is thrown. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
