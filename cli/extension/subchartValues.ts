/** The values that the charts within a package get: their parents' for them, over their own. Pure. */
import type { ChartFile } from "../../kubesphere/chart/chart";
import { isEnabled, type Dependency } from "../../kubesphere/chart/chartDependencies";
import { readYaml } from "../../kubesphere/yaml/goYaml";
import { mergeValues, type Values } from "../../kubesphere/chart/helmValues";
import { isFields } from "../../kubesphere/chart/renderedObject";

export interface Subchart {
  /** In the package: `charts/web`, `charts/web/charts/db`. */
  readonly folder: string;
  readonly values: Values;
}

interface Choice {
  /** The package's own dependencies. */
  readonly stated: readonly Dependency[];
  readonly tags: Values;
}

/**
 * Those that come along.
 * @param files of the package; charts that are packed within it are not looked into
 * @param over what is set over the package's values
 */
export function subcharts(files: readonly ChartFile[], over: Values, { stated, tags }: Choice): Subchart[] {
  const values = mergeValues(valuesAt("", files), over);
  return within("", values, files).filter(({ folder }) => {
    const [, outermost] = folder.split("/");
    return stated.filter(({ name }) => name === outermost).every((it) => isEnabled(it, values, tags));
  });
}

function within(parent: string, values: Values, files: readonly ChartFile[]): Subchart[] {
  return files.flatMap(({ path }) => {
    const rest = path.startsWith(parent) ? path.slice(parent.length) : "";
    const name = /^charts\/([^/]+)\/Chart\.yaml$/.exec(rest)?.[1];
    if (name === undefined) return [];
    const folder = `${parent}charts/${name}`;
    const given = {
      ...fieldsOf(values[name]),
      global: mergeValues(fieldsOf(fieldsOf(values[name])["global"]), fieldsOf(values["global"])),
    };
    const own = mergeValues(valuesAt(`${folder}/`, files), given);
    return [{ folder, values: own }, ...within(`${folder}/`, own, files)];
  });
}

const fieldsOf = (value: unknown): Values => (isFields(value) ? value : {});

function valuesAt(folder: string, files: readonly ChartFile[]): Values {
  const file = files.find(({ path }) => path === `${folder}values.yaml`);
  return file === undefined ? {} : fieldsOf(readYaml(Buffer.from(file.data).toString())[0]);
}
