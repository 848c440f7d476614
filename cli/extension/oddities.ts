/** What Helm and KubeSphere take of an author's files without a word, and who wrote it may not have meant. */
import { contentOf } from "../../kubesphere/chart/chartFiles";
import type { Draft } from "../../kubesphere/extension/draft";
import { readExtensionFile, strangeIn } from "../../kubesphere/extension/extensionYaml";
import { doubleKeys, readYaml, YamlError } from "../../kubesphere/yaml/goYaml";
import { mergeKeyLines } from "../../kubesphere/yaml/mergeKeys";
import { fieldAt, recordsAt } from "../../kubesphere/chart/renderedObject";
import { unreadValues } from "./unreadValues";

export interface Oddity {
  /** In the package. */
  readonly path: string;
  readonly found: string;
}

/** Those that people write. */
const READ = /(?:^|\/)(?:Chart|values|requirements|extension|permissions)\.yaml$/;

export async function oddities(draft: Draft): Promise<Oddity[]> {
  const { source, files, wrapped } = draft;
  const read = await Promise.all(
    files.filter(({ path }) => READ.test(path)).map(async (file) => ({ path: file.path, data: Buffer.from(await contentOf(file)) })),
  );
  // What stands beside a plain chart is read strictly.
  const own = wrapped === undefined ? read.filter(({ path }) => path === "extension.yaml") : [];
  const unread = await unreadValues(draft);
  const values = `charts/${wrapped?.chart ?? ""}/values.yaml`;
  return [
    ...unread.map((key) => ({ path: values, found: `no template reads ${key}` })),
    ...read.flatMap(({ path, data }) => oddIn(path, data.toString()).map((found) => ({ path, found }))),
    ...own.flatMap(({ path, data }) =>
      strangeIn(readExtensionFile({ source, files: [{ path, data }], unread: [] })).map((found) => ({ path, found })),
    ),
  ];
}

function oddIn(path: string, text: string): string[] {
  try {
    return [
      ...doubleKeys(text).map(({ key, line }) => `line ${line}: the key ${key} stands twice in one map, and the last one counts`),
      ...mergeKeyLines(text).map((line) => `line ${line}: the key << merges another map, as YAML 1.1 has it and YAML 1.2 no more`),
      ...(/(?:^|\/)Chart\.yaml$/.test(path) ? nameless(text) : []),
    ];
  } catch (error) {
    // Who reads such a file says so.
    if (error instanceof YamlError) return [];
    throw error;
  }
}

function nameless(text: string): string[] {
  const [chart] = readYaml(text);
  if (recordsAt(chart, "maintainers").every((it) => fieldAt(it, "name"))) return [];
  const before = text.slice(0, Math.max(0, text.search(/^["']?maintainers["']?[ \t]*:/m)));
  return [`line ${before.split("\n").length}: maintainers: one of them has no name, and the Marketplace shows none of that`];
}
