/** Files of an archive that wait to be packed: kept in a temporary file without a name, and not in memory. */
import { closeSync, open, read, write } from "fs";
import { rm } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { promisify } from "util";
import type { UnreadFile } from "./chartFiles";
import { ConfigurationError } from "../errors";
import { temporaryFolder } from "./temporaryFolder";

/** In bytes; nearly every chart is smaller, and needs no file. */
const HELD = 4 * 1024 * 1024;

/** Trees of files have no owner that could close the descriptor: it is closed when no reader is left. */
const descriptors = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

export class Spool {
  private held = 0;
  private end = 0;
  private descriptor: number | undefined;

  /** @param limit the number of bytes that are kept in memory before the file is made */
  constructor(private readonly limit = HELD) {}

  /**
   * @param data the caller may change it afterwards
   * @throws ConfigurationError when the temporary folder does not take it
   */
  async add(path: string, data: Uint8Array): Promise<UnreadFile> {
    const size = data.length;
    if (this.held + size <= this.limit) {
      this.held += size;
      const copy = Buffer.from(data);
      return { path, size, read: () => Promise.resolve(copy) };
    }
    const start = this.end;
    this.end += size;
    try {
      this.descriptor ??= await this.create();
      for (let at = 0; at < size;) at += (await promisify(write)(this.descriptor, data, at, size - at, start + at)).bytesWritten;
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      throw unusable((error as NodeJS.ErrnoException).code ?? (error as Error).message);
    }
    return { path, size, read: () => this.content(start, size) };
  }

  private async create(): Promise<number> {
    const folder = await temporaryFolder("chart");
    try {
      const descriptor = await promisify(open)(join(folder, "spool"), "wx+", 0o600);
      descriptors.register(this, descriptor);
      return descriptor;
    } finally {
      // A file without a name disappears with its descriptor, in whatever way the process ends.
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async content(start: number, size: number): Promise<Uint8Array> {
    const data = Buffer.alloc(size);
    for (let at = 0; at < size;) {
      const { bytesRead } = await promisify(read)(this.descriptor as number, data, at, size - at, start + at);
      if (bytesRead === 0) throw unusable("it ends before what was written into it");
      at += bytesRead;
    }
    return data;
  }
}

const unusable = (why: string) =>
  new ConfigurationError({
    path: tmpdir(),
    given: why,
    allowed: "a folder for temporary files, with room for what a chart's archive unpacks to",
    mend: "Free some space, or name another folder in TMPDIR.",
  });
