/**
 * Rewrites YAML that Go accepts and js-yaml does not, so that both accept it. In Go, a text in quotes, or a list or map in brackets, may go on
 * at the indentation of its own key; js-yaml requires more. White space at the beginning of such a line has no meaning, so more of it is
 * inserted. And for Go `\'` in double quotes is an apostrophe (go.yaml.in/yaml v2.4, scannerc.go).
 */
import { SCALAR_STYLE, YAMLException, parseEvents, EVENT_ID, type Event } from "js-yaml";

export interface ParsedText {
  /** What the events' offsets are in: as many lines as the text, some of them deeper. */
  readonly source: string;
  readonly events: Event[];
}

/** Deeper than any CRD, and no deeper than the stack allows. */
export const MAX_DEPTH = 500;

/** How much may be read again before a text is given up: each line in brackets costs a reading of its document. */
export class Effort {
  private left: number;

  /** @param length of the text, in characters */
  constructor(length: number) {
    this.left = 16_000_000 + 16 * length;
  }

  /** @returns whether there is that much left */
  spend(characters: number): boolean {
    this.left -= characters;
    return this.left >= 0;
  }
}

/** @throws YAMLException */
export function parseAsGo(source: string, effort: Effort): ParsedText {
  const { text, events, error: first } = readable(source, effort);
  if (events !== undefined) return { source: text, events };
  if (!isShallow(first)) throw first;
  const found = attempt(text, linesInQuotes(text), effort) ?? attempt(text, [], effort);
  if (found instanceof YAMLException) throw found;
  // Most often a quote that nothing closes.
  return found ?? fail("this stands no deeper than its key: is every quote and bracket before it closed?", first);
}

interface Read {
  /** The text, with apostrophes for Go's escape as far as it was read. */
  readonly text: string;
  /** Undefined if there is an error. */
  readonly events?: Event[];
  readonly error?: unknown;
}

function readable(source: string, effort: Effort): Read {
  let text = source;
  for (;;) {
    try {
      return { text, events: parse(text) };
    } catch (error) {
      const next = withApostrophes(text, error);
      if (next === undefined || !effort.spend(next.length)) return { text, error };
      text = next;
    }
  }
}

/** @returns the text without the escapes of the quoted text that the parser stopped in; undefined where it stopped for another reason */
function withApostrophes(text: string, error: unknown): string | undefined {
  const at = error instanceof YAMLException && error.reason === "unknown escape sequence" ? error.mark?.position : undefined;
  if (at === undefined || text[at] !== "'") return undefined;
  const rest = /[^"\\]*(?:\\[^][^"\\]*)*/y;
  rest.lastIndex = at - 1;
  const quoted = rest.exec(text)?.[0] ?? "";
  const plain = quoted.replaceAll(/\\([^])/g, (pair, escaped: string) => (escaped === "'" ? escaped : pair));
  return text.slice(0, at - 1) + plain + text.slice(at - 1 + quoted.length);
}

function fail(reason: string, { mark }: YAMLException): never {
  throw new YAMLException(reason, mark);
}

const parse = (text: string): Event[] => parseEvents(text, { maxDepth: MAX_DEPTH });

const isShallow = (error: unknown): error is YAMLException => error instanceof YAMLException && error.reason === "deficient indentation";

/**
 * @param guesses lines, counted from 0, that seem to be in quotes
 * @returns the mistake where no line's depth is one; undefined where a guess was wrong or it takes too long
 */
function attempt(source: string, guesses: readonly number[], effort: Effort): ParsedText | YAMLException | undefined {
  let lines = source.split("\n");
  const depth = " ".repeat(Math.min(lines.reduce((most, line) => Math.max(most, indentation(line)), 0) + 1, 2 * MAX_DEPTH));
  if (!effort.spend(guesses.length * depth.length)) return undefined;
  const deep = new Set<number>();
  const deepen = (at: number) => {
    // Nothing but the end of a document looks like this, and Go ends it there.
    if (!/^\.\.\.(?:\s|$)/.test(lines[at] ?? "")) lines[at] = depth + (lines[at] ?? "");
    deep.add(at);
  };
  guesses.forEach(deepen);
  for (;;) {
    const text = lines.join("\n");
    if (!effort.spend(text.length)) return undefined;
    try {
      const events = parse(text);
      return areInQuotes(lines, guesses, events) ? { source: text, events } : undefined;
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const plain = withApostrophes(text, error);
      if (plain !== undefined) {
        lines = plain.split("\n");
        continue;
      }
      const at = isShallow(error) ? error.mark?.line : undefined;
      // A guess may have made the mistake.
      if (at === undefined || deep.has(at) || at >= lines.length) return guesses.length === 0 ? error : undefined;
      deepen(at);
    }
  }
}

/** Up to a line's first key, as lists and maps can begin in one line. */
const indentation = (line: string): number => /^(?: |[-?:] )*/.exec(line)?.[0].length ?? 0;

const QUOTED = /(?<=(?:^|[:?-][ \t]|[[{,])[ \t]*)(?:'[^']*(?:''[^']*)*'|"[^"\\]*(?:\\[^][^"\\]*)*")/gm;

/** Of texts in quotes all lines but the first, as far as that can be told without reading the rest. */
function linesInQuotes(source: string): number[] {
  const found: number[] = [];
  let line = 0;
  let from = 0;
  for (const { 0: text, index } of source.matchAll(QUOTED)) {
    line += lineEnds(source.slice(from, index));
    const last = line + lineEnds(text);
    while (line < last) found.push(++line);
    from = index + text.length;
  }
  return found;
}

const lineEnds = (text: string): number => text.split("\n").length - 1;

/** The proof of a guess: up to a text's first quote nothing was changed. */
function areInQuotes(lines: readonly string[], guesses: readonly number[], events: readonly Event[]): boolean {
  const quoted = events.filter((event) => event.type === EVENT_ID.SCALAR && isQuoted(event.style));
  let [line, offset, at] = [0, 0, 0];
  return guesses.every((guess) => {
    for (; line < guess; line++) offset += (lines[line] ?? "").length + 1;
    const ends = (event: Event | undefined) => event?.type === EVENT_ID.SCALAR && event.valueEnd < offset;
    while (ends(quoted[at])) at++;
    const event = quoted[at];
    return event?.type === EVENT_ID.SCALAR && event.valueStart < offset;
  });
}

const isQuoted = (style: number) => style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
