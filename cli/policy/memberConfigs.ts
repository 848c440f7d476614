/** The configs that an extension is installed with: one on the host cluster, and one on each member cluster that has an override. */
import { valuesOf, type ExtensionConfig } from "../../kubesphere/extension/extensionConfig";
import { mergeValues } from "../../kubesphere/chart/helmValues";
import { at, isRecord, SECRET } from "../../policy/rule";

/**
 * @param shown `install` as a preview has it
 * @param stated the same as the configuration has it, for what the preview masks; undefined where that cannot be read
 * @returns undefined when a secret stays masked
 */
export function memberConfigs(shown: unknown, stated: unknown): ExtensionConfig[] | undefined {
  const [config = {}, overrides] = [["config"], ["clusterScheduling", "overrides"]].map((path) => {
    const isMasked = path.some((_, index) => at(shown, ...path.slice(0, index + 1)) === SECRET);
    return isMasked ? (at(stated, ...path) ?? (stated === undefined ? SECRET : undefined)) : at(shown, ...path);
  });
  if (JSON.stringify([config, overrides]).includes(`"${SECRET}"`)) return undefined;
  const own = config as ExtensionConfig;
  const members = isRecord(overrides) ? (Object.values(overrides) as ExtensionConfig[]) : [];
  return [own, ...members.map((override) => mergeValues(valuesOf(own), valuesOf(override)))];
}
