/**
 * A tree of values in the bytes that `Marshal` of Go's `gopkg.in/yaml.v3` 3.0.1 gives: by it KubeSphere writes what it has merged. Compared
 * with that library on generated texts; for what might be written otherwise, there is no text.
 */
import { EVENT_ID, SCALAR_STYLE, parseEvents, type Event } from "js-yaml";
import { line, readsAsString, scalar } from "./yaml";

/** @returns undefined for a tree with a number or a key that may be written in another way */
export function goTree(values: Readonly<Record<string, unknown>>): string | undefined {
  try {
    return Object.keys(values).length === 0 ? "{}\n" : map(values, 0).join("");
  } catch (error) {
    if (error instanceof Unsure) return undefined;
    throw error;
  }
}

class Unsure extends Error {}

/** Entries, of which the first one stands where the caller is. @param column of their keys */
const map = (values: object, column: number): string[] =>
  Object.entries(values)
    .sort(([a], [b]) => keyOrder(a, b))
    .map(([key, value], index) => (index === 0 ? "" : " ".repeat(column)) + keyText(key) + valueText(value, column));

function keyText(key: string): string {
  // The library orders and writes others by further rules.
  if (!/^[\w./-]{1,100}$/.test(key)) throw new Unsure();
  return `${scalar(key, 0)}:`;
}

/** The indentation is rounded to fours within a map, and skips the dash within a list. */
const deeper = (column: number) => 4 * Math.floor((column + 4) / 4);

function valueText(value: unknown, column: number): string {
  const within = deeper(column);
  const pad = " ".repeat(within);
  if (Array.isArray(value) && value.length > 0)
    return `\n${items(value, within)
      .map((item) => pad + item)
      .join("")}`;
  if (isFilledMap(value)) return `\n${pad}${map(value, within).join("")}`;
  return line(` ${leaf(value, within)}`);
}

const items = (list: readonly unknown[], column: number): string[] =>
  list.map((value) => {
    if (Array.isArray(value) && value.length > 0)
      return items(value, column + 2)
        .map((item, index) => `${index === 0 ? "- " : " ".repeat(column + 2)}${item}`)
        .join("");
    if (isFilledMap(value)) return `- ${map(value, column + 2).join("")}`;
    return line(`- ${leaf(value, column + 2)}`);
  });

const isFilledMap = (value: unknown): value is object => typeof value === "object" && value !== null && Object.keys(value).length > 0;

function leaf(value: unknown, indent: number): string {
  if (typeof value === "string") return scalar(value, indent);
  if (typeof value === "boolean") return String(value);
  if (value === null) return "null";
  if (typeof value === "object") return Array.isArray(value) ? "[]" : "{}";
  const text = String(value);
  if (typeof value === "number" && isPlainNumber(text)) return text;
  throw new Unsure();
}

const isPlainNumber = (text: string) => /^(?:0|-?[1-9]\d{0,14})$|^-?(?:0|[1-9]\d{0,4})\.(?!000)\d{0,8}[1-9]$/.test(text);

/** Letters in their order, behind other characters; runs of digits by their number. */
function keyOrder(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  if (at === a.length || at === b.length) return a.length - b.length;
  const [left = "", right = ""] = [a[at], b[at]];
  const [isLeft, isRight] = [left, right].map((it) => /[A-Za-z]/.test(it));
  if (isLeft && isRight) return left < right ? -1 : 1;
  if (isLeft || isRight) {
    const isBehindDigit = at > 0 && /\d/.test(a[at - 1] ?? "");
    return isLeft === isBehindDigit ? -1 : 1;
  }
  const digits = (text: string) => /^\d*/.exec(text.slice(at))?.[0] ?? "";
  const [leftDigits, rightDigits] = [digits(a), digits(b)];
  // Zeros that begin a number count for nothing; those within it do.
  const isWithin = (left === "0" || right === "0") && /[1-9]\d*$/.test(a.slice(0, at));
  const number = (text: string) => BigInt(`${isWithin ? "1" : "0"}${text}`);
  if (leftDigits.length > 15 || rightDigits.length > 15) throw new Unsure();
  const [leftNumber, rightNumber] = [number(leftDigits), number(rightDigits)];
  if (leftNumber !== rightNumber) return leftNumber < rightNumber ? -1 : 1;
  if (leftDigits.length !== rightDigits.length) return leftDigits.length - rightDigits.length;
  return left < right ? -1 : 1;
}

/**
 * Whether yaml.v3 reads a text as {@link import("./goYaml").readYaml} does: each of its values is of the same kind to all versions of YAML.
 * Such as `yes` and `2026-01-01` are not.
 */
export function readsAlike(text: string): boolean {
  let events: Event[];
  try {
    events = parseEvents(text, {});
  } catch {
    return false;
  }
  if (events.filter(({ type }) => type === EVENT_ID.DOCUMENT).length > 1) return false;
  /** Of the collections that are open: for a map, whether a key comes next. */
  const open: (boolean | undefined)[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    if (event.type === EVENT_ID.ALIAS) return false;
    if (event.type === EVENT_ID.DOCUMENT) {
      if (event.directives.length > 0) return false;
      open.push(undefined);
      continue;
    }
    if (event.anchorStart >= 0 || event.tagStart >= 0) return false;
    const isKey = open.at(-1) === true;
    if (open.at(-1) !== undefined) open[open.length - 1] = !isKey;
    if (event.type === EVENT_ID.SCALAR) {
      if (event.style === SCALAR_STYLE.PLAIN && !isAlike(text.slice(event.valueStart, event.valueEnd), isKey)) return false;
    } else if (isKey) return false;
    else open.push(event.type === EVENT_ID.MAPPING ? true : undefined);
  }
  return true;
}

const isAlike = (plain: string, isKey: boolean): boolean =>
  (!isKey && (/^(?:|~|null|true|false)$/.test(plain) || isPlainNumber(plain))) ||
  (readsAsString(plain) && !plain.includes("\n") && plain !== "<<" && plain !== "=");
