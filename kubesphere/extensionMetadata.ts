/**
 * How an extension presents itself. An author keeps it in an `extension.yaml` beside Chart.yaml, in the terms of KubeSphere's
 * own file of that name: texts by language do not fit into a chart's annotations, which are flat strings. Each field may be
 * missing: a plain chart's standard fields then say it.
 */
import { extname } from "path";
import * as z from "zod";
import { fileOf, type Chart, type ChartFile } from "./chart";
import { ConfigurationError } from "./errors";
import { parseYaml } from "./yamlFile";

const text = z.string().min(1, "text that is not empty");
/** By ISO 639-1 language code. */
const languages = <T extends z.ZodType>(value: T) =>
  z.record(z.string().regex(/^[a-z]{2}$/, "a language code of two letters, as in en or zh"), value);
const vendor = z.object({ name: text, url: text.optional(), email: text.optional() });

const strict = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, { error: ({ code }) => (code === "unrecognized_keys" ? `the keys ${Object.keys(shape).join(", ")}` : undefined) });

const authorsFile = strict({
  displayName: languages(text).optional(),
  description: languages(text).optional(),
  /** A file of the chart, a data: URI or a URL. */
  icon: text.optional(),
  provider: languages(vendor).optional(),
  category: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "the name of a Category: lower-case letters, digits and -")
    .optional(),
  keywords: z.array(text).optional(),
  home: text.optional(),
  sources: z.array(text).optional(),
  kubeVersion: text.optional(),
  ksVersion: text.optional(),
  installationMode: z.enum(["HostOnly", "Multicluster"], "HostOnly or Multicluster").optional(),
  /** Where the UI answers, if the chart's templates do not tell. */
  service: strict({ name: text, port: z.int("a whole number").min(1, "a port").max(65535, "a port") }).optional(),
});
export type AuthorsFile = Readonly<z.infer<typeof authorsFile>>;

/** The part of ExtensionVersion's spec (and, for the first four, of Extension's) that the author decides. */
export interface ExtensionMetadata {
  readonly displayName: Readonly<Record<string, string>>;
  readonly description: Readonly<Record<string, string>>;
  /** A data: URI, or a URL where the author gave one. */
  readonly icon: string;
  readonly provider: Readonly<
    Record<string, { readonly name: string; readonly url?: string | undefined; readonly email?: string | undefined }>
  >;
  readonly category: string;
  readonly keywords?: readonly string[];
  readonly home?: string;
  readonly sources?: readonly string[];
  /** Range of Kubernetes versions. */
  readonly kubeVersion: string;
  /** Range of KubeSphere versions. */
  readonly ksVersion: string;
  readonly installationMode: "HostOnly" | "Multicluster";
}

/** What the publishing tool asks of every extension; `-0` lets prereleases in. */
const DEFAULT_KUBE_VERSION = ">=1.19.0-0";
const DEFAULT_KS_VERSION = ">=4.0.0-0";
const DEFAULT_CATEGORY = "dev-tools";

/** The icon travels in Extension, ExtensionVersion and package: in bytes. */
const MAX_ICON_SIZE = 128 * 1024;
const MEDIA_TYPES: Record<string, string> = {
  ".gif": "image/gif",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
};

/** @throws ConfigurationError naming the key of extension.yaml that is wrong. */
export function readAuthorsFile(chart: Chart): AuthorsFile {
  const file = fileOf(chart.files, "extension.yaml");
  return file === undefined ? {} : parseYaml(`${chart.source}/extension.yaml`, file.data, authorsFile);
}

/** @param defaultIcon for a chart without one */
export function extensionMetadata(
  chart: Chart,
  author: AuthorsFile,
  defaultIcon: ChartFile,
): { metadata: ExtensionMetadata; iconFile?: ChartFile } {
  const { name, description, icon, keywords, home, sources, kubeVersion, maintainers } = chart.metadata;
  const wanted = author.icon ?? icon;
  const iconFile = wanted === undefined ? defaultIcon : /^(?:data:|https?:\/\/)/.test(wanted) ? undefined : iconOf(chart, wanted);
  const metadata: ExtensionMetadata = {
    displayName: author.displayName ?? { en: name },
    description: author.description ?? { en: description ?? name },
    icon: iconFile === undefined ? (wanted ?? "") : dataUri(chart, iconFile),
    provider: author.provider ?? { en: maintainers?.[0] ?? { name } },
    category: author.category ?? DEFAULT_CATEGORY,
    kubeVersion: author.kubeVersion ?? kubeVersion ?? DEFAULT_KUBE_VERSION,
    ksVersion: author.ksVersion ?? DEFAULT_KS_VERSION,
    installationMode: author.installationMode ?? "HostOnly",
    ...optional("keywords", author.keywords ?? keywords),
    ...optional("home", author.home ?? home),
    ...optional("sources", author.sources ?? sources),
  };
  return { metadata, ...optional("iconFile", iconFile) };
}

/** Absent rather than undefined: what is absent is not in an object's YAML and not in a diff. */
export const optional = <K extends string, V>(key: K, value: V | undefined) =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);

/** A text in English, else in the language that comes first. */
export const inEnglish = (texts: Readonly<Record<string, string>>): string => texts["en"] ?? Object.values(texts)[0] ?? "";

function iconOf(chart: Chart, path: string): ChartFile {
  const file = fileOf(chart.files, path.replace(/^\.\//, ""));
  if (file !== undefined) return file;
  throw new ConfigurationError({
    path: `${chart.source}/extension.yaml: icon`,
    given: path,
    allowed: "a file of the chart, a data: URI or an http(s) URL",
    mend: "Put the file there, or see whether .helmignore leaves it out.",
  });
}

function dataUri(chart: Chart, { path, data }: ChartFile): string {
  const shown = `${chart.source}/${path}`;
  const type = MEDIA_TYPES[extname(path).toLowerCase()];
  if (type === undefined)
    throw new ConfigurationError({
      path: shown,
      given: extname(path),
      allowed: Object.keys(MEDIA_TYPES).join(", "),
      mend: "Convert the icon.",
    });
  if (data.length > MAX_ICON_SIZE)
    throw new ConfigurationError({
      path: shown,
      given: `${data.length} bytes`,
      allowed: `icons of at most ${MAX_ICON_SIZE} bytes`,
      mend: "Make the icon smaller.",
    });
  return `data:${type};base64,${Buffer.from(data).toString("base64")}`;
}
