/** Values of a plain chart that nothing in it reads: left over, or misspelt. */
import { unpackChartArchive } from "../../kubesphere/chart/archive";
import { contentOf, isPackedChart, type AnyFile } from "../../kubesphere/chart/chartFiles";
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
  const texts = await textsOf(own);
  if (texts.some((text) => WHOLE.test(text))) return [];
  const read = new Set(texts.flatMap((text) => [...text.matchAll(/\.Values\.(\w+)/g)].map(([, key]) => key ?? "")));
  const others = new Set(["global", "tags", ...wrapped.keysForCharts]);
  return Object.keys(wrapped.values).filter((key) => !read.has(key) && !others.has(key));
}

/** Those of charts within, too: a library's templates read the values of the chart that calls them. */
async function textsOf(files: readonly AnyFile[]): Promise<string[]> {
  const texts = await Promise.all(
    files
      .filter(({ path }) => isRead(path))
      .map(async (file) => {
        const data = Buffer.from(await contentOf(file));
        return isPackedChart(file.path) ? textsOf(await unpackChartArchive(file.path, data)) : [data.toString()];
      }),
  );
  return texts.flat();
}
