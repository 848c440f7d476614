import { readFileSync } from "fs";
import { join } from "path";
import fc from "fast-check";
import { SemVer } from "semver";
import { isInRange, parseRange } from "../../../kubesphere/chart/versionRange";

/** Ranges made at random, and whether Helm 3.22 took a chart of that version for one of a dependency's range. */
const helms = JSON.parse(readFileSync(join(__dirname, "../../vectors/version-ranges.json"), "utf8")) as [string, string, boolean][];

test("ranges mean what they mean to Helm: else an extension that installs would be refused, or the other way round", () => {
  expect(helms.map(([range, version]) => [range, version, isInRange(version, range) ?? false])).toEqual(helms);
});

describe("each form of a range, by what is in it and what is not", () => {
  test.each<[range: string, inside: string[], outside: string[]]>([
    [">=1.19.0-0", ["1.19.0-rc.1", "v1.30.5+k3s1", "1.31.2-gke.100"], ["1.18.9"]],
    [">=1.19.0", ["1.19.0", "2.0.0"], ["1.31.2-gke.100"]],
    [">1.2, <2", ["1.3.0"], ["1.2.9", "2.0.0"]],
    [">= 1.2 <2 || 3.x", ["1.2.0", "3.9.9"], ["2.0.0", "4.0.0"]],
    ["!=1.30.1", ["1.30.0"], ["1.30.1"]],
    ["~1.2.3", ["1.2.9"], ["1.2.2", "1.3.0"]],
    ["~1", ["1.9.0"], ["2.0.0"]],
    ["^1.2", ["1.9.0"], ["1.1.9", "2.0.0"]],
    ["^0.2.3", ["0.2.9"], ["0.3.0"]],
    ["1.2 - 1.4.5", ["1.2.0", "1.4.5"], ["1.4.6"]],
    ["<=1.4", ["1.4.9"], ["1.5.0"]],
    ["1.*", ["1.0.0", "1.99.0"], ["2.0.0"]],
    ["*", ["0.0.0", "9.9.9"], ["1.0.0-rc.1"]],
  ])("%s", (range, inside, outside) => {
    expect(inside.filter((version) => isInRange(version, range) !== true)).toEqual([]);
    expect(outside.filter((version) => isInRange(version, range) !== false)).toEqual([]);
  });
});

test.each(["", "latest", ">=x", "1.2.3.4", ">=1 ||", ">>1", "1.2.3-", "1,", "01.2.3-01"])("%j is no range", (range) => {
  expect(parseRange(range)).toBeUndefined();
});

test("a version that is none is in no range and out of none", () => expect(isInRange("main", "*")).toBeUndefined());

const version = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).map((numbers) => numbers.join("."));

test("what is between two bounds is in their range, however it is written", () => {
  fc.assert(
    fc.property(version, version, version, (low, high, given) => {
      const between = new SemVer(given).compare(low) >= 0 && new SemVer(given).compare(high) <= 0;
      for (const range of [`>=${low} <=${high}`, `>= ${low}, <= v${high}`, `${low} - ${high}`, `9.9.10 || =>${low},=<${high}`])
        expect(isInRange(given, range)).toBe(between);
      expect(isInRange(given, `!=${low}`)).toBe(given !== low);
    }),
  );
});

test("no text takes the reader down", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.xX*-+v ,|<>=!~^a") }), (text) => void isInRange("1.2.3", text)));
});
