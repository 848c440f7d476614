import { CORE_SCHEMA, boolYaml11Tag, intYaml11Tag, loadAll, mergeTag } from "js-yaml";

/** YAML as Helm and Kubernetes read it: `defaultMode: 0755` is 493, `enabled: yes` is true, and a date stays a text. */
const schema = CORE_SCHEMA.withTags(intYaml11Tag, boolYaml11Tag, mergeTag);

/** The documents of a YAML text, empty ones left out. */
export const readYaml = (text: string): unknown[] =>
  loadAll(text, { schema }).filter((document) => document !== null && document !== undefined);
