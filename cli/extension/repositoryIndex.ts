/** index.yaml of a Helm repository: read, added to, and written so that the same releases always give the same bytes. */
import { dump, JSON_SCHEMA, load } from "js-yaml";
import * as semver from "semver";
import * as z from "zod";
import { ConfigurationError } from "../../kubesphere/errors";

const entry = z.looseObject({
  name: z.string(),
  version: z.string(),
  /** SHA-256 in hexadecimal, of the archive. */
  digest: z.string().optional(),
  created: z.string().optional(),
  urls: z.array(z.string()),
});
const indexFile = z.looseObject({ apiVersion: z.literal("v1"), entries: z.record(z.string(), z.array(entry)).default({}) });

export type IndexEntry = z.output<typeof entry>;
export type RepositoryIndex = z.output<typeof indexFile>;

export const EMPTY_INDEX: RepositoryIndex = { apiVersion: "v1", entries: {} };

/** @throws ConfigurationError when it is none that Helm reads */
export function parseIndex(path: string, text: string): RepositoryIndex {
  try {
    // Times stay the texts that they are.
    return indexFile.parse(load(text, { schema: JSON_SCHEMA }));
  } catch (error) {
    const given =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
        : (error as Error).message;
    throw new ConfigurationError({
      path,
      given: given.split("\n")[0],
      allowed: "the index of a Helm repository",
      mend: "Restore it, or make it anew with `helm repo index`.",
    });
  }
}

export interface Release {
  /** The archive's Chart.yaml. */
  readonly chart: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };
  /** SHA-256 in hexadecimal, of the archive. */
  readonly digest: string;
  readonly url: string;
}

/**
 * The index with a release in it; all else stays.
 * @param now when a release that is not there yet is made, as in 2026-01-31T00:00:00Z
 * @throws ConfigurationError when there is another archive of that name and version: who has installed it could not tell the two apart
 */
export function withRelease(index: RepositoryIndex, { chart, digest, url }: Release, now: string): RepositoryIndex {
  const others = index.entries[chart.name] ?? [];
  const before = others.find(({ version }) => version === chart.version);
  if (before !== undefined && before.digest !== digest)
    throw new ConfigurationError({
      path: `${chart.name} ${chart.version}`,
      given: `sha256:${digest}`,
      allowed: `sha256:${before.digest ?? "unknown"}, as it was released`,
      mend: "A released version never changes: raise `version` in Chart.yaml.",
    });
  const released: IndexEntry = { ...chart, digest, urls: [url], created: before?.created ?? now };
  return { ...index, entries: { ...index.entries, [chart.name]: [...others.filter((one) => one !== before), released] } };
}

/** Names in order, the newest version first as Helm wants it, keys in order. */
export function indexText({ entries, ...rest }: RepositoryIndex): string {
  const sorted = Object.keys(entries)
    .sort()
    .map((name) => [name, [...(entries[name] ?? [])].sort(newestFirst)] as const);
  const created = sorted.flatMap(([, versions]) => versions.flatMap((version) => version.created ?? []));
  // Helm writes the time of day here. The index is as new as the newest release in it, by the clock that each time names.
  const generated = created.sort((a, b) => Date.parse(b) - Date.parse(a))[0];
  const index = { ...rest, ...(generated !== undefined && { generated }), entries: Object.fromEntries(sorted) };
  return dump(index, { sortKeys: true, noRefs: true, lineWidth: -1 });
}

function newestFirst(a: IndexEntry, b: IndexEntry): number {
  const [one, other] = [semver.parse(a.version), semver.parse(b.version)];
  if (one === null || other === null) return one === other ? byText(b.version, a.version) : one === null ? 1 : -1;
  return other.compare(one) || byText(b.version, a.version);
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
