/**
 * A plain chart as an extension: the chart byte for byte, beside it the base chart that brings its UI into the console,
 * and what KubeSphere wants to know of both.
 */
import { readFile } from "fs/promises";
import { join } from "path";
import { CORE_API } from "./api";
import { allFiles, chartOf, holding, readChart, type AnyFile, type Chart, type ChartFile, type FileTree } from "./chart";
import { extensionMetadata, inEnglish, isShown, optional, type ExtensionMetadata } from "./extensionMetadata";
import { readChartsFile } from "./extensionYaml";
import { chartFile, checkName, checkVersion, permissionsFile, yamlFile, type PackageContents } from "./packageContents";
import { permissionsFor } from "./permissions";
import { findUiService, type UiService } from "./uiService";

const BASE = join(__dirname, "base");
const DEFAULT_ICON = "static/favicon.svg";

/** The program's own files, which do not change while it runs: read once for all extensions. */
let ours: Promise<[base: Chart, defaultIcon: Buffer]> | undefined;
const readOurs = async (): Promise<[Chart, Buffer]> => [
  await holding(await readChart(BASE), () => true),
  await readFile(join(__dirname, "favicon.svg")),
];

/** What the Marketplace shows of a package besides icon and screenshots; `_zh` and the like are translations. */
const DOCUMENT = /^(?:README|CHANGELOG)(?:_[a-z]{2})?\.md$/;

/**
 * @param tree a chart, with an extension.yaml and a permissions.yaml beside Chart.yaml if need be
 * @throws ConfigurationError for whatever would fail later in the cluster: the file, what was found, what is allowed, how to mend it.
 */
export async function wrappedChart(tree: FileTree): Promise<PackageContents> {
  const found = chartOf(tree);
  const { name, version } = found.metadata;
  checkName(`${found.source}/Chart.yaml`, name);
  checkVersion(`${found.source}/Chart.yaml`, version);
  const [base, defaultIcon] = await (ours ??= readOurs());
  const { service, ...said } = readChartsFile(found);
  const stated = { ...said, icon: said.icon ?? found.metadata.icon ?? DEFAULT_ICON };
  const isIconOrScreenshot = isShown(stated);
  // What the Marketplace shows goes in twice: at the root, and with the chart.
  const chart = await holding(found, (path) => DOCUMENT.test(path) || isIconOrScreenshot(path));
  const withDefaultIcon = { ...chart, files: [...chart.files, { path: DEFAULT_ICON, data: defaultIcon }] };
  const { metadata, iconFile } = extensionMetadata(withDefaultIcon, stated, chart.metadata);
  const permissions = permissionsFor(base, chart);
  const documents = chart.files.filter(({ path }) => DOCUMENT.test(path));
  const dependencies = [base.metadata, chart.metadata].map(({ name, version }) => ({ name, version }));
  const files = [
    chartFile({ ...chart.metadata, dependencies }, metadata),
    yamlFile("extension.yaml", extensionYaml(chart, metadata, iconFile)),
    permissionsFile(permissions),
    yamlFile("values.yaml", packageValues(metadata, service ?? findUiService(chart))),
    ...(documents.some(({ path }) => path === "README.md") ? documents : [...documents, readme(metadata)]),
    ...(iconFile === undefined ? [] : [iconFile]),
    ...screenshotsIn(chart, metadata).filter((file) => file !== iconFile),
    ...allFiles(base).map((file) => within("charts/base", file)),
    ...allFiles(chart).map((file) => within(`charts/${name}`, file)),
  ];
  return { name, version, files, metadata, ...permissions, configKeys: ["base", name, "global"] };
}

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

const within = (folder: string, file: AnyFile): AnyFile => ({ ...file, path: `${folder}/${file.path}` });
