/** `.helmignore`: which files of a chart's folder stay out of the chart, by Helm's rules. */
import { ConfigurationError } from "./errors";

interface Rule {
  readonly negated: boolean;
  readonly directoriesOnly: boolean;
  readonly matches: (path: string) => boolean;
}

/** Whether a file or folder stays out; `path` is relative to the chart's root, "/" separated. */
export type IsIgnored = (path: string, isDirectory: boolean) => boolean;

/** Helm adds this one to every chart: hidden files are no templates. */
const BUILT_IN = "templates/.?*";

/**
 * @param text content of the `.helmignore`
 * @param file its path, for errors
 * @throws ConfigurationError for a pattern that Helm refuses too.
 */
export function parseHelmIgnore(text: string, file: string): IsIgnored {
  const lines = text.split("\n").map((line) => line.trim());
  const rules = [...lines.filter((line) => line !== "" && !line.startsWith("#")), BUILT_IN].map((line) => parseRule(line, file));
  return (path, isDirectory) => {
    for (const { negated, directoriesOnly, matches } of rules) {
      // Helm's negation ignores everything that does NOT match; it does not take an earlier rule back, as git's does.
      if (negated && ((directoriesOnly && !isDirectory) || !matches(path))) return true;
      if (!negated && (isDirectory || !directoriesOnly) && matches(path)) return true;
    }
    return false;
  };
}

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
  const glob = globToRegExp(rooted ? pattern.slice(1) : pattern, line, file);
  // A pattern without a slash means the name at any depth.
  const wholePath = rooted || pattern.includes("/");
  return { negated, directoriesOnly, matches: (path) => glob.test(wholePath ? path : path.slice(path.lastIndexOf("/") + 1)) };
}

/** The glob of Go's `filepath.Match`: `*` and `?` stop at "/", `[a-z]`, `[^a-z]`, `\` escapes. */
function globToRegExp(glob: string, line: string, file: string): RegExp {
  const tokens = /\*|\?|\[(\^?)((?:\\.|[^\]\\])+)\]|\\(.)|([^[\\])/gsuy;
  let source = "";
  try {
    while (tokens.lastIndex < glob.length) {
      const [text, not = "", range, escaped, plain] = tokens.exec(glob) ?? [];
      if (text === undefined) throw new SyntaxError("an open [ or a last \\");
      if (text === "*") source += "[^/]*";
      else if (text === "?") source += "[^/]";
      else if (range !== undefined) source += `[${not}${range.replace(/\\(.)|[[^]/gsu, (all, one = all) => literal(one as string))}]`;
      else source += literal(escaped ?? plain ?? "");
    }
    return new RegExp(`^${source}$`, "su");
  } catch {
    const allowed = "*, ?, [a-z], [^a-z] and \\ before a character";
    throw new ConfigurationError({ path: file, given: line, allowed, mend: "close the [, order the range or drop the last \\" });
  }
}

/** As code point: no character has a meaning of its own then, within [] or without. */
const literal = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
