/** What Helm would make of the wanted releases in the cluster, against what they hold there now. Reads only. */
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { label } from "../../kubesphere/api";
import type { ChartFile } from "../../kubesphere/chart/chartFiles";
import { mergeValues } from "../../kubesphere/chart/helmValues";
import { valuesOfPart } from "../../kubesphere/extension/installedParts";
import { oneContext, readKubeconfig } from "../../kubesphere/cluster/kubeconfig";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { clusterEnvironment, renderEnvironment } from "../../kubesphere/chart/helmEnvironment";
import type { HelmChart } from "../../sandbox/src/chartLogin";
import { archiveOf, originOf } from "../mirror/charts";
import type { Cluster } from "../shared/cluster";
import { Failure } from "../shared/command";
import { releaseOf } from "../shared/helmReleases";
import { injectedBy } from "../shared/kubesphereConfig";
import { objectsOf } from "../shared/manifest";
import type { K8s } from "../shared/objectDiff";
import type { Fields } from "../shared/preview";
import { unpackRenderable } from "../shared/renderable";
import { isUnknown } from "../shared/unknown";
import { manifestOf, runHelm, type Renderer } from "./manifest";
import type { ReleaseChange } from "./model";
import { objectChanges } from "./objects";
import { afterLeaving, keptOf, keptWords } from "./staying";
import type { TouchedRelease } from "./releases";

export interface Rendering {
  readonly helm: string;
  readonly cluster: Cluster;
  /** Path or contents, and context: of the stack. */
  readonly access: { readonly kubeconfig?: string; readonly context?: string };
  /** The folder that paths of charts are meant from. */
  readonly checkout: string;
}

/** @param now told each release before it is rendered */
export async function releaseChanges(
  touched: readonly TouchedRelease[],
  { helm, cluster, access, checkout }: Rendering,
  now: (text: string) => void,
): Promise<readonly ReleaseChange[]> {
  if (touched.length === 0) return [];
  const folder = await temporaryFolder("preview");
  try {
    const kubeconfig = join(folder, "kubeconfig");
    await writeFile(kubeconfig, JSON.stringify(oneContext(readKubeconfig(access.kubeconfig), access.context)), { mode: 0o600 });
    const run: Renderer["run"] = (args, values, env) => runHelm(helm, args, values, { cwd: folder, env });
    const environments = { cluster: clusterEnvironment(kubeconfig), offline: renderEnvironment(join(folder, ".helm")) };
    const archive = (reference: HelmChart, name: string) =>
      archiveOf(reference, { helm, checkout, folder: join(folder, `chart-${name}`) }).catch((error: Error) => {
        throw new Failure(`its chart cannot be had from ${originOf(reference)}: ${error.message}`);
      });
    const changes: ReleaseChange[] = [];
    const made: K8s[] = [];
    for (const [index, it] of touched.entries()) {
      now(`rendering ${it.release} (${index + 1} of ${touched.length})`);
      const { release, namespace, extension } = it;
      changes.push({
        ...{ release, namespace, ...(extension !== undefined && { extension }) },
        ...(await objectsOrProblem(() => compared(it, { cluster, folder, archive, run, environments, made }))),
      });
    }
    return changes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A release that cannot be rendered, or a cluster that cannot be read, leaves the rest of the report as good as it is. */
async function objectsOrProblem(work: () => Promise<Compared>): Promise<Compared & Pick<ReleaseChange, "problem">> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return { objects: [], problem: error.message };
    throw error;
  }
}

type Compared = Pick<ReleaseChange, "objects" | "stays">;

interface Surroundings extends Renderer {
  readonly cluster: Cluster;
  /** For charts. */
  readonly folder: string;
  /** A chart's archive, fetched or packed. */
  readonly archive: (reference: HelmChart, name: string) => Promise<string>;
  /** What was rendered so far; releases come before extensions. */
  readonly made: K8s[];
}

async function compared(
  { release, namespace, extension, wanted, leaving }: TouchedRelease,
  { cluster, folder, archive, run, environments, made }: Surroundings,
): Promise<Compared> {
  if (isUnknown(namespace)) throw new Failure("its namespace is known only after apply");
  const held = await releaseOf(cluster, namespace, release);
  const before = (held?.objects ?? []) as readonly K8s[];
  if (wanted === undefined) return afterLeaving(before, leaving, { cluster, namespace });
  const chart =
    typeof wanted.chart === "string" ? await archive({ ...wanted, chart: wanted.chart }, release) : join(folder, `${release}.tgz`);
  if (typeof wanted.chart !== "string") await writeFile(chart, wanted.chart);
  const files = await unpackRenderable(chart, release);
  const values = extension === undefined ? wanted.values : mergeValues(wanted.values, await overValues(cluster, made, files));
  const where = [release, chart, "--namespace", namespace, "--values", "-"];
  const render = async () => {
    const rendered = await manifestOf({ where, namespace, extension, isUpgrade: held !== undefined }, values, {
      cluster,
      run,
      environments,
    });
    const objects = objectsOf(rendered);
    return extension === undefined ? objects : objects.map((object) => labelled(object, extension));
  };
  const renders = await Promise.all([render(), render()]);
  made.push(...renders[0]);
  const { kept, others } = keptOf(before, renders[0]);
  return { objects: objectChanges(others, renders), ...(kept.length > 0 && { stays: kept.map((object) => keptWords(object, namespace)) }) };
}

/** KubeSphere's executor labels whatever an extension's chart renders. */
function labelled(object: K8s, extension: string): K8s {
  const { labels } = object.metadata as { labels?: Readonly<Record<string, string>> };
  const metadata = { ...object.metadata, labels: { ...labels, [label.extensionRef]: extension } };
  return { ...object, metadata };
}

/** What KubeSphere sets over an extension's values on the host. @param files of its package */
const overValues = async (cluster: Pick<Cluster, "read">, made: readonly K8s[], files: readonly ChartFile[]): Promise<Fields> =>
  mergeValues(await injectedBy(cluster, made), await valuesOfPart("extension", files));
