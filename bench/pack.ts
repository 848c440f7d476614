/** `pack.mjs FOLDER ARCHIVE`: the program's own packing as a process, as `helm package` is one. */
import { writeFile } from "node:fs/promises";
import { archivePieces } from "../kubesphere/chart/archive";
import { readChart } from "../kubesphere/chart/chart";
import { allFiles } from "../kubesphere/chart/fileTree";

async function pack(folder: string, archive: string): Promise<void> {
  const chart = await readChart(folder);
  await writeFile(archive, archivePieces(chart.metadata.name, allFiles(chart)));
}

const [, , folder = "", archive = ""] = process.argv;
void pack(folder, archive);
