/**
 * YAML in the bytes that Go's `gopkg.in/yaml.v3` 3.0.1 `Marshal` gives. KubeSphere's admission webhooks marshal again what they
 * are sent, so only text in this very form is stored as it was declared and shows no drift on a refresh.
 *
 * Held to recorded output, and compared with that library itself on 800 000 generated strings. Kept with the rest: a text of
 * several lines that begins with a line break or a tab (in a list, with a space too) is written so that the library reads another.
 */

/** Numbers are integers. An empty list becomes `[]`; to leave it out, as Go's `omitempty` does, is for the caller. */
export type YamlValue = string | boolean | number | readonly string[];

/** One mapping, in the order of its entries. Keys are plain words, written as they are. */
export function toGoYaml(entries: readonly (readonly [key: string, value: YamlValue])[]): string {
  return entries.map(([key, value]) => entry(key, value)).join("");
}

function entry(key: string, value: YamlValue): string {
  if (typeof value === "string") return line(`${key}: ${scalar(value, 4)}`);
  if (typeof value !== "object") return `${key}: ${String(value)}\n`;
  if (value.length === 0) return `${key}: []\n`;
  // The text of a list item stands two columns behind its dash.
  return `${key}:\n${value.map((item) => line(`    - ${scalar(item, 6)}`)).join("")}`;
}

/** A block that ends with a line break of its own gets no other. */
export const line = (text: string) => (/[\n\u2028\u2029]$/.test(text) ? text : `${text}\n`);

/** yaml.v3 breaks lines at U+2028 and U+2029 too; other line breaks of YAML 1.1 are escaped. */
const BREAK_BESIDE_SPACE = / [\n\u2028\u2029]|[\n\u2028\u2029] /;
/** yaml.v3 calls nothing beyond the basic plane printable. */
const UNPRINTABLE = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const NOT_PLAIN = /^[#,[\]{}&*!|>'"%@`]|^---|^\.\.\.|^[?:-](?: |$)|:(?: |$)| #|^ | $|[\u2028\u2029]/;

/** @param indent of the lines of a text that has several */
export function scalar(text: string, indent: number): string {
  const pad = " ".repeat(indent);
  if (text.includes("\n")) return UNPRINTABLE.test(text) || / (?:[\n\u2028\u2029]|$)/.test(text) ? doubleQuoted(text) : literal(text, pad);
  if (!readsAsString(text) || UNPRINTABLE.test(text) || text.includes("\t") || BREAK_BESIDE_SPACE.test(text)) return doubleQuoted(text);
  return NOT_PLAIN.test(text) ? singleQuoted(text, pad) : text;
}

function literal(text: string, pad: string): string {
  const beginning = /^[ \n\u2028\u2029]/.test(text) ? "4" : "";
  const ending = /^\n$|[\n\u2028\u2029]{2}$/.test(text) ? "+" : /[\n\u2028\u2029]$/.test(text) ? "" : "-";
  const body = text.replace(/[^\n\u2028\u2029]+/g, (words) => pad + words);
  return `|${beginning}${ending}${/^[\n\u2028\u2029]/.test(text) ? "" : "\n"}${body}`;
}

function singleQuoted(text: string, pad: string): string {
  const indented = text.replace(/[\u2028\u2029](?=[^\u2028\u2029])/g, (lineBreak) => lineBreak + pad);
  return `'${indented.replaceAll("'", "''")}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\x85": "\\N",
  "\xa0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function doubleQuoted(text: string): string {
  // yaml.v3 looks for a byte order mark at the start of the text instead of at the character, and so escapes all of it.
  const escapeAll = text.startsWith("\ufeff");
  const escaped = Array.from(text, (character) =>
    escapeAll || UNPRINTABLE.test(character) || /[\t\n"\\\u2028\u2029]/.test(character) ? escape(character) : character,
  );
  return `"${escaped.join("")}"`;
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = (digits: number) => code.toString(16).toUpperCase().padStart(digits, "0");
  return ESCAPES[character] ?? (code <= 0xff ? `\\x${hex(2)}` : code <= 0xffff ? `\\u${hex(4)}` : `\\U${hex(8)}`);
}

const WORDS =
  /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))?$/;
const SEXAGESIMAL = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const FRACTION = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const PREFIXED_INTEGER = /^([-+]?)(0(?:x[\da-f]+|b[01]+|o[0-7]+))$/i;
const DATE_AND_TIME = /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt]| +)(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(Z|[-+](\d\d):(\d\d))?)?$/;

/** Whether the bare text would be read as a string, by YAML 1.2 and, for booleans and base 60, by YAML 1.1. */
export function readsAsString(text: string): boolean {
  if (WORDS.test(text) || SEXAGESIMAL.test(text) || isTimestamp(text)) return false;
  const digits = text.replaceAll("_", "");
  if (text.startsWith(".")) return !(FRACTION.test(text) && Number.isFinite(Number(digits)));
  if (!/^[-+\d]/.test(text)) return true;
  return !(FLOAT.test(digits) && Number.isFinite(Number(digits))) && !isPrefixedInteger(digits);
}

/** Hexadecimal, binary and octal, as far as Go's int64 and uint64 reach; the sign may stand behind `0b` and `0o` too. */
function isPrefixedInteger(text: string): boolean {
  const [, sign, digits] = PREFIXED_INTEGER.exec(text.replace(/^(0[bo])([-+])/, "$2$1")) ?? [];
  if (digits === undefined) return false;
  return BigInt(digits) <= (sign === "-" ? 2n ** 63n : sign === "+" ? 2n ** 63n - 1n : 2n ** 64n - 1n);
}

function isTimestamp(text: string): boolean {
  const parts = DATE_AND_TIME.exec(text);
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = [1, 2, 3, 5, 6, 7, 9, 10].map(
    (group) => Number(parts[group] ?? 0),
  );
  const [separator, zone] = [parts[4], parts[8]];
  // `T` wants a zone, which may be as far off as 24:60; a space wants none.
  if (/[Tt]/.test(separator ?? "") !== (zone !== undefined)) return false;
  return isDate(year, month, day) && hour < 24 && minute < 60 && second < 60 && zoneHour <= 24 && zoneMinute <= 60;
}

function isDate(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (lengths[month - 1] ?? 0);
}
