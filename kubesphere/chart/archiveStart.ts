/** What the first bytes of a packed chart say of it: `helm package` writes Chart.yaml before all else. */
import { Readable } from "stream";
import { text } from "stream/consumers";
import { constants, gunzipSync } from "zlib";
import * as semver from "semver";
import * as tar from "tar-stream";
import { readYaml } from "../yaml/goYaml";

/** In bytes, unpacked. */
const MAX_CHART_YAML = 1024 * 1024;

export interface StatedChart {
  readonly version: string;
  readonly appVersion?: string;
}

/**
 * @param start of the archive; the rest need not be there
 * @returns what its Chart.yaml says; undefined where another file comes first, and for what cannot be read: whoever installs the chart reads it whole
 */
export async function chartYamlAtStart(start: Uint8Array): Promise<StatedChart | undefined> {
  const entries = tar.extract();
  try {
    // Without an error for the end that is not there.
    Readable.from([gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH })]).pipe(entries);
    for await (const entry of entries) {
      const { name, size = 0, type } = entry.header;
      if (type === "directory") {
        entry.resume();
        continue;
      }
      const isChartYaml = type === "file" && /^(?:\.\/)?[^/]+\/Chart\.yaml$/.test(name);
      return isChartYaml && size <= MAX_CHART_YAML ? statedIn(await text(entry)) : undefined;
    }
  } catch {
    return undefined;
  }
  return undefined;
}

function statedIn(chartYaml: string): StatedChart | undefined {
  const [{ version, appVersion } = {}] = readYaml(chartYaml) as { version?: unknown; appVersion?: unknown }[];
  if (typeof version !== "string" || semver.valid(version) === null) return undefined;
  return { version, ...(typeof appVersion === "string" && { appVersion }) };
}
