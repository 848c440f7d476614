/** Gets one tool from its official download. */
import { chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "../processes.js";
import { Failure, ProgressLine } from "../report.js";
import { emptyFolder } from "./build.js";
import type { Platform, Tool } from "./catalogue.js";
import { download, type ReachRecord } from "./download.js";
import type { Located } from "./find.js";

/**
 * Downloads a tool into a folder of its own under `toolsFolder`, unless it is there. Only the holder of the tools' lock may ask.
 * @throws Unreachable when it cannot be had from its official place
 * @throws Failure when a checksum is wrong
 */
export async function fetchTool(tool: Tool, platform: Platform, toolsFolder: string, record: ReachRecord): Promise<Located> {
  const folder = join(toolsFolder, `${tool.name}-${tool.version.pinned}`);
  if (!existsSync(folder)) {
    const temporary = emptyFolder(join(toolsFolder, ".new"));
    const output = emptyFolder(join(temporary, "output"));
    const progress = new ProgressLine();
    try {
      for (const { url, checksums, executables } of tool.downloads(platform)) {
        const file = join(temporary, basename(url));
        const onBytes = (received: number, total: number) => progress.update(`${url}: ${mebibytes(received)} of ${mebibytes(total)} MiB`);
        await download(url, checksums, file, { record, onBytes });
        if (url.endsWith(".tar.gz")) await unpack(file, temporary);
        for (const [name, path] of Object.entries(executables)) {
          chmodSync(join(temporary, path), 0o755);
          renameSync(join(temporary, path), join(output, name));
        }
      }
      renameSync(output, folder);
    } finally {
      progress.end();
      rmSync(temporary, { recursive: true, force: true });
    }
  }
  return Object.fromEntries(tool.executables.map(({ name }) => [name, join(folder, name)]));
}

async function unpack(archive: string, folder: string): Promise<void> {
  const { code, stderr } = await run("tar", ["-xzf", archive, "-C", folder]);
  if (code !== 0) throw new Failure(`tar could not unpack ${archive}: ${stderr}`);
}

const mebibytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
