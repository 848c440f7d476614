/** Values of a plain chart that nothing in it reads: left over, or misspelt. */
import { contentOf, isPackedChart, type AnyFile } from "../../kubesphere/chart/chartFiles";
import { allFiles } from "../../kubesphere/chart/fileTree";
import { packedTree } from "../../kubesphere/chart/packedTree";
import type { Draft } from "../../kubesphere/extension/draft";

/** A file that templates may take in: `tpl` reads values in any text. */
const isRead = (path: string) =>
  !/(?:^|\/)(?:README|CHANGELOG|LICENSE)[^/]*$|\.md$|(?:^|\/)(?:Chart\.yaml|values\.schema\.json)$|^ci\//i.test(path);

/** As a whole, by an expression, or by a name that is no word: what is read then nobody can tell. */
const WHOLE = /\.Values(?![\w.])|\.Values\.\s/;

/** @returns keys at the root of values.yaml; none where a template takes the values as a whole */
export async function unreadValues({ wrapped, files }: Draft): Promise<string[]> {
  if (wrapped === undefined) return [];
  const folder = `charts/${wrapped.chart}/`;
  const own = files.filter(({ path }) => path.startsWith(folder)).map((file) => ({ ...file, path: file.path.slice(folder.length) }));
  const read = await keysRead(own);
  if (read === undefined) return [];
  const others = new Set(["global", "tags", ...wrapped.keysForCharts]);
  return Object.keys(wrapped.values).filter((key) => !read.has(key) && !others.has(key));
}

/** Also by charts within: a library's templates read the values of the chart that calls them. @returns undefined: all of them, perhaps */
async function keysRead(files: readonly AnyFile[]): Promise<ReadonlySet<string> | undefined> {
  const keys = new Set<string>();
  for (const file of files.filter(({ path }) => isRead(path))) {
    const found = isPackedChart(file.path) ? await keysRead(allFiles(await packedTree(file.path, file))) : await keysIn(file);
    if (found === undefined) return undefined;
    for (const key of found) keys.add(key);
  }
  return keys;
}

async function keysIn(file: AnyFile): Promise<readonly string[] | undefined> {
  const text = Buffer.from(await contentOf(file)).toString();
  return WHOLE.test(text) ? undefined : [...text.matchAll(/\.Values\.(\w+)/g)].map(([, key]) => key ?? "");
}
