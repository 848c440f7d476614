/**
 * YAML as Helm, Kubernetes and charts read and write it: by the rules of Go's sigs.k8s.io/yaml (go-yaml v2), which are YAML 1.1's with
 * exceptions of their own. Every value is one of JSON's. The recorded vectors in test/vectors/go-yaml.json hold it to the real thing.
 */
import { CHOMPING_MODE, EVENT_ID, SCALAR_STYLE, YAMLException, constructFromEvents, type Event } from "js-yaml";
import { AliasCount } from "./yamlAliases";
import { Effort, MAX_DEPTH, parseAsGo } from "./yamlIndentation";
import { goSchema, settled } from "./yamlSchema";

export interface YamlDocument {
  readonly value: unknown;
  /** The line at which it begins, counted from 1. */
  readonly line: number;
}

/** A key that occurs twice in a map: Go uses the last one without a warning. */
export interface DoubleKey {
  readonly key: string;
  /** Of the later one, counted from 1. */
  readonly line: number;
}

export class YamlError extends Error {
  constructor(
    /** Without the place. */
    readonly reason: string,
    /** Counted from 1. */
    readonly line: number,
  ) {
    super(`line ${line}: ${reason}`);
    this.name = "YamlError";
  }
}

/** Of all documents but empty ones. @throws {@link YamlError} */
export const readYaml = (text: string): unknown[] => readDocuments(text).map(({ value }) => value);

/** All documents but empty ones. @throws {@link YamlError} */
export const readDocuments = (text: string): YamlDocument[] => documentsOf(parsed(text), text.length);

/** For warnings; in the order of the text, at most {@link MOST_DOUBLE_KEYS}. @throws {@link YamlError} */
export const doubleKeys = (text: string): DoubleKey[] => doublesIn(parsed(text));

/** {@link readDocuments} and {@link doubleKeys} of a text that is parsed once. @throws {@link YamlError} */
export function readWithDoubles(text: string): { documents: YamlDocument[]; doubles: DoubleKey[] } {
  const chunks = parsed(text);
  return { documents: documentsOf(chunks, text.length), doubles: doublesIn(chunks) };
}

/** @param length of the whole text */
function documentsOf(chunks: readonly Parsed[], length: number): YamlDocument[] {
  const schema = goSchema();
  const aliases = new AliasCount(length, MAX_DEPTH);
  return chunks.flatMap(({ source, events, line }) =>
    located(line, () =>
      constructFromEvents(events, { source, schema, json: true, maxTotalMergeKeys: -1 }).flatMap((value) => {
        const mistake = aliases.mistakeOf(value);
        if (mistake !== undefined) throw new YamlError(mistake, 1);
        return value === null || value === undefined ? [] : [{ value: settled(value), line }];
      }),
    ),
  );
}

function doublesIn(chunks: readonly Parsed[]): DoubleKey[] {
  const found: DoubleKey[] = [];
  for (const { source, events, line } of chunks) {
    const passed = { doubles: 0 };
    // Only an exception says where it is; each pass goes one double further.
    for (; found.length < MOST_DOUBLE_KEYS; passed.doubles++) {
      const double = firstDouble(source, events, passed.doubles);
      if (double === undefined) break;
      found.push({ ...double, line: double.line + line - 1 });
    }
  }
  return found;
}

const MOST_DOUBLE_KEYS = 20;

function firstDouble(source: string, events: Event[], passed: number): DoubleKey | undefined {
  const keys: string[] = [];
  try {
    constructFromEvents(events, {
      source,
      schema: goSchema((key) => {
        keys.push(key);
        return keys.length > passed;
      }),
      maxTotalMergeKeys: -1,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason !== "duplicated mapping key") throw error;
    return { key: keys.at(-1) ?? "", line: (error.mark?.line ?? 0) + 1 };
  }
}

interface Parsed {
  readonly source: string;
  readonly events: Event[];
  readonly line: number;
}

/** Documents apart, so that what has to be read again is short. */
function parsed(text: string): Parsed[] {
  const effort = new Effort(text.length);
  return chunks(text.replace(/^\uFEFF/, "")).map(({ source, line }) =>
    located(line, () => {
      const { source: deep, events } = parseAsGo(source, effort);
      return { source: deep, events: unended(deep, events), line };
    }),
  );
}

/** A line of three hyphens ends whatever document is open, even within a text. */
function chunks(text: string): { readonly source: string; readonly line: number }[] {
  const found: { source: string; line: number }[] = [];
  let line = 1;
  for (const source of text.split(/^(?=---(?:[ \t\r\n]|$))/m)) {
    // Directives and comments alone are no document.
    if (!/^(?:[ \t]*(?:#.*)?(?:\r?\n|$)|%.*(?:\r?\n|$)|---[ \t]*(?:#.*)?(?:\r?\n|$))*$/.test(source)) found.push({ source, line });
    line += source.split("\n").length - 1;
  }
  return found;
}

/** Go gives no line end to a block of text that has none where the file ends. */
function unended(text: string, events: Event[]): Event[] {
  if (text.endsWith("\n")) return events;
  const last = events.findLast((event) => event.type === EVENT_ID.SCALAR);
  const isBlock = last && (last.style === SCALAR_STYLE.LITERAL_BLOCK || last.style === SCALAR_STYLE.FOLDED_BLOCK);
  if (isBlock && last.valueEnd >= text.length) last.chomping = CHOMPING_MODE.STRIP;
  return events;
}

function located<T>(line: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof YAMLException) throw new YamlError(error.reason, (error.mark?.line ?? 0) + line);
    if (error instanceof YamlError) throw new YamlError(error.reason, error.line + line - 1);
    if (error instanceof RangeError) throw new YamlError("nested too deeply", line);
    throw error;
  }
}
