/**
 * A plain chart as an extension: the chart byte for byte, beside it the base chart that brings its UI into the console,
 * and what KubeSphere wants to know of both.
 */
import { readFile } from "fs/promises";
import { join } from "path";
import { CORE_API } from "./api";
import { chartOf, readChart, type Chart, type ChartFile, type FileTree } from "./chart";
import { extensionMetadata, inEnglish, optional, type ExtensionMetadata } from "./extensionMetadata";
import { readChartsFile } from "./extensionYaml";
import { checkName, checkVersion, permissionsFile, yamlFile, type PackageContents } from "./packageContents";
import { permissionsFor } from "./permissions";
import { findUiService, type UiService } from "./uiService";

const BASE = join(__dirname, "base");
const DEFAULT_ICON = "static/favicon.svg";

/** The program's own files, which do not change while it runs: read once for all extensions. */
let ours: Promise<[base: Chart, icon: Buffer]> | undefined;

/** What the Marketplace shows of a package, by its root's file names; `_zh` and the like are translations. */
const DOCUMENT = /^(?:README|CHANGELOG)(?:_[a-z]{2})?\.md$/;

/**
 * @param tree a chart, with an extension.yaml and a permissions.yaml beside Chart.yaml if need be
 * @throws ConfigurationError for whatever would fail later in the cluster: the file, what was found, what is allowed, how to mend it.
 */
export async function wrappedChart(tree: FileTree): Promise<PackageContents> {
  const chart = chartOf(tree);
  const { name, version } = chart.metadata;
  checkName(`${chart.source}/Chart.yaml`, name);
  checkVersion(`${chart.source}/Chart.yaml`, version);
  const [base, icon] = await (ours ??= Promise.all([readChart(BASE), readFile(join(__dirname, "favicon.svg"))]));
  const { service, ...stated } = readChartsFile(chart);
  const { metadata, iconFile } = extensionMetadata(
    { source: chart.source, files: [...chart.files, { path: DEFAULT_ICON, data: icon }] },
    { ...stated, icon: stated.icon ?? chart.metadata.icon ?? DEFAULT_ICON },
    chart.metadata,
  );
  const permissions = permissionsFor(base, chart);
  const documents = chart.files.filter(({ path }) => DOCUMENT.test(path));
  const files = [
    yamlFile("Chart.yaml", chartYaml(chart, base, metadata)),
    yamlFile("extension.yaml", extensionYaml(chart, metadata, iconFile)),
    permissionsFile(permissions),
    yamlFile("values.yaml", packageValues(metadata, service ?? findUiService(chart))),
    ...(documents.some(({ path }) => path === "README.md") ? documents : [...documents, readme(metadata)]),
    ...(iconFile === undefined ? [] : [iconFile]),
    ...screenshotsIn(chart, metadata).filter((file) => file !== iconFile),
    ...base.files.map((file) => within("charts/base", file)),
    ...chart.files.map((file) => within(`charts/${name}`, file)),
  ];
  return { name, version, files, metadata, ...permissions, configKeys: ["base", name, "global"] };
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

/** The console asks KubeSphere for them by their path in the package. */
const screenshotsIn = ({ files }: Chart, { screenshots = [] }: ExtensionMetadata): ChartFile[] =>
  files.filter(({ path }) => screenshots.some((shot) => shot.replace(/^\.\//, "") === path));

const within = (folder: string, { path, data }: ChartFile): ChartFile => ({ path: `${folder}/${path}`, data });
