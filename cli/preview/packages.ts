/** Which files of an extension's package change, and how. */
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { CHART_KEY, chartConfigMapName } from "../../kubesphere/api";
import { unpackChartArchive } from "../../kubesphere/chart/archive";
import { EXTENSION_COMPONENT, extensionNames } from "../../kubesphere/extension/extensionComponents";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import type { Fields } from "../shared/preview";
import { lineDiff } from "./lineDiff";
import type { FileChange, PackageChange } from "./model";
import type { Resource } from "./resources";

/** Path in the package → the beginning of its SHA-256. */
type Digests = Readonly<Record<string, string>>;
/** Path in the package → its bytes. */
export type Contents = ReadonlyMap<string, Uint8Array>;

export interface ExtensionInputs {
  readonly install: false | { readonly version: string; readonly namespace: string };
  readonly versions: Readonly<Record<string, { readonly package: string; readonly files: Digests; readonly chartURL?: string }>>;
}

/** By its name, which may have been another one before, what each extension is, or was, declared with. */
export function declarationsIn(resources: readonly Resource[], when: "old" | "wanted"): ReadonlyMap<string, ExtensionInputs> {
  const there = resources.flatMap((it) => (it[when] ? [{ name: it.name, type: it.type, inputs: it[when] }] : []));
  const names = extensionNames(there);
  return new Map(
    there.flatMap(({ name, type, inputs }) =>
      type === EXTENSION_COMPONENT ? [[names.get(name) ?? name, inputs as unknown as ExtensionInputs] as const] : [],
    ),
  );
}

/** A file's lines are reported up to this size, in bytes. */
const MOST_BYTES = 64 * 1024;

/** Of every package that is new or changed. A version that is new is compared with the one that is installed now. */
export async function packageChanges(resources: readonly Resource[]): Promise<readonly PackageChange[]> {
  const [old, wanted] = [declarationsIn(resources, "old"), declarationsIn(resources, "wanted")];
  const pairs = [...wanted].flatMap(([name, inputs]) => pairsOf(name, old.get(name), inputs));
  return Promise.all(
    pairs.map(async ({ extension, from, version, before, after }) => {
      const contents = [
        from === undefined ? undefined : await contentsOf(archiveIn(resources, "old", extension, from)),
        await contentsOf(archiveIn(resources, "wanted", extension, version)),
      ] as const;
      // A first publication is a list of all there is.
      const files = from === undefined ? [] : fileChanges(before, after, ...contents);
      return { extension, ...(from !== undefined && { from }), version, files };
    }),
  );
}

function pairsOf(extension: string, old: ExtensionInputs | undefined, wanted: ExtensionInputs) {
  return Object.entries(wanted.versions).flatMap(([version, { package: digest, files: after }]) => {
    const installed = old?.install ? old.install.version : undefined;
    const from = old?.versions[version] ? version : old?.versions[installed ?? ""] ? installed : undefined;
    const before = old?.versions[from ?? ""];
    return before?.package === digest ? [] : [{ extension, from, version, before: before?.files ?? {}, after }];
  });
}

/** @returns the package's bytes; undefined where they are not in a ConfigMap of the stack */
export function archiveIn(resources: readonly Resource[], when: "old" | "wanted", extension: string, version: string): Buffer | undefined {
  const name = chartConfigMapName(extension, version);
  const isIt = (inputs: Fields | undefined) => (inputs?.["metadata"] as { name?: unknown } | undefined)?.name === name;
  const found = resources.find((resource) => resource.type === "kubernetes:core/v1:ConfigMap" && isIt(resource[when]));
  const data = found?.[when]?.["binaryData"] as Readonly<Record<string, string>> | undefined;
  return data?.[CHART_KEY] === undefined ? undefined : Buffer.from(data[CHART_KEY], "base64");
}

async function contentsOf(archive: Buffer | undefined): Promise<Contents | undefined> {
  if (archive === undefined) return undefined;
  const folder = await temporaryFolder("preview");
  try {
    const file = join(folder, "package.tgz");
    await writeFile(file, archive);
    return new Map((await unpackChartArchive(file)).map(({ path, data }) => [path, data]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By path. @param old, wanted the bytes, where they are at hand */
export function fileChanges(before: Digests, after: Digests, old?: Contents, wanted?: Contents): readonly FileChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((path): FileChange[] => {
    if (before[path] === after[path]) return [];
    if (before[path] === undefined) return [{ path, change: "added" }];
    if (after[path] === undefined) return [{ path, change: "removed" }];
    const [was, is] = [textOf(old?.get(path)), textOf(wanted?.get(path))];
    const diff = was === undefined || is === undefined ? undefined : lineDiff(was, is);
    return [{ path, change: "changed", ...(diff && { diff }) }];
  });
}

function textOf(data: Uint8Array | undefined): string | undefined {
  if (data === undefined || data.length > MOST_BYTES || data.includes(0)) return undefined;
  return Buffer.from(data).toString();
}
