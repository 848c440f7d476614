/** A chart on the disk, before Helm renders it: fetching has the user's logins and the network, rendering has neither. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { allFiles, readTree } from "../../../../kubesphere/chart/fileTree";
import { temporaryFolder } from "../../../../kubesphere/chart/temporaryFolder.js";
import { refuseOutsideSchemas } from "../../../../kubesphere/chart/valuesSchema";
import { maskUrls } from "../../../../cli/shared/urls";
import { chartArguments } from "../../chartLogin.js";
import { without, type Properties } from "../values.js";
import { runHelm, type Helm } from "./helm.js";
import { chartAddress, develArguments } from "./releaseInputs.js";

/**
 * @param plain the release's inputs, revealed
 * @param work gets the inputs with the chart as a path
 * @throws {HelmError} when it cannot be fetched
 * @throws ConfigurationError when it is no chart, or would lead Helm to files and addresses outside of it
 */
export async function withChart<T>(helm: Helm, plain: Properties, work: (plain: Properties) => Promise<T>): Promise<T> {
  const address = chartAddress(plain);
  const { chart, repository } = address;
  if (repository === undefined && !/^(?:https?|oci):\/\//.test(chart)) {
    await refuseOutsideSchemas(allFiles(await readTree(chart)), chart);
    return work(plain);
  }
  return inFolder(async (folder) => {
    await asking(helm, plain, (which) => ["pull", ...which, "--destination", folder]);
    const [file = ""] = await readdir(folder);
    const path = join(folder, file);
    await refuseOutsideSchemas(allFiles(await readTree(path)), maskUrls(chart));
    return work({ ...without(plain, "repositoryOpts"), chart: path });
  });
}

/** The chart's own `Chart.yaml`. @throws {HelmError} when it cannot be had */
export const showChart = (helm: Helm, plain: Properties): Promise<string> => asking(helm, plain, (which) => ["show", "chart", ...which]);

/** Asks where the chart is, with a login in files that are there no longer than it takes. */
const asking = (helm: Helm, plain: Properties, args: (which: readonly string[]) => string[]): Promise<string> =>
  inFolder(async (folder) => {
    const own = { ...helm, kubeconfig: undefined };
    const { update, which } = await chartArguments(chartAddress(plain), folder);
    if (update !== undefined) await runHelm(own, [...update]);
    return runHelm(own, args([...which, ...develArguments(plain)]));
  });

/** @param work gets a folder that only this user can read */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder("chart");
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
