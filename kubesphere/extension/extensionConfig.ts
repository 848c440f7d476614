/** Values for an extension's charts, as people write them and in the YAML text of an InstallPlan. */
import { closest, distance } from "fastest-levenshtein";
import { dump } from "js-yaml";
import { z } from "zod";
import type { Problem } from "../errors";
import type { ExtensionIdentity } from "./draft";
import { doubleKeys, readYaml, YamlError } from "../yaml/goYaml";
import type { Values } from "../chart/helmValues";
import { IMAGE_REGISTRY, IMAGE_REGISTRY_FORM, IMAGE_REGISTRY_TEXT } from "../chart/imageRegistry";
import { trimConfig } from "./installPlan";

/** Values for the charts of an extension, under the charts' names: an object, or YAML text, which is kept as written. */
export type ExtensionConfig = Values | string;

/** The text that KubeSphere stores; "" for an empty object. */
export function configText(config: ExtensionConfig): string {
  if (typeof config === "string") return trimConfig(config);
  if (Object.keys(config).length === 0) return "";
  const yaml = dump(config);
  // Trimming would remove white space at the ends of a value's lines; in JSON, which is YAML too, no line ends within a value.
  return trimConfig(yaml) === yaml ? yaml : `${JSON.stringify(config, null, 2)}\n`;
}

/** Says why a text is not a YAML map, with the line; undefined if it is one. */
export function yamlMistake(text: string): string | undefined {
  try {
    const documents = readYaml(text);
    // Helm uses the last one, but the author meant both.
    const [double] = doubleKeys(text);
    if (double !== undefined) return `line ${double.line}: the key ${double.key} stands twice`;
    const [value = {}] = documents;
    if (documents.length > 1) return "these are several documents";
    return isMap(value) ? undefined : `this is ${Array.isArray(value) ? "a list" : "a single value"}`;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return error.message;
  }
}

const isMap = (value: unknown) => typeof value === "object" && !Array.isArray(value);

/** @param config when a text, one that has no {@link yamlMistake} */
export const valuesOf = (config: ExtensionConfig): Values =>
  typeof config === "string" ? ((readYaml(config)[0] ?? {}) as Values) : config;

const word = (error: string) => z.string({ error }).optional();
const words = z.record(z.string(), z.string("a text. Write it in quotes"), "a map of texts. Write `key: value` lines under it").optional();

/** What KubeSphere itself sets for every extension, so that charts read it. */
const globalValues = z.looseObject(
  {
    imageRegistry: z
      .string(IMAGE_REGISTRY_TEXT)
      .refine((registry) => registry === "" || IMAGE_REGISTRY.test(registry), IMAGE_REGISTRY_FORM)
      .optional(),
    nodeSelector: words,
  },
  "a map",
);

/** The values that the base chart of a wrapped chart reads. */
const baseValues = z.strictObject(
  {
    extSvcName: word("the name of a Service"),
    extSvcPort: z.int("a port. Write it without quotes").min(1, "a port").max(65535, "a port").optional(),
    extSvcProtocol: z.enum(["HTTP", "HTTPS"], "HTTP, HTTPS").optional(),
    extIngress: z.boolean("true, false. Write it without quotes").optional(),
    extAnnotations: words,
    extParent: word("a place in the console's menus such as global"),
    extTitle: word("a text"),
    extDesc: word("a text"),
    extEmbed: z.enum(["iframe", "link"], "iframe, link").optional(),
  },
  {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? "extSvcName, extSvcPort, extSvcProtocol, extIngress, extAnnotations, extParent, extTitle, extDesc, extEmbed"
        : "a map",
  },
);

/**
 * Values that no chart would read, or that have the wrong type.
 * @param path the configuration key, e.g. `kubesphere:extensions[0].install.config`
 */
export function configProblems(
  path: string,
  { name, configKeys }: Pick<ExtensionIdentity, "name" | "configKeys">,
  config: ExtensionConfig,
): Problem[] {
  const values = valuesOf(config);
  const isWrapped = configKeys?.includes("base") ?? false;
  return [
    ...unreadKeys(path, name, configKeys ?? Object.keys(values), values),
    ...typeProblems(`${path}.global`, globalValues, values["global"]),
    ...(isWrapped ? typeProblems(`${path}.base`, baseValues, values["base"]) : []),
  ];
}

/** Helm passes a chart within a package only the values under the chart's name, and does not report the others. */
const unreadKeys = (path: string, chart: string, known: readonly string[], values: Values): Problem[] =>
  Object.keys(values)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const nearest = closest(key, [...known]);
      const isNear = distance(key.toLowerCase(), nearest.toLowerCase()) <= Math.max(1, key.length / 4);
      const mend = isNear ? `Did you mean ${nearest}?` : `Values go under the chart's name: ${chart}: {${key}: …}`;
      return { path: `${path}.${key}`, given: NOT_SHOWN, allowed: known.join(", "), mend };
    });

/** Values may be credentials. */
const NOT_SHOWN = "[not shown]";

const typeProblems = (path: string, schema: z.ZodType, value: unknown): Problem[] =>
  (schema.optional().safeParse(value).error?.issues ?? []).flatMap((issue) => {
    const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [key]) : [issue.path];
    const [allowed = "", mend] = issue.message.split(". ");
    return paths.map((keys) => ({ path: [path, ...keys].join("."), given: NOT_SHOWN, allowed, ...(mend !== undefined && { mend }) }));
  });
