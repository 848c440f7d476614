/**
 * A plain chart as an extension: the unchanged chart, beside it the base chart that shows its UI in the console,
 * and the metadata that KubeSphere needs.
 */
import { readFile } from "fs/promises";
import { join } from "path";
import { CORE_API } from "../api";
import { chartOf, readChart, templatesOf, type AnyFile, type Chart, type ChartFile } from "../chart/chart";
import { allFiles, holding, type FileTree } from "../chart/fileTree";
import { aliasedConditions } from "../chart/aliasedConditions";
import { checkDependencies, keysForCharts, statedDependencies } from "../chart/chartDependencies";
import type { Draft, Told } from "./draft";
import { ConfigurationError } from "../errors";
import { extensionMetadata, inEnglish, isShown, optional, type ExtensionMetadata } from "./extensionMetadata";
import { readChartsFile } from "./extensionYaml";
import { mergeValues, type Values } from "../chart/helmValues";
import { partsOf, tagsOf } from "./installedParts";
import { chartFile, checkName, packageVersion, permissionsFile, yamlFile } from "./packageContents";
import { statedPermissions, type Permissions } from "./permissions";
import { mergedRules } from "./policyRules";
import { isFields } from "../chart/renderedObject";
import type { UiService } from "./ui";

const BASE = join(__dirname, "base");
const DEFAULT_ICON = "static/favicon.svg";

/** Files of the program, which do not change while it runs: read once for all extensions. */
let ours: Promise<[base: Chart, defaultIcon: Buffer]> | undefined;
const readOurs = async (): Promise<[Chart, Buffer]> => [
  await holding(await readChart(BASE), () => true),
  await readFile(join(__dirname, "favicon.svg")),
];

/** The texts that the Marketplace shows beside icon and screenshots; `_zh` and the like are translations. */
const DOCUMENT = /^(?:README|CHANGELOG)(?:_[a-z]{2})?\.md$/;

/** A placeholder for the Service, which only rendering can tell, so that the base chart's objects are rendered, too. */
const ANY_SERVICE: UiService = { name: "ui", port: 80 };

/**
 * @param tree a chart, with an extension.yaml and a permissions.yaml beside Chart.yaml if need be
 * @throws ConfigurationError for every mistake that would fail later in the cluster: the file, the value found, the values allowed, the remedy.
 */
export async function wrappedChart(tree: FileTree): Promise<Draft> {
  const found = chartOf(tree);
  if (found.metadata.type === "library") throw library(found);
  const { service, name: otherName, version: otherVersion, ...said } = readChartsFile(found);
  const nameFile = (key: unknown) => `${found.source}/${key === undefined ? "Chart" : "extension"}.yaml`;
  const name = checkName(nameFile(otherName), otherName ?? found.metadata.name);
  const version = packageVersion(nameFile(otherVersion), otherVersion ?? found.metadata.version);
  const [base, defaultIcon] = await (ours ??= readOurs());
  const stated = { ...said, icon: said.icon ?? usableIcon(found) ?? DEFAULT_ICON };
  const isIconOrScreenshot = isShown(stated);
  // The Marketplace's files are in the package twice: at the root, and in the chart.
  const chart = await holding(found, (path) => DOCUMENT.test(path) || isIconOrScreenshot(path));
  const withDefaultIcon = { ...chart, files: [...chart.files, { path: DEFAULT_ICON, data: defaultIcon }] };
  const { metadata, iconFile } = extensionMetadata(withDefaultIcon, stated, { ...chart.metadata, name });
  const added = renamed(base, chart.metadata.name === base.metadata.name ? OTHER_BASE : base.metadata.name);
  const documents = chart.files.filter(({ path }) => DOCUMENT.test(path));
  // Menu entry and Ingress are for the host cluster, which has the console.
  const hostOnly = partsOf(metadata).includes("agent") ? { tags: ["extension"] } : {};
  const dependencies = [
    { name: added.metadata.name, version: added.metadata.version, ...hostOnly },
    { name: chart.metadata.name, version: chart.metadata.version },
  ];
  const permissions = statedPermissions(chart);
  const common: readonly AnyFile[] = [
    chartFile({ ...chart.metadata, name, version, dependencies }, metadata),
    yamlFile("extension.yaml", extensionYaml(chart, { name, version }, metadata, iconFile)),
    ...(documents.some(({ path }) => path === "README.md") ? documents : [...documents, readme(metadata)]),
    ...(iconFile === undefined ? [] : [iconFile]),
    ...screenshotsIn(chart, metadata).filter((file) => file !== iconFile),
    ...allFiles(added).map((file) => within(`charts/${added.metadata.name}`, file)),
    ...allFiles(chart).map((file) => within(`charts/${chart.metadata.name}`, file)),
  ];
  const conditions = await aliasedConditions(chart);
  const ownValues = Object.keys(conditions).length === 0 ? {} : { [chart.metadata.name]: conditions };
  const valuesFile = (ui: UiService | undefined) =>
    yamlFile("values.yaml", { [added.metadata.name]: baseValues(metadata, ui), ...ownValues });
  // The author's permissions cover the chart, but not the base chart that is added to it.
  const rights = ({ rules, clusterRules, added }: Told): Permissions =>
    permissions === undefined
      ? { rules, clusterRules }
      : {
          rules: mergedRules([...permissions.rules, ...added.rules]),
          clusterRules: mergedRules([...permissions.clusterRules, ...added.clusterRules]),
        };
  const stands = statedDependencies(chart, chart.metadata.dependencies);
  return {
    source: chart.source,
    name,
    version,
    metadata,
    permissions,
    configKeys: [added.metadata.name, chart.metadata.name, "global", "tags"],
    wrapped: {
      ...{ chart: chart.metadata.name, version: chart.metadata.version, base: added.metadata.name, values: chart.values, service },
      keysForCharts: keysForCharts(chart, stands),
    },
    templates: () => templatesOf(chart),
    files: [...common, valuesFile(service === false ? undefined : ANY_SERVICE)],
    rights,
    finish: (learnt) => [...common, permissionsFile(rights(learnt)), valuesFile(learnt.ui?.service)],
    checkDependencies(config: Values) {
      const own = config[chart.metadata.name];
      const values = mergeValues(chart.values, isFields(own) ? own : {});
      for (const part of partsOf(metadata))
        checkDependencies(chart, stands, values, { ...(isFields(config["tags"]) && config["tags"]), ...tagsOf(part) });
    },
  };
}

const library = ({ source }: Chart) =>
  new ConfigurationError({
    path: `${source}/Chart.yaml: type`,
    given: "library",
    allowed: "application: a library chart makes no objects of its own, and Helm installs none",
    mend: "Name a chart that uses it.",
  });

/** A chart's icon is for Helm's own catalogues: one that cannot be shown is no reason to refuse the chart. */
const usableIcon = ({ metadata: { icon }, files, unread }: Chart): string | undefined =>
  icon !== undefined &&
  (/^(?:data:image\/|https?:\/\/)/.test(icon) || [...files, ...unread].some(({ path }) => path === icon.replace(/^\.\//, "")))
    ? icon
    : undefined;

/** For a chart that has the same name as the base chart. */
const OTHER_BASE = "extension-base";

function renamed(base: Chart, name: string): Chart {
  if (name === base.metadata.name) return base;
  const rename = (file: ChartFile): ChartFile =>
    file.path === "Chart.yaml"
      ? {
          ...file,
          data: Buffer.from(
            Buffer.from(file.data)
              .toString()
              .replace(/^name: .*$/m, `name: ${name}`),
          ),
        }
      : file;
  return { ...base, metadata: { ...base.metadata, name }, files: base.files.map(rename) };
}

const extensionYaml = (
  { metadata: { maintainers } }: Chart,
  { name, version }: Pick<Draft, "name" | "version">,
  metadata: ExtensionMetadata,
  iconFile?: ChartFile,
) => ({
  apiVersion: CORE_API,
  name,
  version,
  ...metadata,
  ...optional("maintainers", maintainers),
  icon: iconFile === undefined ? metadata.icon : `./${iconFile.path}`,
});

/** Values that a user may change at the installation; the base chart's values.yaml explains them. */
const baseValues = ({ displayName, description }: ExtensionMetadata, ui: UiService | undefined) => ({
  extSvcName: ui?.name ?? "",
  extSvcPort: ui?.port ?? ANY_SERVICE.port,
  ...optional("extSvcProtocol", ui?.protocol),
  ...optional("extAnnotations", ui?.annotations),
  extParent: "global",
  extTitle: inEnglish(displayName),
  extDesc: inEnglish(description),
  extEmbed: "iframe",
});

const readme = ({ displayName, description }: ExtensionMetadata): ChartFile => ({
  path: "README.md",
  data: Buffer.from(`# ${inEnglish(displayName)}\n\n${inEnglish(description)}\n`),
});

/** The console requests them from KubeSphere by their path in the package. */
const screenshotsIn = ({ files }: Chart, { screenshots = [] }: ExtensionMetadata): ChartFile[] =>
  files.filter(({ path }) => screenshots.some((shot) => shot.replace(/^\.\//, "") === path));

const within = (folder: string, file: AnyFile): AnyFile => ({ ...file, path: `${folder}/${file.path}` });
