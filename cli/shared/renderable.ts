import { unpackChartArchive } from "../../kubesphere/chart/archive";
import type { ChartFile } from "../../kubesphere/chart/chart";
import { ConfigurationError } from "../../kubesphere/errors";
import { refuseOutsideSchemas } from "../../kubesphere/chart/valuesSchema";
import { Failure } from "./command";

/**
 * A check that must pass before Helm renders a chart.
 * @param archive a file
 * @param shown its name in the error
 * @returns the chart's files
 * @throws Failure if it is not a chart, or would make Helm read files and addresses outside of it
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
