/** A chart on the disk, before Helm renders it: fetching has the user's logins and the network, rendering has neither. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackChartArchive } from "../../../../kubesphere/archive";
import { holding, readTree } from "../../../../kubesphere/chart";
import { isLookedAt, refuseOutsideSchemas } from "../../../../kubesphere/valuesSchema";
import { isObject, type Properties } from "../values.js";
import { runHelm, type Helm } from "./helm.js";
import { chartArguments } from "./releaseInputs.js";

/**
 * @param plain the release's inputs, revealed
 * @param work gets the inputs with the chart as a path
 * @throws {HelmError} when it cannot be fetched
 * @throws ConfigurationError when it is no chart, or would lead Helm to files and addresses outside of it
 */
export async function withChart<T>(helm: Helm, plain: Properties, work: (plain: Properties) => Promise<T>): Promise<T> {
  const { repositoryOpts, ...rest } = plain;
  const repository = isObject(repositoryOpts) ? repositoryOpts["repo"] : undefined;
  const chart = String(plain["chart"]);
  if (repository === undefined && !/^(?:https?|oci):\/\//.test(chart)) {
    const tree = await holding(await readTree(chart), isLookedAt);
    await refuseOutsideSchemas(tree.files, chart);
    return work(plain);
  }
  const folder = await mkdtemp(join(tmpdir(), "chart-"));
  try {
    await runHelm({ ...helm, kubeconfig: undefined }, ["pull", ...chartArguments(plain), "--destination", folder]);
    const [file = ""] = await readdir(folder);
    const path = join(folder, file);
    await refuseOutsideSchemas(await unpackChartArchive(path), chart);
    return await work({ ...rest, chart: path });
  } finally {
    await rm(folder, { recursive: true });
  }
}
