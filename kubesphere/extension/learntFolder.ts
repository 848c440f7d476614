/** A cache of facts from renders, in a folder outside the checkout. Losing it costs only time. */
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "fs/promises";
import { homedir } from "os";
import { join } from "path";
import type { Learnt, Memory } from "./rendering";

/** The maximum number of files, of a few kB each; the oldest are removed. */
const MOST = 2_000;
/** After so many new files, a run checks whether there are too many. */
const LOOK_EVERY = 100;

/** `$KUBESPHERE_LUBAN_CACHE`, else `kubesphere-luban` in the XDG cache folder. */
export const cacheFolder = (): string =>
  process.env["KUBESPHERE_LUBAN_CACHE"] || join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubesphere-luban");

export class LearntFolder implements Memory {
  private puts = 0;

  /** @param most the maximum number of files */
  constructor(
    private readonly folder: string,
    private readonly most = MOST,
  ) {}

  async get(key: string): Promise<Learnt | undefined> {
    const file = this.fileOf(key);
    try {
      const learnt = JSON.parse(await readFile(file, "utf8")) as Learnt;
      // Marks the file as used, so that others are removed first. If that fails, the cached facts are still valid.
      await utimes(file, new Date(), new Date()).catch(() => undefined);
      return learnt;
    } catch {
      return undefined;
    }
  }

  async put(key: string, learnt: Learnt): Promise<void> {
    const file = this.fileOf(key);
    const own = `${file}.${process.pid}.new`;
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFile(own, JSON.stringify(learnt), { mode: 0o600 });
      await rename(own, file);
      if (this.puts++ % LOOK_EVERY === 0) await this.forgetOldest();
    } catch {
      // The disk is full or the folder is not writable: the next run renders again.
      await rm(own, { force: true }).catch(() => undefined);
    }
  }

  private fileOf(key: string): string {
    return join(this.folder, `${key}.json`);
  }

  private async forgetOldest(): Promise<void> {
    const names = await readdir(this.folder);
    if (names.length <= this.most) return;
    const aged = await Promise.all(
      names.map(async (name) => ({ name, usedAt: (await stat(join(this.folder, name)).catch(() => undefined))?.mtimeMs ?? Infinity })),
    );
    aged.sort((a, b) => a.usedAt - b.usedAt);
    for (const { name } of aged.slice(0, names.length - this.most)) await rm(join(this.folder, name), { force: true });
  }
}

/** For the program and its commands. */
export const learntFolder = (): LearntFolder => new LearntFolder(join(cacheFolder(), "renders"));
