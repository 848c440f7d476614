import { unpackChartArchive } from "../../kubesphere/archive";
import { ConfigurationError } from "../../kubesphere/errors";
import { refuseOutsideSchemas } from "../../kubesphere/valuesSchema";
import { Failure } from "./command";

/**
 * To be asked before Helm renders a chart.
 * @param archive a file
 * @param shown what the error calls it
 * @throws Failure when it is no chart, or would lead Helm to files and addresses outside of it
 */
export async function refuseUnrenderable(archive: string, shown: string): Promise<void> {
  try {
    await refuseOutsideSchemas(await unpackChartArchive(archive), shown);
  } catch (error) {
    throw error instanceof ConfigurationError ? new Failure(error.message) : error;
  }
}
