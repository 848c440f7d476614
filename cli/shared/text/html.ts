/** HTML that is safe by its making: whatever is put in is escaped, unless it is HTML of this module's own. */

export class Html {
  constructor(readonly text: string) {}
}

type Content = string | number | Html | undefined | readonly Content[];

/** A template of HTML, by a name under which no formatter adds white space to it. Attribute values stand in double quotes; undefined is nothing, and a list is all its parts. */
export const markup = (parts: TemplateStringsArray, ...contents: readonly Content[]): Html =>
  new Html(parts.map((part, index) => `${part}${index < contents.length ? textOf(contents[index]) : ""}`).join(""));

function textOf(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Html) return content.text;
  return typeof content === "object" ? content.map(textOf).join("") : escape(`${content}`);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
