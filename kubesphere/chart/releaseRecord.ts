/**
 * Helm keeps each revision of a release in one Secret, of which the API server accepts at most 1 MiB: as JSON, compressed, in base64
 * (Helm 3.22, pkg/storage/driver/util.go). In it are the manifest, the hooks, the values, and the outermost chart's own files with its
 * values, into which Helm has merged those of the charts within (pkg/chartutil/dependencies.go); their files are not.
 */
import { gzipSync } from "zlib";
import { SECRET_LIMIT } from "../api";
import { contentOf, type AnyFile } from "./chartFiles";
import { allFiles } from "./fileTree";
import { mergeValues, type Values } from "./helmValues";
import { hooksOf, isFields, isOfCrdsFolder, nameOf, type RenderedObject } from "./renderedObject";
import { packedTree } from "./packedTree";
import { readYaml } from "../yaml/goYaml";

export interface RecordPart {
  /** `ConfigMap dashboards`, `README.md`, `the charts' values`. */
  readonly what: string;
  /** The approximate number of bytes that it needs in the record. */
  readonly bytes: number;
}

export interface ReleaseRecord {
  /** Bytes, within a few per cent: Go compresses slightly differently, and kustomize writes the manifest anew. */
  readonly bytes: number;
  /** The largest parts, the largest first. */
  readonly most: readonly RecordPart[];
  /** The number of other parts. */
  readonly others: number;
}

export interface Recorded {
  readonly release: string;
  readonly namespace: string;
  /** The package's. */
  readonly files: readonly AnyFile[];
  /** The objects of an installation. */
  readonly objects: readonly RenderedObject[];
  /** The plan's config. */
  readonly config: Values;
}

export async function releaseRecord({ release, namespace, files, objects, config }: Recorded): Promise<ReleaseRecord> {
  const own = await Promise.all(
    files.filter(({ path }) => !path.startsWith("charts/")).map(async (file) => ({ path: file.path, data: await contentOf(file) })),
  );
  const entries = own
    .filter(({ path }) => !["Chart.yaml", "Chart.lock", "values.yaml"].includes(path))
    .map(({ path, data }) => ({ name: path, data: Buffer.from(data).toString("base64") }));
  const values = await coalesced(files);
  const metadata = valuesIn(own.find(({ path }) => path === "Chart.yaml")?.data);
  const documents = objects.filter((object) => !isOfCrdsFolder(object)).map((object) => ({ object, text: laidOut(asMade(object)) }));
  const record = {
    name: release,
    info: { status: "deployed" },
    chart: { metadata, templates: [], values, files: entries },
    config,
    manifest: documents.filter(({ object }) => hooksOf(object).length === 0).map(({ text }) => text),
    hooks: documents.filter(({ object }) => hooksOf(object).length > 0).map(({ text }) => ({ manifest: text })),
    namespace,
  };
  const parts = [
    ...documents.map(({ object, text }) => ({ what: nameOf(object), bytes: sizeOf(text) })),
    ...entries.map((entry) => ({ what: entry.name, bytes: sizeOf(entry) })),
    { what: "the charts' values", bytes: sizeOf(values) },
    { what: "Chart.yaml", bytes: sizeOf(metadata) },
    { what: "the install's config", bytes: sizeOf(config) },
  ];
  const most = parts.sort((a, b) => b.bytes - a.bytes).slice(0, SHOWN);
  return { bytes: sizeOf({ ...record, manifest: record.manifest.join("---\n") }), most, others: parts.length - most.length };
}

/** The object without the name of its template. */
const asMade = (object: RenderedObject): object => Object.fromEntries(Object.entries(object).filter(([key]) => key !== "templateFile"));

/** A rough YAML layout, used only for its size: an exact writer would be too slow for megabytes. */
function laidOut(value: unknown, indent = ""): string {
  const within = `${indent}  `;
  if (Array.isArray(value)) return value.map((item) => `\n${indent}- ${laidOut(item, within).replace(/^\n +/, "")}`).join("");
  if (isFields(value))
    return Object.entries(value)
      .map(([key, item]) => `\n${indent}${key}: ${laidOut(item, within)}`)
      .join("");
  const text = String(value);
  return text.includes("\n") ? `|\n${within}${text.replaceAll("\n", `\n${within}`)}` : text;
}

/** Packed as Helm packs it, in base64. */
const sizeOf = (value: unknown): number => Math.ceil(gzipSync(JSON.stringify(value), { level: 9 }).length / 3) * 4;

/** The values of a chart over those of the charts within it, each under its name. */
async function coalesced(files: readonly AnyFile[]): Promise<Values> {
  const own = files.find(({ path }) => path === "values.yaml");
  const within = new Map<string, AnyFile[]>();
  let values: Values = {};
  for (const file of files) {
    const [, folder, rest] = /^charts\/([^/]+)\/(.+)$/.exec(file.path) ?? [];
    if (folder !== undefined && rest !== undefined) {
      const below = within.get(folder) ?? [];
      below.push({ ...file, path: rest });
      within.set(folder, below);
    }
    if (/^charts\/[^/]+\.tgz$/.test(file.path)) {
      const name = file.path.slice("charts/".length).replace(/-v?\d+\.\d+.*$/, "");
      values = mergeValues(values, { [name]: await coalesced(allFiles(await packedTree(file.path, file))) });
    }
  }
  for (const [folder, chart] of within) values = mergeValues(values, { [folder]: await coalesced(chart) });
  return mergeValues(values, own === undefined ? {} : valuesIn(await contentOf(own)));
}

function valuesIn(data: Uint8Array | undefined): Values {
  const [values] = data === undefined ? [] : readYaml(Buffer.from(data).toString());
  return isFields(values) ? values : {};
}

const SHOWN = 5;

/** The estimate is off by a few per cent. */
const NEARLY = 0.9;

export interface RecordVerdict {
  readonly isTooLarge: boolean;
  readonly found: string;
  readonly mend: string;
}

/** The warning for a record that is too large or nearly so; undefined for any other. */
export function judgeRecord({ bytes, most, others }: ReleaseRecord): RecordVerdict | undefined {
  if (bytes <= SECRET_LIMIT * NEARLY) return undefined;
  const isTooLarge = bytes > SECRET_LIMIT;
  const telling = most.filter((it) => it.bytes > bytes / 100);
  const named = telling.map(({ what, bytes: size }) => `${what} (${inKiB(size)})`);
  const more = others + most.length - telling.length;
  return {
    isTooLarge,
    found: `Helm's record of the release takes about ${inKiB(bytes)}, most of it ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
    mend:
      `A Secret holds ${inKiB(SECRET_LIMIT)}: ${isTooLarge ? "the install would fail" : "beyond that an install fails"}. ` +
      "Let the chart render less, or the program read it from its image; .helmignore keeps out files that nobody needs.",
  };
}

export const inKiB = (bytes: number): string => `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`;
