/** Untrusted text for a terminal: characters that move the cursor, colour, reorder or hide text are shown by their numbers. */

/** C0 except tab and newline, DEL, C1; characters that reorder text or are invisible (Unicode's Bidi_Control, line separators, zero widths, BOM, tags). */
const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Select Graphic Rendition: colours. */
const COLOUR = /(\x1b\[[0-9;]*m)/;

/** `\x1b`, `\u202e`, `\u{e0041}` */
function numbered(character: string): string {
  const hex = (character.codePointAt(0) as number).toString(16);
  return hex.length <= 2 ? `\\x${hex.padStart(2, "0")}` : hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

/** For several lines. A carriage return at the end of a line is dropped. */
export const printable = (text: string): string => text.replace(/\r(?=\n|$)/g, "").replace(UNSEEN, numbered);

/** The same for text that our own program has coloured. */
export const printableColoured = (text: string): string =>
  text
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join("");

/** A name or a message within one line: it cannot begin a new line, which could look like one of ours. */
export const oneLine = (text: string): string => printable(text).replace(/\s*\n\s*/g, "⏎");

/** Every string in a value as {@link oneLine}. @returns a copy */
export function oneLiners<T>(value: T): T {
  if (typeof value === "string") return oneLine(value) as T;
  if (Array.isArray(value)) return value.map(oneLiners) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [oneLine(key), oneLiners(field as unknown)])) as T;
}

/** Escapes such characters in JSON, which does not change its meaning: JSON.stringify escapes only those below a space. */
export const printableJson = (json: string): string =>
  json.replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`).join(""),
  );
