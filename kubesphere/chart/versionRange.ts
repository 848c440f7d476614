/**
 * Ranges of versions as Helm and KubeSphere read them (Masterminds' constraints): `>=1.19.0-0`, `>1.2, <2`, `~1.2 || ^2.x`,
 * `1.2 - 1.4`, `!=1.3`. npm's ranges support neither commas nor `!=`, and include prereleases by other rules.
 */
import * as semver from "semver";

type Test = (version: semver.SemVer) => boolean;

const NUMBER = String.raw`(\d+|[xX*])`;
const COMPARATOR = new RegExp(
  String.raw`[\s,]*(!=|>=|=>|<=|=<|~>|[=<>~^]?)\s*v?${NUMBER}(?:\.${NUMBER})?(?:\.${NUMBER})?(?:-([\da-zA-Z.-]+))?(?:\+[\da-zA-Z.-]+)?(?=[\s,]|$)`,
  "y",
);
const HYPHEN = /(^|[\s,])([v\dxX*]\S*)\s+-\s+(?=[v\dxX*])/g;

/** @returns undefined if it is not a range. */
export function parseRange(range: string): Test | undefined {
  const alternatives = range.split("||").map((all) => parseAll(all.replace(HYPHEN, "$1>=$2 <=").trim()));
  return alternatives.every((test) => test !== undefined) ? (version) => alternatives.some((test) => test(version)) : undefined;
}

/** @returns undefined if the version or the range is not valid. */
export function isInRange(version: string, range: string): boolean | undefined {
  const parsed = semver.parse(version);
  return parsed === null ? undefined : parseRange(range)?.(parsed);
}

/** Comparators that must all hold. A range includes prereleases only if it names a prerelease itself, as in `>=1.19.0-0`. */
function parseAll(text: string): Test | undefined {
  const tests: Test[] = [];
  let prereleases = false;
  for (COMPARATOR.lastIndex = 0; tests.length === 0 || COMPARATOR.lastIndex < text.length;) {
    const [matched, operator = "", major = "", minor, patch, prerelease] = COMPARATOR.exec(text) ?? [];
    const test = matched === undefined ? undefined : comparator(operator, [major, minor, patch], prerelease);
    if (test === undefined) return undefined;
    tests.push(test);
    prereleases ||= prerelease !== undefined;
  }
  return (version) => (prereleases || version.prerelease.length === 0) && tests.every((test) => test(version));
}

function comparator(operator: string, parts: readonly (string | undefined)[], prerelease: string | undefined): Test | undefined {
  const given = parts.findIndex((part) => part === undefined || /[xX*]/.test(part));
  /** The count of stated numbers: two in 1.2 and in 1.2.x. */
  const told = given === -1 ? 3 : given;
  // For Helm, >=x means any version; its author surely meant something else.
  if (told === 0 && operator !== "") return undefined;
  const numbers = parts.map((part, index) => (index < told ? Number(part) : 0));
  const first = semver.parse(`${numbers.join(".")}${prerelease === undefined ? "" : `-${prerelease}`}`);
  if (first === null) return undefined;

  const from: Test = (version) => semver.gte(version, first);
  /** Differs in the leading numbers, `count` of them, and is higher. */
  const beyond = (count: number): Test => {
    const next = numbers.map((number, index) => (index < count - 1 ? number : index === count - 1 ? number + 1 : 0)).join(".");
    return (version) => count > 0 && semver.gte(version, `${next}-0`);
  };
  const past: Test = told === 3 ? (version) => semver.gt(version, first) : beyond(told);
  const unlike = numbers.slice(0, told).findIndex((number) => number > 0);
  const pastTilde = beyond(Math.min(told, 2));
  const pastCaret = beyond(unlike === -1 ? told : unlike + 1);
  switch (operator) {
    case ">=":
    case "=>":
      return from;
    case "<":
      return (version) => !from(version);
    case ">":
      return past;
    case "<=":
    case "=<":
      return (version) => !past(version);
    case "~":
    case "~>":
      return (version) => from(version) && !pastTilde(version);
    case "^":
      return (version) => from(version) && !pastCaret(version);
    case "!=":
      return (version) => !from(version) || past(version);
    default:
      return (version) => from(version) && !past(version);
  }
}
