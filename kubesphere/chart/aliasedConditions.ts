/**
 * Conditions that Helm would not find in a package. Helm evaluates a condition below an aliased dependency before it has moved that chart's
 * values to the alias. In the outermost chart it finds the condition; in a package, one level further down, it does not, and a disabled chart
 * would be installed (Helm 3.22, pkg/chartutil/dependencies.go). So the package itself sets these conditions.
 */
import { chartOf, type Chart } from "./chart";
import { holding, type FileTree } from "./fileTree";
import { statedDependencies, type Dependency } from "./chartDependencies";
import { chartsWithin } from "./chartsWithin";
import { mergeValues, valueAt, valuesWith, type Values } from "./helmValues";
import { isFields } from "./renderedObject";

/** @returns values for the chart: `false` for each condition that disables a chart below an aliased dependency; nothing else */
export async function aliasedConditions(chart: Chart): Promise<Values> {
  const aliased = statedDependencies(chart, chart.metadata.dependencies).filter(({ alias }) => alias !== undefined);
  if (aliased.length === 0) return {};
  const within = await namedWithin(chart);
  let values: Values = {};
  for (const { name, alias = "" } of aliased) {
    const found = within.get(name);
    const off = found === undefined ? {} : await switchedOff(found, mapAt(chart.values, alias));
    if (Object.keys(off).length > 0) values = mergeValues(values, { [alias]: off });
  }
  return values;
}

/** @param given the values that its parents set over its own */
async function switchedOff(chart: Chart, given: Values): Promise<Values> {
  const within = await namedWithin(chart);
  const stated = statedDependencies(chart, chart.metadata.dependencies);
  let values = mergeValues(chart.values, given);
  for (const { name } of stated) values = mergeValues({ [name]: within.get(name)?.values ?? {} }, values);
  let off: Values = {};
  for (const dependency of stated) {
    const path = decisive(dependency, values);
    if (path !== undefined) off = mergeValues(off, valuesWith(path, false));
    const sub = within.get(dependency.name);
    // Helm finds a condition with another alias in no chart at all.
    if (sub !== undefined && dependency.alias === undefined && path === undefined) {
      const below = await switchedOff(sub, mapAt(values, dependency.name));
      if (Object.keys(below).length > 0) off = mergeValues(off, { [dependency.name]: below });
    }
  }
  return off;
}

/** The first condition that exists, if it is false. */
function decisive({ condition = "" }: Dependency, values: Values): string | undefined {
  const paths = condition.split(",").map((it) => it.trim());
  const path = paths.find((it) => it !== "" && typeof valueAt(values, it) === "boolean");
  return path !== undefined && valueAt(values, path) === false ? path : undefined;
}

const mapAt = (values: Values, key: string): Values => {
  const found = values[key];
  return isFields(found) ? found : {};
};

/** By name. */
async function namedWithin(tree: FileTree): Promise<Map<string, Chart>> {
  const held = await Promise.all((await chartsWithin(tree)).map((it) => holding(it, (path) => path === "values.yaml")));
  return new Map(held.map((it) => chartOf(it)).map((chart) => [chart.metadata.name, chart]));
}
