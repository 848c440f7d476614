/** Official downloads: streamed to a temporary file, checked against the published sum, then put in place in one move. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fetchWithin } from "../../../kubesphere/chart/fetchWithin.js";
import { Failure } from "../report.js";

/** The file cannot be had from here: no network, no such file, a transfer that broke. Another source may do. */
export class Unreachable extends Error {}

/** Remembers for a while which hosts and files could not be reached, so that a machine without network loses no time on them. */
export class ReachRecord {
  private readonly misses: Record<string, number>;

  /** @param memoryMs for how long a miss counts; a day */
  constructor(
    private readonly file: string,
    private readonly memoryMs = 24 * 3600 * 1000,
  ) {
    this.misses = readJson(file);
  }

  isMissed(url: string): boolean {
    return [url, new URL(url).host].some((key) => Date.now() - (this.misses[key] ?? 0) < this.memoryMs);
  }

  /** @param what the URL of a missing file, or the host that did not answer */
  miss(what: string): void {
    this.misses[what] = Date.now();
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify(this.misses, undefined, 2));
  }
}

function readJson(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, number>;
  } catch {
    return {};
  }
}

/** In bytes: no tool comes near it, and a server that never ends does not fill the disk. */
const MAX_SIZE = 1024 * 1024 * 1024;
/** Of a file of sums, in bytes. */
const MAX_TEXT = 4 * 1024 * 1024;

export interface DownloadOptions {
  readonly record: ReachRecord;
  /** Until the headers are there, in milliseconds. */
  readonly connectMs?: number;
  /** Between two pieces of the body, in milliseconds. */
  readonly stallMs?: number;
  readonly onBytes?: (received: number, total: number) => void;
}

/**
 * Downloads `url` to `file` and verifies it.
 * @throws Unreachable when it cannot be had
 * @throws Failure when its checksum differs from the published one; nothing is left then
 */
export async function download(url: string, checksums: string, file: string, options: DownloadOptions): Promise<void> {
  const expected = checksumOf(basename(new URL(url).pathname), await text(checksums, options));
  if (!expected) throw new Unreachable(`${checksums} has no SHA-256 sum of ${basename(url)}`);
  const actual = await save(url, file, options);
  if (actual === expected) return;
  rmSync(file, { force: true });
  throw new Failure(`${url} has the SHA-256 sum ${actual}, and ${checksums} says ${expected}: not used. A proxy may have changed it.`);
}

/** Whether something answers at `url`, asked at most once a day when not. */
export async function isReachable(url: string, options: DownloadOptions): Promise<boolean> {
  return request(url, "HEAD", options).then(
    () => true,
    () => false,
  );
}

/** The sum of `name` in any of the forms in which projects publish sums. */
export function checksumOf(name: string, published: string): string | undefined {
  if (published.trimStart().startsWith("{")) {
    const { assets = [] } = JSON.parse(published) as { assets?: { name: string; digest?: string | null }[] };
    return /^sha256:([0-9a-f]{64})$/.exec(assets.find((asset) => asset.name === name)?.digest ?? "")?.[1];
  }
  if (/^[0-9a-f]{64}$/.test(published.trim())) return published.trim();
  const lines = published.split("\n").map((line) => /^([0-9a-f]{64})\s+\*?(.+?)\s*$/.exec(line));
  return lines.find((line) => line?.[2] === name)?.[1];
}

interface Answer {
  readonly response: Response;
  /** Ends the transfer unless it is called again within the stall time. */
  readonly keepAlive: () => void;
  readonly finish: () => void;
}

async function request(url: string, method: "GET" | "HEAD", options: DownloadOptions): Promise<Answer> {
  const { record, connectMs = 4000, stallMs = 30_000 } = options;
  if (record.isMissed(url)) throw new Unreachable(`${new URL(url).host} could not be reached lately`);
  const abort = new AbortController();
  const arm = (ms: number) => setTimeout(() => abort.abort(new Error(`no answer for ${ms / 1000} s`)), ms);
  let timer = arm(connectMs);
  try {
    const response = await fetchWithin(url, { method, signal: abort.signal });
    if (!response.ok) {
      clearTimeout(timer);
      await response.body?.cancel();
      record.miss(url);
      throw new Unreachable(`${url}: HTTP ${response.status}`);
    }
    const keepAlive = () => {
      clearTimeout(timer);
      timer = arm(stallMs);
    };
    keepAlive();
    const finish = () => clearTimeout(timer);
    if (method === "HEAD") finish();
    return { response, keepAlive, finish };
  } catch (error) {
    clearTimeout(timer);
    if (error instanceof Unreachable) throw error;
    record.miss(new URL(url).host);
    throw new Unreachable(`${url}: ${reason(error)}`);
  }
}

async function text(url: string, options: DownloadOptions): Promise<string> {
  const { response, finish } = await request(url, "GET", options);
  let read = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) {
      read += decoder.decode(chunk as Uint8Array, { stream: true });
      if (read.length > MAX_TEXT) throw new Unreachable(`${url}: it is larger than ${MAX_TEXT} bytes`);
    }
    return read;
  } finally {
    finish();
  }
}

async function save(url: string, file: string, options: DownloadOptions): Promise<string> {
  const { response, keepAlive, finish } = await request(url, "GET", options);
  const total = Number(response.headers.get("content-length") ?? 0);
  const hash = createHash("sha256");
  let received = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      received += chunk.length;
      if (received > MAX_SIZE) return done(new Error(`it is larger than ${MAX_SIZE} bytes`));
      keepAlive();
      options.onBytes?.(received, total);
      done(null, chunk);
    },
  });
  // Made before the transfer: a stream that makes it by itself may do so after the transfer broke off.
  const handle = await open(file, "w");
  try {
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), measure, handle.createWriteStream());
  } catch (error) {
    rmSync(file, { force: true });
    throw new Unreachable(`${url}: broke off after ${received} of ${total} bytes: ${reason(error)}`);
  } finally {
    finish();
  }
  return hash.digest("hex");
}

function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
