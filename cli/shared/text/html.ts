/** Safe HTML: every inserted value is escaped, unless this module made it. */

export class Html {
  constructor(readonly text: string) {}
}

type Content = string | number | Html | undefined | readonly Content[];

/** A tagged template for HTML; with this name, no formatter adds white space. Write attribute values in double quotes. undefined inserts nothing, and a list inserts all of its elements. */
export const markup = (parts: TemplateStringsArray, ...contents: readonly Content[]): Html =>
  new Html(parts.map((part, index) => `${part}${index < contents.length ? textOf(contents[index]) : ""}`).join(""));

function textOf(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Html) return content.text;
  return typeof content === "object" ? content.map(textOf).join("") : escape(`${content}`);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
