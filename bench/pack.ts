/** `pack.mjs FOLDER ARCHIVE`: the program's own packing as a process, as `helm package` is one. */
import { writeFileSync } from "node:fs";
import { writeChartArchive } from "../kubesphere/archive";
import { allFiles, readChart } from "../kubesphere/chart";

async function pack(folder: string, archive: string): Promise<void> {
  const chart = await readChart(folder);
  writeFileSync(archive, await writeChartArchive(chart.metadata.name, allFiles(chart)));
}

const [, , folder = "", archive = ""] = process.argv;
void pack(folder, archive);
