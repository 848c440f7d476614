/**
 * `extension.yaml`, how an extension presents itself. At the root of an extension's own folder it is the publishing tool's
 * file of that name. Beside a plain chart's Chart.yaml it may be there too, in the same terms, and then each field may be
 * missing: texts by language do not fit into a chart's annotations, which are flat strings.
 */
import * as z from "zod";
import { CATEGORIES, CORE_API } from "../api";
import { fileOf, type FileTree } from "../chart/fileTree";
import { isLanguage } from "./languages";
import { parseRange } from "../chart/versionRange";
import { parseYaml } from "../yaml/yamlFile";

const text = z.string().min(1, "text that is not empty");
const texts = z.array(text);
const range = text.refine((value) => parseRange(value) !== undefined, "a range of versions, as in >=1.19.0-0 or ~4.1");
const byLanguage = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string().refine(isLanguage, "a language's ISO 639-1 code in lower case, as in en or zh"), value)
    .refine((record) => Object.keys(record).length > 0, "one language at least, as in en");

/** The publishing tool writes "" for missing fields, and leaves them out of the published object. */
const vendor = z
  .object({ name: text, url: z.string().optional(), email: z.string().optional() })
  .transform(({ name, url, email }) => ({ name, ...(url && { url }), ...(email && { email }) }));

/** The fields that the publishing tool requires. */
const essential = {
  displayName: byLanguage(text),
  /** A file beside it, a data: URI or a URL. */
  icon: text,
  provider: byLanguage(vendor),
  category: z.enum(CATEGORIES, `a category of the Marketplace: ${CATEGORIES.join(", ")}`),
};

const dependency = { name: text, type: text.optional(), version: range, required: z.boolean("true or false") };
const further = z
  .object({
    description: byLanguage(text),
    keywords: texts,
    home: text,
    docs: text,
    sources: texts,
    /** Files beside it, or URLs. */
    screenshots: texts,
    kubeVersion: range,
    ksVersion: range,
    installationMode: z.enum(["HostOnly", "Multicluster"], "HostOnly or Multicluster"),
    namespace: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a namespace: lower-case letters, digits and -, at most 63 characters"),
    /** Of the ExtensionVersion. */
    annotations: z.record(z.string(), z.string("text. Write it in quotes")),
    externalDependencies: z.array(z.strictObject(dependency)),
  })
  .partial().shape;

/** The fields of a plain chart's Chart.yaml. */
/** The publishing tool requires any value; KubeSphere's own extensions have `v2`, too. */
const identity = {
  apiVersion: z.custom<string>((value) => typeof value === "string" && value !== "", CORE_API),
  name: text,
  version: text,
};
const chartFields = z
  .object({
    maintainers: z.array(vendor),
    /** As in a Chart.yaml; a tag marks the charts that are agents of a multi-cluster extension. */
    dependencies: z.array(z.looseObject({ name: text, version: text.optional() })),
    images: texts,
    staticFileDirectory: text,
  })
  .partial().shape;

/** The UI's Service, if the rendered objects do not tell it; false if the extension has no UI. */
const service = z.union(
  [
    z.literal(false),
    z.strictObject({
      name: text,
      port: z.int("a whole number").min(1, "a port").max(65535, "a port"),
      protocol: z.literal("HTTPS", "HTTPS, or nothing for HTTP").optional(),
    }),
  ],
  "a map of name, port and, for TLS, `protocol: HTTPS`; or false",
);

const strict = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, { error: ({ code }) => (code === "unrecognized_keys" ? `the keys ${Object.keys(shape).join(", ")}` : undefined) });

/** `name` and `version` win over those of Chart.yaml. */
const chartsFile = strict({ ...essential, ...further, service, name: text, version: text }).partial();
/** The form that KubeSphere accepts: any category, and unknown keys. {@link strangeIn} reports them to the author. */
const extensionFile = z.looseObject({
  ...{ ...identity, ...essential, category: text, ...further, ...chartFields },
  externalDependencies: z.array(z.looseObject(dependency)).optional(),
});

export type ChartsFile = Readonly<z.infer<typeof chartsFile>>;
export type ExtensionFile = Readonly<z.infer<typeof extensionFile>>;
/** The common fields of both. */
export type Stated = Omit<ChartsFile, "service" | "category" | "name" | "version"> & { readonly category?: string | undefined };

const NAME = "extension.yaml";

/** {} if there is none. @throws ConfigurationError that names the wrong key. */
export function readChartsFile({ source, files }: FileTree): ChartsFile {
  const file = fileOf(files, NAME);
  return file === undefined ? {} : parseYaml(`${source}/${NAME}`, file.data, chartsFile);
}

/** @throws ConfigurationError that names the wrong key. */
export const readExtensionFile = ({ source, files }: FileTree): ExtensionFile =>
  parseYaml(`${source}/${NAME}`, fileOf(files, NAME)?.data ?? new Uint8Array(), extensionFile);

const KNOWN = Object.keys(extensionFile.shape);

/** Parts of an extension.yaml that KubeSphere accepts but ignores, one line for each. */
export const strangeIn = (stated: ExtensionFile): string[] => [
  ...(stated.apiVersion === CORE_API ? [] : [`apiVersion: ${stated.apiVersion} is not ${CORE_API}, which it is meant to be`]),
  ...((CATEGORIES as readonly string[]).includes(stated.category)
    ? []
    : [`category: ${stated.category} is none of the Marketplace's filters: ${CATEGORIES.join(", ")}`]),
  ...Object.keys(stated)
    .filter((key) => !KNOWN.includes(key))
    .map((key) => `${key}: nobody reads this key`),
  ...(stated.externalDependencies ?? []).flatMap((it, index) =>
    Object.keys(it)
      .filter((key) => !Object.hasOwn(dependency, key))
      .map((key) => `externalDependencies[${index}].${key}: nobody reads this key`),
  ),
];

/** Whether there is an extension.yaml of an extension's own folder or package, and not one beside a plain chart. */
export function isExtension({ source, files }: FileTree): boolean {
  const file = fileOf(files, NAME);
  const keys = file === undefined ? {} : parseYaml(`${source}/${NAME}`, file.data, z.record(z.string(), z.unknown()));
  return "apiVersion" in keys || (fileOf(files, "Chart.yaml") === undefined && ("name" in keys || "version" in keys));
}
