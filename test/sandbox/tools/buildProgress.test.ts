import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BuildProgress, weigh } from "../../../sandbox/src/tools/buildProgress";

test("who waits for the tools is told how much longer, by the source that is left and not by the number of packages", () => {
  const progress = new BuildProgress(
    new Map([
      ["small", 10],
      ["large", 300],
      ["last", 90],
    ]),
  );
  expect(progress.text(0)).toBe("compiled 0 of 3 packages; how long the rest takes shows soon");
  progress.begins("small");
  expect(progress.text(8)).toBe("compiled 1 of 3 packages; how long the rest takes shows soon");
  progress.begins("large");
  expect(progress.text(620)).toBe("compiled 2 of 3 packages; about 3 minutes left");
  expect(progress.text(62)).toBe("compiled 2 of 3 packages; about a minute left");
  progress.begins("last");
  expect(progress.text(701.4)).toBe("compiled all of 3 packages, linking; 701 s");
});

test("a build of what Go has in its cache speaks of no packages that are left, and one that was not foreseen is counted", () => {
  const progress = new BuildProgress(new Map());
  expect(progress.text(1)).toBe("compiled all of 0 packages, linking; 1 s");
  progress.begins("unforeseen");
  expect(progress.text(2)).toBe("compiled all of 1 packages, linking; 2 s");
});

test("a package weighs what its sources weigh, without its tests; one whose folder cannot be read weighs nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "weigh it-"));
  mkdirSync(join(folder, "sub"));
  for (const [name, size] of Object.entries({ "a.go": 20, "b.go": 22, "a_test.go": 1000, README: 9 }))
    writeFileSync(join(folder, name), "x".repeat(size));
  expect([...weigh(`example.com/a ${folder}\n\nexample.com/b /nowhere\n`)]).toEqual([
    ["example.com/a", 42],
    ["example.com/b", 0],
  ]);
  // Of a module of which packages are left out, Go names folders that are not there.
  expect(weigh("example.com/b /nowhere\n", new Map([["/nowhere", folder]]))).toEqual(new Map([["example.com/b", 42]]));
  rmSync(folder, { recursive: true });
});
