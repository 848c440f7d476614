import { unpackChartArchive } from "../../kubesphere/chart/archive";
import type { ChartFile } from "../../kubesphere/chart/chart";
import { ConfigurationError } from "../../kubesphere/errors";
import { refuseOutsideSchemas } from "../../kubesphere/chart/valuesSchema";
import { Failure } from "./command";

/**
 * To be asked before Helm renders a chart.
 * @param archive a file
 * @param shown what the error calls it
 * @returns the chart's files
 * @throws Failure when it is no chart, or would lead Helm to files and addresses outside of it
 */
export async function unpackRenderable(archive: string, shown: string): Promise<readonly ChartFile[]> {
  try {
    const files = await unpackChartArchive(archive);
    await refuseOutsideSchemas(files, shown);
    return files;
  } catch (error) {
    throw error instanceof ConfigurationError ? new Failure(error.message) : error;
  }
}
