/** What Helm and KubeSphere take of an author's files without a word, and who wrote it may not have meant. */
import { contentOf } from "../../kubesphere/chartFiles";
import type { Draft } from "../../kubesphere/draft";
import { readExtensionFile, strangeIn } from "../../kubesphere/extensionYaml";
import { doubleKeys, YamlError } from "../../kubesphere/goYaml";
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
    ...read.flatMap(({ path, data }) => doublesIn(data.toString()).map((found) => ({ path, found }))),
    ...own.flatMap(({ path, data }) =>
      strangeIn(readExtensionFile({ source, files: [{ path, data }], unread: [] })).map((found) => ({ path, found })),
    ),
  ];
}

function doublesIn(text: string): string[] {
  try {
    return doubleKeys(text).map(({ key, line }) => `line ${line}: the key ${key} stands twice in one map, and the last one counts`);
  } catch (error) {
    // Who reads such a file says so.
    if (error instanceof YamlError) return [];
    throw error;
  }
}
