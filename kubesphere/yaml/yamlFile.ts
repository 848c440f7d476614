/** YAML files of charts and extensions, read as Helm reads them, and checked. */
import type * as z from "zod";
import { ConfigurationError } from "../errors";
import { readYaml, YamlError } from "./goYaml";

/** As UTF-8, without a byte order mark. `path` is the file's, for errors. */
export function decodeText(path: string, data: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    throw new ConfigurationError({ path, given: "bytes that are not UTF-8", allowed: "text in UTF-8", mend: "Save the file as UTF-8" });
  }
}

/** The one document of a file. Empty is {}, and a key without a value is as good as none. */
export const parseYaml = <T>(path: string, data: Uint8Array, schema: z.ZodType<T>): T =>
  check(path, documentsIn(path, data)[0] ?? {}, schema);

/** All documents of a file but empty ones. */
export const parseYamlDocuments = <T>(path: string, data: Uint8Array, schema: z.ZodType<T>): T[] =>
  documentsIn(path, data).map((document) => check(path, document, schema));

function documentsIn(path: string, data: Uint8Array): unknown[] {
  const text = decodeText(path, data);
  try {
    return readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new ConfigurationError({ path, given: error.message, allowed: "YAML, as Helm reads it", mend: "Correct that line" });
  }
}

function check<T>(path: string, data: unknown, schema: z.ZodType<T>): T {
  const isMap = typeof data === "object" && data !== null && !Array.isArray(data);
  const result = schema.safeParse(isMap ? Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)) : data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw result.error;
  const at = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null)?.[key], data);
  throw new ConfigurationError({
    path: [path, issue.path.join(".")].filter((part) => part !== "").join(": "),
    mend: "Correct it in that file",
    ...describe(issue, at),
  });
}

/** What the schema found, in the words of people who write YAML. */
function describe(issue: z.core.$ZodIssue, at: unknown): { given: unknown; allowed: string; mend?: string } {
  if (issue.code === "unrecognized_keys") return { given: issue.keys.join(", "), allowed: issue.message };
  if (issue.code === "invalid_key") return { given: issue.path.at(-1), allowed: issue.issues[0]?.message ?? issue.message };
  if (issue.code !== "invalid_type") return { given: at, allowed: issue.message };
  const quotes = issue.expected === "string" && typeof at === "number" && { mend: "Write it in quotes" };
  return { given: at, allowed: NOUNS[issue.expected] ?? issue.message, ...quotes };
}

const NOUNS: Partial<Record<string, string>> = { array: "a list", object: "a map", record: "a map", string: "text" };
