/** A chart's folder as Helm sees it: `.helmignore` honoured, links followed only within the folder. */
import { readFile, readdir, realpath, stat } from "fs/promises";
import { join, sep } from "path";
import { MAX_CHART_SIZE, MAX_FILES, MAX_FILE_SIZE, tooLarge } from "./archive";
import type { ChartFile } from "./chart";
import { ConfigurationError } from "./errors";
import { parseHelmIgnore, type IsIgnored } from "./helmIgnore";

/** @throws ConfigurationError for links that lead out or in circles, for devices and for what is too large. */
export async function readChartFolder(folder: string): Promise<ChartFile[]> {
  const ignoreFile = join(folder, ".helmignore");
  const rules = await readFile(ignoreFile, "utf8").catch(() => "");
  const root = await realpath(folder);
  const reader = new FolderReader(folder, root, parseHelmIgnore(rules.replace(/^\uFEFF/, ""), ignoreFile));
  await reader.walk("", [root]);
  return reader.files;
}

class FolderReader {
  readonly files: ChartFile[] = [];
  private size = 0;

  constructor(
    private readonly folder: string,
    private readonly root: string,
    private readonly isIgnored: IsIgnored,
  ) {}

  /** @param trail real paths of the folders that lead here, this one last */
  async walk(prefix: string, trail: readonly string[]): Promise<void> {
    for (const name of (await readdir(join(this.folder, prefix))).sort()) {
      const path = prefix + name;
      const shown = join(this.folder, path);
      if (name.includes("\uFFFD"))
        throw new ConfigurationError({ path: shown, given: name, allowed: "names in UTF-8", mend: "Rename the file." });
      const real = await realpath(shown).catch(() => undefined);
      if (real === undefined)
        throw new ConfigurationError({
          path: shown,
          given: "a link to nothing",
          allowed: "links to what is there",
          mend: "Remove the link.",
        });
      const info = await stat(real);
      if (this.isIgnored(path, info.isDirectory())) continue;
      if (!real.startsWith(this.root + sep) || trail.includes(real)) {
        const mend = "Put a copy there instead of the link, or name it in .helmignore.";
        throw new ConfigurationError({
          path: shown,
          given: `a link to ${real}`,
          allowed: "links to files and folders of the chart, not in a circle",
          mend,
        });
      }
      if (info.isDirectory()) await this.walk(`${path}/`, [...trail, real]);
      else if (info.isFile()) await this.read(path, real, info.size);
      else
        throw new ConfigurationError({
          path: shown,
          given: "a device, socket or pipe",
          allowed: "files and folders",
          mend: "Take it out of the chart.",
        });
    }
  }

  private async read(path: string, real: string, size: number): Promise<void> {
    this.size += size;
    if (size > MAX_FILE_SIZE) throw tooLarge(join(this.folder, path), `${size} bytes`);
    if (this.size > MAX_CHART_SIZE) throw tooLarge(this.folder, `more than ${MAX_CHART_SIZE} bytes`);
    if (this.files.length === MAX_FILES) throw tooLarge(this.folder, `more than ${MAX_FILES} files`);
    this.files.push({ path, data: await readFile(real) });
  }
}
