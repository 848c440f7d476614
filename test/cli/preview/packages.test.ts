import { lineDiff } from "../../../cli/preview/lineDiff";
import { fileChanges } from "../../../cli/preview/packages";

const contents = (files: Record<string, string | Uint8Array>) =>
  new Map(Object.entries(files).map(([path, data]) => [path, Buffer.from(data)]));

test("each file of a package is told by what became of it, and the lines of a text", () => {
  const before = { kept: "1", gone: "2", text: "3", binary: "4", large: "5", "not at hand": "6" };
  const after = { kept: "1", text: "4", binary: "5", large: "6", "not at hand": "7", new: "8" };
  const large = "x".repeat(64 * 1024 + 1);
  const old = contents({ text: "a\nb\n", binary: Buffer.from([0, 1]), large });
  const wanted = contents({ text: "a\nc\n", binary: Buffer.from([0, 2]), large: `${large}y` });
  expect(fileChanges(before, after, old, wanted)).toEqual([
    { path: "binary", change: "changed" },
    { path: "gone", change: "removed" },
    { path: "large", change: "changed" },
    { path: "new", change: "added" },
    { path: "not at hand", change: "changed" },
    { path: "text", change: "changed", diff: ["@@ -1,2 +1,2 @@", " a", "-b", "+c"] },
  ]);
});

describe("the diff of two texts", () => {
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join("");

  test("has three lines around each change, and changes close by in one hunk", () => {
    const after = numbers(1, 30).replace("5\n", "five\n").replace("10\n", "").replace("25\n", "25\nand a half\n");
    expect(lineDiff(numbers(1, 30), after)).toEqual([
      ...["@@ -2,12 +2,11 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8", " 9", "-10", " 11", " 12", " 13"],
      ...["@@ -23,6 +22,7 @@", " 23", " 24", " 25", "+and a half", " 26", " 27", " 28"],
    ]);
  });

  test.each([
    ["", "a\n", ["@@ -0,0 +1,1 @@", "+a"]],
    ["a\n", "", ["@@ -1,1 +0,0 @@", "-a"]],
    ["a\n", "a\n", []],
    ["a\nb\nc\n", "b\nc\nd\n", ["@@ -1,3 +1,3 @@", "-a", " b", " c", "+d"]],
  ])("%j → %j", (before, after, diff) => {
    expect(lineDiff(before, after)).toEqual(diff);
  });

  test("is not tried on texts that would take all the memory", () => {
    expect(lineDiff(numbers(1, 2001), numbers(3000, 5001))).toBeUndefined();
  });
});
