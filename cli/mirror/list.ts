/** All that a stack needs from elsewhere, each with its digest. */
import { readFile } from "fs/promises";
import { join } from "path";
import { findHelm } from "../extension/helm";
import { touchedReleases } from "../preview/releases";
import { inParallel, together } from "../../kubesphere/parallel";
import { plainRendering, statedKubernetes } from "../shared/rendering";
import { chartAt, extensionCharts, fetchChart, isRemote, keysOf, originOf, type Chart } from "./charts";
import type { Crane } from "./crane";
import { digestOfFile, holds, type Contents } from "./folder";
import { imagesOf, type ImageUse, type RenderedRelease } from "./images";
import { packagesIn, type NpmPackage } from "./npm";
import { fetchPlugin, pluginFile, pluginsOf, type Plugin } from "./plugins";
import type { Problems } from "./problem";
import { declaredResources } from "./program";
import { referenceText, upstreamOf, type Mapping } from "./reference";
import { INSTALL_AND_UPGRADE, rendersOf } from "./render";
import { sourcesOf, withKsCoreFacts, type NamedChart } from "./sources";

export interface Image extends ImageUse {
  /** Where it is asked for. */
  readonly from: string;
  readonly digest: string;
}

export interface FetchedPlugin extends Plugin {
  readonly digest: string;
  readonly file: string;
}

export interface Needs {
  readonly charts: readonly Chart[];
  readonly images: readonly Image[];
  readonly plugins: readonly FetchedPlugin[];
  readonly packages: readonly NpmPackage[];
}

export interface ListOptions {
  readonly checkout: string;
  readonly cache: string;
  /** For what is fetched. */
  readonly work: string;
  /** Of plugins and npm packages. */
  readonly platform: string;
  /** Of images. Default: all that there are. */
  readonly imagePlatform: string | undefined;
  readonly mappings: readonly Mapping[];
  /** Images that no manifest names. */
  readonly further: readonly string[];
  /** What an earlier run left, and where: versions that are pinned are not fetched again. */
  readonly kept: { readonly folder: string; readonly contents: Contents } | undefined;
  readonly crane: () => Promise<Crane>;
  readonly now: (text: string) => void;
  readonly problems: Problems;
}

/** @param config of the project, by key without namespace @throws Failure when nothing can be told */
export async function needsOf(config: Readonly<Record<string, unknown>>, options: ListOptions): Promise<Needs> {
  const { checkout, cache, work, platform, now, problems } = options;
  now("reading the configuration");
  const kubeVersion = statedKubernetes(config);
  const [stack, helm] = await together([
    plainRendering(cache, kubeVersion).then((rendering) => sourcesOf(config, checkout, rendering)),
    findHelm(cache),
  ]);
  const { settings, sources, charts: named, unread } = stack;
  for (const text of unread) problems.add({ kind: "chart", text });
  const core = await Promise.all(
    named.map(async (it) => {
      now(`fetching the chart of ${it.release}`);
      const from = originOf(it.reference);
      const chart = await problems.attempt(
        { kind: "chart", name: it.release, mend: `name another place in ${it.key}.chart: https://…, oci://…, a .tgz file or a folder` },
        async () => (await keptChart(it, options)) ?? fetchChart(it, { helm, checkout, folder: work }),
        (reason) => `the chart of ${it.release} cannot be had from ${from}: ${reason}`,
      );
      return [it.release, chart] as const;
    }),
  );
  const packed = await extensionCharts(sources.extensions, work);
  const archives = new Map(core.flatMap(([release, chart]) => (chart === undefined ? [] : [[release, chart.file] as const])));
  for (const { versions, install } of sources.extensions) {
    const installed = packed.find(({ name, version }) => name === versions[0]?.name && version === install?.version);
    if (installed !== undefined) archives.set(installed.name, installed.file);
  }
  const rendered: RenderedRelease[] = [];
  for (const release of touchedReleases(await declaredResources(settings, await withKsCoreFacts(stack, archives.get("ks-core"))))) {
    now(`rendering ${release.release}`);
    const renders = await problems.attempt(
      { kind: "image" },
      () => rendersOf(release, rendered, { helm, archives, kubeVersion }, INSTALL_AND_UPGRADE),
      (reason) => `the images of ${release.release} are not known, since its chart does not render: ${reason}`,
    );
    if (renders !== undefined) rendered.push({ release: release.release, objects: renders.flatMap(({ objects }) => objects) });
  }
  const { images, misspelt } = imagesOf(rendered, options.further);
  for (const text of misspelt) problems.add({ kind: "image", text });
  return {
    charts: [...core.flatMap(([, chart]) => chart ?? []), ...packed],
    images: await withDigests(images, options),
    plugins: await fetchedPlugins(pluginsOf(checkout, platform, process.env["PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES"] ?? ""), options),
    packages: packagesIn(await readFile(join(checkout, "package-lock.json"), "utf8"), platform),
  };
}

async function keptChart({ key, reference }: NamedChart, { kept }: ListOptions): Promise<Chart | undefined> {
  if (kept === undefined || !isRemote(reference)) return undefined;
  // What a query asks for is masked in the record, so that two of them would be taken for one.
  if (/\?/.test(`${reference.repository ?? ""}${reference.chart}`)) return undefined;
  const from = originOf(reference);
  const stored = kept.contents.charts.find((it) => it.from === from);
  const file = join(kept.folder, stored?.file ?? "");
  if (stored === undefined || !(await holds(file, stored.digest))) return undefined;
  return chartAt(file, { from, ...keysOf(key, reference) });
}

async function withDigests(images: readonly ImageUse[], options: ListOptions): Promise<readonly Image[]> {
  if (images.length === 0) return [];
  const crane = await options.problems.attempt({ kind: "image" }, options.crane);
  if (crane === undefined) {
    for (const { reference } of images)
      options.problems.add({
        kind: "image",
        name: referenceText(reference),
        text: `without crane, nobody was asked for ${referenceText(reference)}`,
      });
    return [];
  }
  options.now(`asking registries for ${images.length} images`);
  const found = await inParallel(images, async (image) => {
    const name = referenceText(image.reference);
    const from = upstreamOf(image.reference, options.mappings);
    const mend = "--from REGISTRY=REGISTRY names another place for images; `crane auth login REGISTRY` logs in";
    const digest = await options.problems.attempt(
      { kind: "image", name, mend },
      () => crane.digest(from, options.imagePlatform),
      (reason) => `the image ${name}, for ${image.neededBy.join(", ")}, cannot be had from ${from}: ${reason}`,
    );
    return digest === undefined ? undefined : { ...image, from, digest };
  });
  return found.filter((image) => image !== undefined);
}

const PLUGIN_MEND = "$PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES, regexp=URL, names another place for plugins";

async function fetchedPlugins(plugins: readonly Plugin[], options: ListOptions): Promise<readonly FetchedPlugin[]> {
  const fetched = await Promise.all(
    plugins.map((plugin) =>
      options.problems.attempt({ kind: "plugin", name: `${plugin.name} ${plugin.version}`, mend: PLUGIN_MEND }, async () => {
        const { kept, work, now } = options;
        const stored = kept?.contents.plugins.find(({ file }) => file === pluginFile(plugin));
        const file = join(kept?.folder ?? "", pluginFile(plugin));
        if (stored !== undefined && (await holds(file, stored.digest))) return { ...plugin, digest: stored.digest, file };
        now(`fetching the plugin ${plugin.name} ${plugin.version}`);
        const own = await fetchPlugin(plugin, work);
        return { ...plugin, digest: await digestOfFile(own), file: own };
      }),
    ),
  );
  return fetched.filter((plugin) => plugin !== undefined);
}
