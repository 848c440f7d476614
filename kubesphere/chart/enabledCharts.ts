/** The charts of a package that Helm takes into account for some values: the others it takes out before it reads their `crds/` and templates. */
import { chartOf } from "./chart";
import { isEnabled, statedDependencies } from "./chartDependencies";
import { chartsWithin } from "./chartsWithin";
import { holding, type FileTree } from "./fileTree";
import { mergeValues, valueAt, type Values } from "./helmValues";
import { isFields } from "./renderedObject";

const READ = ["Chart.yaml", "requirements.yaml", "values.yaml"];

/**
 * @param given the values of its installation, over its own
 * @param tags the package's tags, which hold for all charts within
 * @returns the chart itself, and the enabled ones within; one that stands there twice, under two names, is there once
 * @throws ConfigurationError for a chart that cannot be read
 */
export async function enabledCharts(tree: FileTree, given: Values, tags: Values): Promise<FileTree[]> {
  const chart = chartOf(await holding(tree, (path) => READ.includes(path)));
  const values = mergeValues(chart.values, given);
  const stated = statedDependencies(chart, chart.metadata.dependencies);
  const within = await Promise.all(
    (await chartsWithin(tree)).map(async (child) => {
      const { name } = chartOf(await holding(child, (path) => READ.includes(path))).metadata;
      const named = stated.filter((it) => it.name === name);
      // Helm takes one that no dependency names as it is.
      const [enabled] = named.length === 0 ? [{ name }] : named.filter((it) => isEnabled(it, values, tags));
      if (enabled === undefined) return [];
      const own = valueAt(values, "alias" in enabled ? (enabled.alias ?? name) : name);
      return enabledCharts(child, isFields(own) ? own : {}, tags);
    }),
  );
  return [tree, ...within.flat()];
}
