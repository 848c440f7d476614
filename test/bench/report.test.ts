import { inTurn, main } from "../../bench/main";
import { median, ratio, seconds, type Table } from "../../bench/measurement";
import { plot } from "../../bench/plot";
import { asMarkdown, asText } from "../../bench/report";
import { Failure } from "../../cli/shared/command";

const table: Table = {
  part: "side-by-side",
  title: "By hand, and by this program",
  about: ["What was done."],
  columns: ["by hand", "this program", "ratio"],
  rows: [
    { what: "first deployment", cells: [seconds([12.34, 11, 99]), seconds([6, 6.17, 7]), ratio([6, 6.17, 7], [12.34, 11, 99], 0.25)] },
    { what: "`a` < floor", cells: [undefined, seconds([0.5], 1), ratio([1], [0.5], 2)] },
  ],
};

const counts: Table = {
  part: "extensions",
  title: "Many extensions",
  about: [],
  columns: ["first preview", "up", "preview of nothing", "memory"],
  rows: [0, 1, 10].map((count) => ({
    what: String(count),
    // One that takes hours is not measured.
    cells: [seconds([1 + count]), count === 10 ? undefined : seconds([10 * (1 + count)]), seconds([1]), undefined],
  })),
};

const machine = { cpu: "a CPU", cores: 2, memoryGiB: 24, platform: "linux x64", versions: { node: "20.19.0", helm: "3.22.0" } };

test("a figure is the middle one of its rounds, so that one disturbed round is not taken for the rest; nothing measured is no zero", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2, 7]);
  expect(() => median([])).toThrow("nothing was measured");
  expect(ratio([6, 1, 100], [3, 3, 3], 1.5)).toEqual({ values: [2], unit: "×", aim: 1.5 });
});

test("what was measured is kept when a later part fails; a first one that fails has nothing to keep, and a mistake of ours is no result", async () => {
  const failing = (error: Error) => () => Promise.reject(error);
  const measured = () => Promise.resolve(table);
  const failure = new Failure("pulumi up failed");
  expect(await inTurn([measured, failing(failure), measured])).toEqual({ tables: [table], failure });
  expect(await inTurn([measured, measured])).toEqual({ tables: [table, table] });
  await expect(inTurn([failing(failure), measured])).rejects.toBe(failure);
  await expect(inTurn([measured, failing(new TypeError("x is undefined"))])).rejects.toThrow("x is undefined");
});

test("the terminal shows each table aligned, with what an aim was and whether it was missed", () => {
  expect(asText([table])).toBe(
    [
      "By hand, and by this program",
      "                  by hand    this program                      ratio",
      "first deployment   12.3 s          6.17 s  0.50 × (aim 0.25: missed)",
      "a < floor                  0.50 s (aim 1)             2.00 × (aim 2)",
    ].join("\n"),
  );
});

test("the page names machine, date and rounds, without which no figure means anything", () => {
  const page = asMarkdown([table], machine, "2026-01-02", 5);
  expect(page).toContain("Written by `npm run bench` on 2026-01-02: 2 cores (a CPU), 24 GiB, linux x64; node 20.19.0, helm 3.22.0.");
  expect(page).toContain("medians of 5");
  expect(page.split("\n").slice(-9)).toEqual([
    "## By hand, and by this program",
    "",
    "What was done.",
    "",
    "|  | by hand | this program | ratio |",
    "| --- | ---: | ---: | ---: |",
    "| first deployment | 12.3 s | 6.17 s | 0.50 × (aim 0.25: missed) |",
    "| `a` < floor |  | 0.50 s (aim 1) | 2.00 × (aim 2) |",
    "",
  ]);
});

test("the plot is one picture that refers to nothing outside of it, escapes its words and leaves out what has no logarithm, or no figure", () => {
  const svg = plot(table, counts);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^]*<\/svg>\n$/);
  expect(svg).not.toMatch(/href|<script|url\(|NaN|Infinity|undefined/);
  expect(svg).toContain("`a` &lt; floor");
  expect([...svg.matchAll(/<circle/g)]).toHaveLength(5);
  expect(svg).toContain("prefers-color-scheme:dark");
});

test.each([
  [["starts"], 'no part "starts": name some of start, packing, side-by-side, member, memory, extensions\n'],
  [["start", "--rounds", "0"], "--rounds 0: write whole numbers from 1\n"],
  [["extensions", "--counts", "1,x"], "--counts x: write whole numbers from 1\n"],
])("%j is refused before half an hour of work", async (args, told) => {
  const written = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    expect(await main(args, "/nowhere", "/nowhere")).toBe(2);
    expect(written.mock.calls).toEqual([[told]]);
  } finally {
    written.mockRestore();
  }
});
