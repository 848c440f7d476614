import { inParallel, together } from "../../kubesphere/parallel";

/** Fails at once, or after all that is due now. */
const failing = async (text: string, isLate: boolean): Promise<never> => {
  if (isLate) await new Promise((wake) => setImmediate(wake));
  throw new Error(text);
};

describe.each([
  ["listed works", (late: string) => together(["first", "second"].map((text) => failing(text, text === late)))],
  ["items", (late: string) => inParallel(["first", "second"], (text) => failing(text, text === late))],
])("of %s that fail", (_, run) => {
  test.each(["first", "second", "none"])("the first as they are listed is told, not the quickest (slow: %s)", async (late) => {
    await expect(run(late)).rejects.toThrow("first");
  });
});

test("an error is told once nothing runs any more, such as Helm in a folder that goes then", async () => {
  let isOver = false;
  const slow = async () => {
    await new Promise((wake) => setImmediate(wake));
    isOver = true;
  };
  for (const run of [
    () => together([failing("no", false), slow()]),
    () => inParallel([0, 1], (it) => (it ? slow() : failing("no", false))),
  ]) {
    isOver = false;
    await expect(run()).rejects.toThrow("no");
    expect(isOver).toBe(true);
  }
});

test("results stand in the order of their items, and nothing is begun after an error", async () => {
  const double = async (it: number) => {
    if (it % 2 === 0) await new Promise((wake) => setImmediate(wake));
    return 2 * it;
  };
  expect(await inParallel([1, 2, 3, 4], double)).toEqual([2, 4, 6, 8]);
  expect(await together([double(2), double(1), "as it is"])).toEqual([4, 2, "as it is"]);

  const begun: number[] = [];
  const items = Array.from({ length: 100 }, (_, index) => index);
  await expect(inParallel(items, async (it) => (begun.push(it), failing(`${it}`, false)))).rejects.toThrow("0");
  expect(begun.length).toBeLessThan(items.length);
});
