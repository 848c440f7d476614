/** `.helmignore`: which files of a chart's folder stay out of the chart, by Helm's rules. */
import { ConfigurationError } from "../errors";
import { parseGlob } from "./glob";

interface Rule {
  readonly negated: boolean;
  readonly directoriesOnly: boolean;
  readonly matches: (path: string) => boolean;
}

/** Whether a file or folder is ignored; `path` is relative to the chart's root, "/" separated. */
export type IsIgnored = (path: string, isDirectory: boolean) => boolean;

/** Helm adds this one to every chart: hidden files are no templates. */
const BUILT_IN = "templates/.?*";

/**
 * A pattern costs at most its length times the path's length, in comparisons. Forty lines and ten thousand paths need some 10^9;
 * without this limit, a chart could block the program for hours.
 */
const MAX_WORK = 2e10;

/**
 * @param text content of the `.helmignore`
 * @param file its path, for errors
 * @throws ConfigurationError for a pattern that Helm refuses, too.
 */
export function parseHelmIgnore(text: string, file: string): IsIgnored {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line) => line.replace(/^\p{White_Space}+|(?<!\p{White_Space})\p{White_Space}+$/gu, ""));
  const rules = [...lines.filter((line) => line !== "" && !line.startsWith("#")), BUILT_IN].map((line) => parseRule(line, file));
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  let work = 0;
  return (path, isDirectory) => {
    work += path.length * length;
    if (work > MAX_WORK) throw tooMuchWork(file, length);
    for (const { negated, directoriesOnly, matches } of rules) {
      // Helm's negation ignores everything that does NOT match; unlike git's, it does not cancel an earlier rule.
      if (negated && ((directoriesOnly && !isDirectory) || !matches(path))) return true;
      if (!negated && (isDirectory || !directoriesOnly) && matches(path)) return true;
    }
    return false;
  };
}

const tooMuchWork = (file: string, length: number) =>
  new ConfigurationError({
    path: file,
    given: `patterns of ${length} characters for this many files`,
    allowed: "what can be compared in a minute",
    mend: "Name folders and patterns instead of files.",
  });

function parseRule(line: string, file: string): Rule {
  if (line.includes("**")) {
    throw new ConfigurationError({
      path: file,
      given: line,
      allowed: "patterns without **, as in Helm",
      mend: "write one pattern for each folder level.",
    });
  }
  const negated = line.startsWith("!");
  const directoriesOnly = line.endsWith("/");
  const pattern = line.slice(negated ? 1 : 0, directoriesOnly ? -1 : undefined);
  const rooted = pattern.startsWith("/");
  const matches = parseGlobOf(rooted ? pattern.slice(1) : pattern, line, file);
  // A pattern without a slash means the name at any depth.
  const wholePath = rooted || pattern.includes("/");
  return { negated, directoriesOnly, matches: (path) => matches(wholePath ? path : path.slice(path.lastIndexOf("/") + 1)) };
}

function parseGlobOf(pattern: string, line: string, file: string): (text: string) => boolean {
  try {
    return parseGlob(pattern);
  } catch {
    const allowed = "*, ?, [a-z], [^a-z] and \\ before a character";
    throw new ConfigurationError({ path: file, given: line, allowed, mend: "close the [, complete the range or drop the last \\" });
  }
}
