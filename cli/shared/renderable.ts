import { unpackChartArchive } from "../../kubesphere/chart/archive";
import type { AnyFile, ChartFile } from "../../kubesphere/chart/chartFiles";
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
  const files = await unpackChartArchive(archive).catch(asFailure);
  await refuseUnrenderable(files, shown);
  return files;
}

/** The same for files that were read already. @throws Failure */
export const refuseUnrenderable = (files: readonly AnyFile[], shown: string): Promise<void> =>
  refuseOutsideSchemas(files, shown).catch(asFailure);

function asFailure(error: unknown): never {
  throw error instanceof ConfigurationError ? new Failure(error.message) : error;
}
