/**
 * Refuses a chart's `values.schema.json` that would make Helm read other documents. Helm's validator follows references before anything is
 * rendered: `{"$ref": "file:///home/me/.kube/config"}` reads a file of this machine, which the error then quotes, and an `http://` reference
 * sends a request to an address that perhaps only this machine can reach (pkg/chartutil/jsonschema.go of Helm 3.22; those before it do so, too).
 */
import { contentOf, isPackedChart, MAX_CHART_SIZE, sizeOf, tooLarge, type AnyFile } from "./chartFiles";
import { ConfigurationError } from "../errors";
import { allFiles } from "./fileTree";
import { packedTree } from "./packedTree";

const SCHEMA = /(?:^|\/)values\.schema\.json$/;

/** The limit for charts packed in charts packed in charts …; no real chart needs as many. */
const MAX_DEPTH = 8;

const vocabularies = (draft: string, names: readonly string[]) => [`${draft}/schema`, ...names.map((name) => `${draft}/meta/${name}`)];
const DRAFTS = [
  ...["schema", "draft-04/schema", "draft-06/schema", "draft-07/schema"],
  ...vocabularies("draft/2019-09", ["core", "applicator", "validation", "meta-data", "format", "content"]),
  ...vocabularies("draft/2020-12", [
    ...["core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "format-assertion", "content"],
  ]),
];
/** The drafts' own documents, which Helm contains; `schema` without a draft is the latest. */
const BUILT_IN = new Set(DRAFTS.flatMap((name) => [`http://json-schema.org/${name}`, `https://json-schema.org/${name}`]));

const isLookedAt = (path: string): boolean => SCHEMA.test(path) || isPackedChart(path);

/**
 * @param files of a chart
 * @param shown the chart's name in errors
 * @throws ConfigurationError for a schema, of the chart itself or of one within, that refers to another document
 */
export async function refuseOutsideSchemas(files: readonly AnyFile[], shown: string): Promise<void> {
  let size = 0;
  const look = async (chart: readonly AnyFile[], where: string, depth: number): Promise<void> => {
    for (const file of chart) {
      const { path } = file;
      if (SCHEMA.test(path)) refuseOutsideReferences(await contentOf(file), `${where}/${path}`);
      if (!isPackedChart(path)) continue;
      const within = allFiles(await packedTree(`${where}/${path}`, file, isLookedAt));
      size += within.reduce((sum, it) => sum + sizeOf(it), 0);
      if (size > MAX_CHART_SIZE) throw tooLarge(where, `more than ${MAX_CHART_SIZE} bytes in the charts within`);
      if (depth === MAX_DEPTH) throw tooLarge(`${where}/${path}`, `charts within each other, more than ${MAX_DEPTH} deep`);
      await look(within, `${where}/${path}`, depth + 1);
    }
  };
  await look(files, shown, 1);
}

function refuseOutsideReferences(data: Uint8Array, path: string): void {
  const schema = parsed(data, path);
  // A work list instead of recursion: a schema may be nested deeper than the stack allows.
  const left: unknown[] = [schema];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== "object" || value === null) continue;
    for (const [key, within] of Object.entries(value)) {
      if (typeof within !== "string") left.push(within);
      else if (leadsOut(key, within)) throw outside(`${path}: ${key}`, within);
    }
  }
}

/** By the key only, at any place: it depends on the draft which places are schemas for a validator. */
function leadsOut(key: string, value: string): boolean {
  if (key === "$schema") return !BUILT_IN.has(value.replace(/#$/, ""));
  const isReference = /^\$(?:dynamic|recursive)?ref$/i.test(key);
  // An empty one is the schema itself.
  return isReference && !/^(?:#|$)/.test(value) && !BUILT_IN.has(value.replace(/#.*$/s, ""));
}

function parsed(data: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString());
  } catch (error) {
    throw new ConfigurationError({
      path,
      given: (error as Error).message,
      allowed: "JSON",
      mend: "Helm refuses the chart for it as well.",
    });
  }
}

const outside = (path: string, given: string) =>
  new ConfigurationError({
    path,
    given,
    allowed: 'references within the schema ("#/$defs/…"), and json-schema.org\'s own drafts',
    mend: "Helm would read that file or call that address. Put the definitions into the schema itself, under $defs.",
  });
