/** `pack.mjs FOLDER ARCHIVE`: the program's own packing as a process, as `helm package` is one. */
import { writeFileSync } from "node:fs";
import { writeChartArchive } from "../kubesphere/chart/archive";
import { readChart } from "../kubesphere/chart/chart";
import { allFiles } from "../kubesphere/chart/fileTree";

async function pack(folder: string, archive: string): Promise<void> {
  const chart = await readChart(folder);
  writeFileSync(archive, await writeChartArchive(chart.metadata.name, allFiles(chart)));
}

const [, , folder = "", archive = ""] = process.argv;
void pack(folder, archive);
