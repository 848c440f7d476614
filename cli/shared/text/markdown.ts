/** Text from elsewhere in Markdown for GitHub: it is shown as it is, and starts no markup, link, mention, column or line of its own. */
import { oneLine, printable } from "./terminal";

const entity = (character: string) => `&#${character.charCodeAt(0)};`;

/** Looked for by GitHub in what is rendered, where an entity is the character again: only what stands between holds it off. */
const APART = "&#8203;";

/** In a line, a heading or a table's cell. */
export const escaped = (text: string): string =>
  oneLine(text)
    .replace(/[&<>|\\`*_[\]#@~$]/g, (character) => `${entity(character)}${"#@".includes(character) ? APART : ""}`)
    // GitHub's autolinks.
    .replaceAll("://", ":&#47;&#47;")
    .replace(/\b(www)\./gi, "$1&#46;")
    .replace(/\b(GH)-(?=\d)/gi, `$1-${APART}`)
    // A list, an underline of a heading, an indented block.
    .replace(/^\s*([-+=:]|\d(?=\d*[.)]))?/, (_, first: string | undefined) => (first === undefined ? "" : entity(first)));

/** The same as code; HTML, since no backtick can end it, and a table knows no pipe in it. */
export const code = (text: string): string => `<code>${escaped(text)}</code>`;

/** Lines as they are, in a fence longer than any in them. @param language for colours */
export function fenced(text: string, language = ""): string {
  const lines = printable(text).replaceAll("\r", "");
  const longest = Math.max(2, ...[...lines.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** @param rows of cells that are Markdown already: {@link escaped}, {@link code} */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
