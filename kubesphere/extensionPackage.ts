/**
 * A chart → an extension package: the chart byte for byte, beside it the base chart that brings its UI into the console,
 * and what KubeSphere wants to know of both.
 */
import { createHash } from "crypto";
import { readFile } from "fs/promises";
import { join } from "path";
import { dump } from "js-yaml";
import * as semver from "semver";
import { CONFIG_MAP_LIMIT, CORE_API, MAX_EXTENSION_NAME_LENGTH } from "./api";
import { writeChartArchive } from "./archive";
import { readChart, type Chart, type ChartFile } from "./chart";
import { ConfigurationError } from "./errors";
import { extensionMetadata, inEnglish, optional, readAuthorsFile, type ExtensionMetadata } from "./extensionMetadata";
import { permissionsFor, type Permissions, type PolicyRule } from "./permissions";
import { findUiService, type UiService } from "./uiService";

export type { ExtensionMetadata, PolicyRule };

export interface ExtensionPackage {
  /** The chart's, and so the extension's and its release's. */
  readonly name: string;
  /** The chart's own. */
  readonly version: string;
  /** The package as a .tgz; the same bytes for the same source. */
  readonly archive: Buffer;
  /** `sha256:<hex>` of the archive. */
  readonly digest: string;
  readonly metadata: ExtensionMetadata;
  /** What the executor may do in the whole cluster. */
  readonly clusterRules: readonly PolicyRule[];
  /** What the executor may do in the extension's namespace. */
  readonly rules: readonly PolicyRule[];
}

const BASE = join(__dirname, "base");
const DEFAULT_ICON = join(__dirname, "favicon.svg");

/** What the Marketplace shows of a package, by its root's file names; `_zh` and the like are translations. */
const DOCUMENT = /^(?:README|CHANGELOG)(?:_[a-z]{2})?\.md$/;

/**
 * @param source a chart's folder or packed chart (.tgz), with an extension.yaml and a permissions.yaml beside Chart.yaml if need be.
 * @throws ConfigurationError for whatever would fail later in the cluster: the file, what was found, what is allowed, how to mend it.
 */
export async function packageExtension(source: string): Promise<ExtensionPackage> {
  const [chart, base, icon] = await Promise.all([readChart(source), readChart(BASE), readFile(DEFAULT_ICON)]);
  checkName(chart);
  checkVersion(chart);
  const { name, version } = chart.metadata;
  const author = readAuthorsFile(chart);
  const { metadata, iconFile } = extensionMetadata(chart, author, { path: "static/favicon.svg", data: icon });
  const permissions = permissionsFor(base, chart);
  const documents = chart.files.filter(({ path }) => DOCUMENT.test(path));
  const archive = await writeChartArchive(name, [
    yamlFile("Chart.yaml", chartYaml(chart, base, metadata)),
    yamlFile("extension.yaml", extensionYaml(chart, metadata, iconFile)),
    yamlFile("permissions.yaml", ...permissionsYaml(permissions)),
    yamlFile("values.yaml", packageValues(metadata, author.service ?? findUiService(chart))),
    ...(documents.some(({ path }) => path === "README.md") ? documents : [...documents, readme(metadata)]),
    ...(iconFile === undefined ? [] : [iconFile]),
    ...base.files.map((file) => within("charts/base", file)),
    ...chart.files.map((file) => within(`charts/${name}`, file)),
  ]);
  if (archive.length > CONFIG_MAP_LIMIT) {
    const mend =
      "Take out of the chart what it does not need, or publish the package elsewhere and name it by `chartURL` in the ExtensionVersion.";
    throw new ConfigurationError({
      path: source,
      given: `a package of ${archive.length} bytes`,
      allowed: `at most ${CONFIG_MAP_LIMIT} bytes, what a ConfigMap holds`,
      mend,
    });
  }
  return { name, version, archive, digest: `sha256:${createHash("sha256").update(archive).digest("hex")}`, metadata, ...permissions };
}

function checkName({ source, metadata: { name } }: Chart): void {
  // "base" is the other chart of the package.
  if (name.length <= MAX_EXTENSION_NAME_LENGTH && /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name !== "base") return;
  const allowed = `lower-case letters, digits and -, beginning with a letter, at most ${MAX_EXTENSION_NAME_LENGTH} characters, not "base"`;
  throw new ConfigurationError({
    path: `${source}/Chart.yaml: name`,
    given: name,
    allowed,
    mend: "Rename the chart: namespaces, hosts and Jobs are named after it.",
  });
}

/** Object names carry the version, hence no capitals and no "+"; a "v" would make KubeSphere upgrade for ever. */
function checkVersion({ source, metadata: { version } }: Chart): void {
  if (/^\d[a-z0-9.-]*$/.test(version) && semver.valid(version) === version) return;
  const allowed = "a semantic version in lower case without v or build metadata, as in 1.2.3 or 1.2.3-rc.1";
  throw new ConfigurationError({
    path: `${source}/Chart.yaml: version`,
    given: version,
    allowed,
    mend: "Correct it there; it becomes the extension's version.",
  });
}

/** Helm lints a chart whose charts/ it finds among the dependencies only. */
const chartYaml = ({ metadata: { name, version, appVersion, maintainers } }: Chart, base: Chart, metadata: ExtensionMetadata) => ({
  apiVersion: "v2",
  name,
  version,
  ...optional("appVersion", appVersion),
  description: inEnglish(metadata.description),
  ...optional("home", metadata.home),
  icon: metadata.icon,
  ...optional("keywords", metadata.keywords),
  kubeVersion: metadata.kubeVersion,
  ...optional("maintainers", maintainers),
  ...optional("sources", metadata.sources),
  dependencies: [
    { name: "base", version: base.metadata.version },
    { name, version },
  ],
});

const extensionYaml = ({ metadata: { name, version, maintainers } }: Chart, metadata: ExtensionMetadata, iconFile?: ChartFile) => ({
  apiVersion: CORE_API,
  name,
  version,
  ...metadata,
  ...optional("maintainers", maintainers),
  icon: iconFile === undefined ? metadata.icon : `./${iconFile.path}`,
});

const permissionsYaml = ({ clusterRules, rules }: Permissions) => [
  { kind: "ClusterRole", rules: clusterRules },
  { kind: "Role", rules },
];

/** What a user may change when installing; the base chart's values.yaml says what each is. */
const packageValues = ({ displayName, description }: ExtensionMetadata, { name, port }: UiService) => ({
  base: {
    extSvcName: name,
    extSvcPort: port,
    extParent: "topbar",
    extTitle: inEnglish(displayName),
    extDesc: inEnglish(description),
    extEmbed: "iframe",
  },
});

const readme = ({ displayName, description }: ExtensionMetadata): ChartFile => ({
  path: "README.md",
  data: Buffer.from(`# ${inEnglish(displayName)}\n\n${inEnglish(description)}\n`),
});

const yamlFile = (path: string, ...documents: unknown[]): ChartFile => ({
  path,
  data: Buffer.from(documents.map((document) => dump(document, { noRefs: true, lineWidth: -1 })).join("---\n")),
});

const within = (folder: string, { path, data }: ChartFile): ChartFile => ({ path: `${folder}/${path}`, data });
