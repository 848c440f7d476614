/** Reads a chart's folder as Helm does: it honours `.helmignore`, and follows links only within the folder. */
import { constants, type Stats } from "fs";
import { lstat, open, readdir, realpath, stat, type FileHandle } from "fs/promises";
import { join, sep } from "path";
import { ChartFiles, isLookedInto, type ChartFile, type UnreadFile } from "./chartFiles";
import { ConfigurationError } from "../errors";
import { parseHelmIgnore, type IsIgnored } from "./helmIgnore";
import { decodeText } from "../yaml/yamlFile";

/**
 * Reads what is looked into and finds the rest.
 * @throws ConfigurationError for links that lead out or in circles, devices, and what cannot be read, is too large or changes meanwhile.
 */
export async function readChartFolder(folder: string): Promise<{ files: ChartFile[]; unread: UnreadFile[] }> {
  const root = await realpath(folder);
  const ignoreFile = join(folder, ".helmignore");
  const rules = await readRules(ignoreFile, root);
  const reader = new FolderReader(folder, root, rules, parseHelmIgnore(rules ? decodeText(ignoreFile, rules) : "", ignoreFile));
  await reader.walk("", [root]);
  const { files, unread } = reader.chart;
  return { files, unread };
}

/** In bytes; each line is matched with every path of the chart. */
const MAX_RULES_SIZE = 64 * 1024;

/** undefined if there are none. It is read before any rule applies, and so cannot ignore itself. */
async function readRules(shown: string, root: string): Promise<Buffer | undefined> {
  const isThere = await lstat(shown).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unreadable(shown, error);
  });
  if (!isThere) return undefined;
  const { real, info } = await resolved(shown);
  if (!real.startsWith(root + sep)) throw leadsOut(shown, real, "Put a copy there instead of the link.");
  if (!info.isFile()) throw notRegular(shown, info.isDirectory() ? "a folder" : "a device, socket or pipe");
  if (info.size > MAX_RULES_SIZE)
    throw refused(shown, `${info.size} bytes`, `rules of at most ${MAX_RULES_SIZE} bytes`, "Name folders and patterns instead of files.");
  return orRefuse(shown, readWhole(shown, real, info.size));
}

class FolderReader {
  readonly chart: ChartFiles;

  constructor(
    private readonly folder: string,
    private readonly root: string,
    /** The content of `.helmignore`, so that it is not read twice. */
    private readonly rules: Buffer | undefined,
    private readonly isIgnored: IsIgnored,
  ) {
    this.chart = new ChartFiles(folder);
  }

  /** @param trail the real paths of the folders above, and of this one at the end */
  async walk(prefix: string, trail: readonly string[]): Promise<void> {
    const here = join(this.folder, prefix);
    for (const name of (await orRefuse(here, readdir(here))).sort()) {
      const path = prefix + name;
      const shown = join(this.folder, path);
      // Node reads bytes that are not UTF-8 as U+FFFD.
      if (name.includes("\uFFFD")) throw refused(shown, name, "names in UTF-8", "Rename the file.");
      const { real, info } = await resolved(shown);
      if (this.isIgnored(path, info.isDirectory())) continue;
      this.chart.count(path);
      if (!real.startsWith(this.root + sep) || trail.includes(real)) {
        throw leadsOut(
          shown,
          real,
          "Put a copy there instead of the link, or name it in .helmignore; or give the archive that `helm package` makes, which follows links.",
        );
      }
      if (info.isDirectory()) await this.walk(`${path}/`, [...trail, real]);
      else if (info.isFile()) {
        this.chart.admit(path, info.size, shown);
        const rules = path === ".helmignore" ? this.rules : undefined;
        const read = () => (rules ? Promise.resolve(rules) : orRefuse(shown, readWhole(shown, real, info.size)));
        if (isLookedInto(path)) this.chart.files.push({ path, data: await read() });
        else this.chart.unread.push({ path, size: info.size, read });
      } else throw notRegular(shown, "a device, socket or pipe");
    }
  }
}

/** The final target of a path. */
async function resolved(shown: string): Promise<{ real: string; info: Stats }> {
  const real = await realpath(shown).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ELOOP")
      throw refused(shown, "a link to nothing", "links to what is there", "Remove the link.");
    throw unreadable(shown, error);
  });
  return { real, info: await orRefuse(shown, stat(real)) };
}

/** Reads the admitted size at most, and neither follows a link nor waits for a pipe that may have replaced the file since. */
async function readWhole(shown: string, real: string, size: number): Promise<Buffer> {
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(size + 1);
    const length = await fill(handle, buffer);
    if (length === size) return buffer.subarray(0, size);
  } finally {
    await handle.close();
  }
  throw refused(shown, "a file that changed while it was read", "files at rest", "Run again when nothing writes there.");
}

async function fill(handle: FileHandle, buffer: Buffer): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

const orRefuse = <T>(shown: string, work: Promise<T>): Promise<T> =>
  work.catch((error: Error) => {
    throw error instanceof ConfigurationError ? error : unreadable(shown, error);
  });

const unreadable = (shown: string, error: NodeJS.ErrnoException) =>
  refused(shown, `cannot be read: ${error.code ?? error.message}`, "files and folders that can be read", "Look at its owner and mode.");

const leadsOut = (shown: string, real: string, mend: string) =>
  refused(shown, `a link to ${real}`, "links to files and folders of the chart, not in a circle", mend);

const notRegular = (shown: string, what: string) =>
  refused(shown, what, what === "a folder" ? "a file" : "files and folders", "Take it out of the chart.");

const refused = (path: string, given: string, allowed: string, mend: string) => new ConfigurationError({ path, given, allowed, mend });
