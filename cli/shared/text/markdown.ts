/** Untrusted text in Markdown for GitHub: it is shown literally, and starts no markup, link, mention, column or line. */
import { oneLine, printable } from "./terminal";

const entity = (character: string) => `&#${character.charCodeAt(0)};`;

/** GitHub looks for mentions in the rendered text, in which entities are characters again: only an inserted character prevents them. */
const APART = "&#8203;";

/** For a line, a heading or a table's cell. */
export const escaped = (text: string): string =>
  oneLine(text)
    .replace(/[&<>|\\`*_[\]#@~$]/g, (character) => `${entity(character)}${"#@".includes(character) ? APART : ""}`)
    // GitHub's autolinks.
    .replaceAll("://", ":&#47;&#47;")
    .replace(/\b(www)\./gi, "$1&#46;")
    .replace(/\b(GH)-(?=\d)/gi, `$1-${APART}`)
    // These would begin a list, an underline of a heading or an indented block.
    .replace(/^\s*([-+=:]|\d(?=\d*[.)]))?/, (_, first: string | undefined) => (first === undefined ? "" : entity(first)));

/** The same as code. It uses HTML, since no backtick can end it and no pipe can split a table's cell. */
export const code = (text: string): string => `<code>${escaped(text)}</code>`;

/** Literal lines, in a fence longer than any in them. @param language for syntax colours */
export function fenced(text: string, language = ""): string {
  const lines = printable(text).replaceAll("\r", "");
  const longest = Math.max(2, ...[...lines.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** @param rows the cells, in Markdown already: {@link escaped}, {@link code} */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
