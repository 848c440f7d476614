/** All objects that a stack brings, without asking its cluster: the program's own, those of its Helm releases, those of its extensions. */
import { createHash } from "crypto";
import { resourceFinder } from "../../kubesphere/chart/apiResources";
import { placed } from "../../kubesphere/extension/keptObjects";
import { findHelm } from "../extension/helm";
import { extensionCharts, fetchChart, originOf } from "../mirror/charts";
import type { RenderedRelease } from "../mirror/images";
import { declaredResources } from "../mirror/program";
import { rendersOf } from "../mirror/render";
import { sourcesOf, withKsCoreFacts } from "../mirror/sources";
import { touchedReleases } from "../preview/releases";
import type { Resource } from "../preview/resources";
import { Failure } from "../shared/command";
import type { K8s } from "../shared/objectDiff";
import { plainRendering, statedKubernetes } from "../shared/rendering";
import type { Rendered } from "./objects";

export interface StackOptions {
  readonly checkout: string;
  readonly cache: string;
  /** For charts. */
  readonly work: string;
  readonly now: (text: string) => void;
}

/** Where the files of the program's own objects go: no release is called so, as Helm's names have no `_`. */
const PROGRAM = "_program";

/**
 * @param config of the project, by key without namespace
 * @throws Failure, ConfigurationError when any of them cannot be had: a part would pass for the whole
 */
export async function renderedStack(config: Readonly<Record<string, unknown>>, options: StackOptions): Promise<readonly Rendered[]> {
  const { checkout, cache, work, now } = options;
  const helm = await findHelm(cache);
  const kubeVersion = statedKubernetes(config);
  const stack = await sourcesOf(config, checkout, await plainRendering(cache, kubeVersion));
  const { settings, sources, charts, unread } = stack;
  if (unread.length > 0) throw new Failure(unread.join("\n"));
  const archives = new Map<string, string>();
  for (const chart of charts) {
    now(`fetching the chart of ${chart.release}`);
    const { file } = await fetchChart(chart, { helm, checkout, folder: work }).catch((error: Error) => {
      throw new Failure(`${chart.key}.chart: the chart cannot be had from ${originOf(chart.reference)}: ${error.message}`);
    });
    archives.set(chart.release, file);
  }
  for (const { name, version, file } of await extensionCharts(sources.extensions, work))
    if (sources.extensions.some(({ versions: [first], install }) => first?.name === name && install?.version === version))
      archives.set(name, file);
  const resources = await declaredResources(settings, await withKsCoreFacts(stack, archives.get("ks-core")));
  const once = async (): Promise<readonly (RenderedRelease & { readonly namespace: string })[]> => {
    const rendered: (RenderedRelease & { namespace: string })[] = [];
    for (const release of touchedReleases(resources)) {
      now(`rendering ${release.release}`);
      const renders = await rendersOf(release, rendered, { helm, archives, kubeVersion }, [["--include-crds"]]);
      if (renders === undefined) throw new Failure(`the chart of ${release.release} is not at hand`);
      rendered.push(...renders.map((it) => ({ ...it, namespace: release.namespace })));
    }
    return rendered;
  };
  const renders = await once();
  const again = await once();
  return [
    { folder: PROGRAM, objects: resources.flatMap(objectIn) },
    ...renders.map(({ release, objects, namespace }, index) => ({
      folder: release,
      objects: within(objects, namespace),
      again: within(again[index]?.objects ?? [], namespace),
    })),
  ];
}

/** A release's objects are those of Helm. */
function objectIn({ type, wanted }: Resource): K8s[] {
  if (!type.startsWith("kubernetes:") || type.startsWith("kubernetes:helm.sh/") || wanted === undefined) return [];
  const { binaryData, ...object } = wanted as K8s & { readonly binaryData?: Readonly<Record<string, string>> };
  if (binaryData === undefined) return [object as K8s];
  // A package is the extension's own objects, which have files of their own.
  const digests = Object.entries(binaryData).map(([key, data]) => [key, digestOf(Buffer.from(data, "base64"))]);
  return [{ ...(object as K8s), binaryData: Object.fromEntries(digests) as object }];
}

const digestOf = (data: Buffer) => `sha256:${createHash("sha256").update(data).digest("hex")}, ${data.length} bytes`;

const within = (objects: readonly K8s[], namespace: string): K8s[] => {
  const find = resourceFinder(objects);
  return objects.map((object) => placed(object, namespace, find));
};
