/** Files of a chart as they are read, from any source, with limits for their number, sizes and paths. */
import { ConfigurationError } from "../errors";

/** A file whose content is in memory. */
export interface ChartFile {
  /** Relative to the chart's root, "/" separated. */
  readonly path: string;
  readonly data: Uint8Array;
}

/** A file that is only packed, and is read when its turn comes. */
export interface UnreadFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** @throws ConfigurationError when it cannot be read, or is no longer the file that was found. */
  readonly read: () => Promise<Uint8Array>;
}

export type AnyFile = ChartFile | UnreadFile;

export const sizeOf = (file: AnyFile): number => ("data" in file ? file.data.length : file.size);
export const contentOf = async (file: AnyFile): Promise<Uint8Array> => ("data" in file ? file.data : file.read());

/** By UTF-16 code unit: no locale, the same everywhere. */
export const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

/** Whether a file is read and not only packed: the metadata, and the templates of the chart and of the unpacked charts within it. */
const LOOKED_INTO = /^(?:Chart|requirements|values|extension|permissions)\.yaml$|^(?:charts\/[^/]+\/)*(?:Chart\.yaml$|templates\/|crds\/)/;
export const isLookedInto = (path: string): boolean => LOOKED_INTO.test(path);

/** A packed chart within the chart, or within one that is unpacked there. */
export const isPackedChart = (path: string): boolean => /^(?:charts\/[^/]+\/)*charts\/[^/]+\.tgz$/.test(path);

/** Helm refuses larger files and charts (its MaxDecompressedFileSize and MaxDecompressedChartSize), in bytes. */
const MAX_FILE_SIZE = 5 * 1024 * 1024;
export const MAX_CHART_SIZE = 100 * 1024 * 1024;
/** Files and folders; far above any chart, it keeps an archive of empty files, or links to links, from filling the memory. */
export const MAX_FILES = 10_000;
/** In UTF-16 code units; macOS takes no longer path. */
const MAX_PATH_LENGTH = 1024;

export class ChartFiles {
  readonly files: ChartFile[] = [];
  readonly unread: UnreadFile[] = [];
  private entries = 0;
  private size = 0;
  /** Path as a case-insensitive file system compares it → as it was spelled first, with "/" at a folder's end. */
  private readonly spelled = new Map<string, string>();

  /** @param source the chart, for errors */
  constructor(private readonly source: string) {}

  /** Counts a file or folder before it is read. */
  count(path: string): void {
    this.entries++;
    if (this.entries > MAX_FILES) throw tooLarge(this.source, `more than ${MAX_FILES} files and folders`);
    if (path.length > MAX_PATH_LENGTH) {
      throw new ConfigurationError({
        path: `${this.source}: ${path.slice(0, 60)}…`,
        given: `a path of ${path.length} characters`,
        allowed: `paths of at most ${MAX_PATH_LENGTH} characters`,
        mend: "Shorten it.",
      });
    }
  }

  /**
   * Admits a file before its content is read.
   * @param shown its path, for errors
   */
  admit(path: string, size: number, shown: string): void {
    if (size > MAX_FILE_SIZE) throw tooLarge(shown, `${size} bytes`);
    this.size += size;
    if (this.size > MAX_CHART_SIZE) throw tooLarge(this.source, `more than ${MAX_CHART_SIZE} bytes`);
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) this.spell(path.slice(0, end + 1), shown);
    this.spell(path, shown);
  }

  /** Helm on Linux keeps README.md and readme.md apart, but a checkout on macOS has only one of them, and so other bytes. */
  private spell(path: string, shown: string): void {
    const folded = path.replace(/\/$/, "").normalize("NFC").toLowerCase();
    const known = this.spelled.get(folded);
    this.spelled.set(folded, path);
    if (known === undefined || (known === path && path.endsWith("/"))) return;
    throw new ConfigurationError({
      path: shown,
      given: known === path ? path : `${path} beside ${known}`,
      allowed: "each path once, without regard to case",
      mend: "Rename or remove one: not every file system holds both.",
    });
  }
}

export const tooLarge = (path: string, given: string) =>
  new ConfigurationError({
    path,
    given,
    allowed: `charts of at most ${MAX_FILES} files, ${MAX_FILE_SIZE} bytes a file and ${MAX_CHART_SIZE} bytes together (Helm's own limits)`,
    mend: "Take what the chart does not need out of it, or name it in .helmignore.",
  });
