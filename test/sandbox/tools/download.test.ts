import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checksumOf, download, isReachable, ReachRecord, Unreachable } from "../../../sandbox/src/tools/download";

const folder = mkdtempSync(join(tmpdir(), "download-"));
const content = Buffer.from("an executable\n".repeat(10_000));
const sum = createHash("sha256").update(content).digest("hex");
const wrongSum = "0".repeat(64);
let asked: string[] = [];
/** For how long a server may say nothing, in milliseconds. */
const PATIENCE = 30_000;
/** As if it had said nothing for that long. */
const silence = () => jest.advanceTimersByTime(PATIENCE);

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const path = request.url ?? "";
  asked.push(`${request.method ?? ""} ${path}`);
  if (path === "/good/sums") response.end(`${sum}  tool\n${wrongSum}  other\n`);
  else if (path === "/bad/sums") response.end(wrongSum);
  else if (path === "/moved/tool") response.writeHead(302, { location: "/good/tool" }).end();
  else if (path === "/good/tool" || path === "/bad/tool") response.end(content);
  else if (path === "/cut/tool") {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 1000), () => response.destroy());
  } else if (path === "/slow/tool") response.writeHead(200, { "content-length": content.length }).write(content.subarray(0, 1000));
  else if (path === "/silent/tool") silence();
  else response.writeHead(404).end();
});

let base = "";
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

afterEach(() => jest.useRealTimers());

let file = "";
let record: ReachRecord;
beforeEach(() => {
  asked = [];
  const own = mkdtempSync(join(folder, "t-"));
  file = join(own, "tool");
  record = new ReachRecord(join(own, "record", "unreachable.json"));
});

const get = (from: string, sums = "/good/sums", onBytes?: () => void) =>
  download(`${base}${from}`, `${base}${sums}`, file, { record, connectMs: PATIENCE, stallMs: PATIENCE, ...(onBytes && { onBytes }) });

test("a download that agrees with its published sum is kept whole", async () => {
  await get("/good/tool");
  expect(readFileSync(file).equals(content)).toBe(true);
});

test("a redirect, as release pages answer, is followed", async () => {
  await get("/moved/tool");
  expect(readFileSync(file).equals(content)).toBe(true);
});

test("a download with another sum is an error that names both sums, and never stays on disk", async () => {
  await expect(get("/bad/tool", "/bad/sums")).rejects.toThrow(
    `${base}/bad/tool has the SHA-256 sum ${sum}, and ${base}/bad/sums says ${wrongSum}: not used.`,
  );
  expect(existsSync(file)).toBe(false);
});

test("without a published sum nothing is downloaded", async () => {
  await expect(get("/good/stranger")).rejects.toThrow(new Unreachable(`${base}/good/sums has no SHA-256 sum of stranger`));
  expect(asked).toEqual(["GET /good/sums"]);
});

test("a transfer that breaks off leaves nothing that could be taken for the tool", async () => {
  await expect(get("/cut/tool")).rejects.toThrow(Unreachable);
  expect(existsSync(file)).toBe(false);
});

test("a transfer that stands still ends, so that another source is tried", async () => {
  jest.useFakeTimers();
  await expect(get("/slow/tool", "/good/sums", silence)).rejects.toThrow(
    new Unreachable(`${base}/slow/tool: broke off after 1000 of ${content.length} bytes: no answer for 30 s`),
  );
  expect(existsSync(file)).toBe(false);
});

test("a missing file is asked for once, and its host stays usable", async () => {
  await expect(get("/good/none", "/none/sums")).rejects.toThrow(new Unreachable(`${base}/none/sums: HTTP 404`));
  await expect(get("/good/none", "/none/sums")).rejects.toThrow(Unreachable);
  await get("/good/tool");
  expect(asked).toEqual(["GET /none/sums", "GET /good/sums", "GET /good/tool"]);
});

test("a host that does not answer is asked once, also by later runs, so that a machine without network loses no time", async () => {
  const path = join(file, "..", "record.json");
  record = new ReachRecord(path);
  jest.useFakeTimers();
  await expect(get("/silent/tool")).rejects.toThrow(new Unreachable(`${base}/silent/tool: no answer for 30 s`));
  expect(await isReachable(`${base}/good/tool`, { record: new ReachRecord(path) })).toBe(false);
  expect(asked).toEqual(["GET /good/sums", "GET /silent/tool"]);
});

test("a miss is forgotten after its time, so that a network that came back is used", async () => {
  const path = join(file, "..", "record.json");
  new ReachRecord(path).miss(new URL(base).host);
  expect(await isReachable(`${base}/good/tool`, { record: new ReachRecord(path, 0) })).toBe(true);
});

test("sums are read in each form in which the projects publish them", () => {
  const github = JSON.stringify({
    assets: [
      { name: "kwok", digest: `sha256:${sum}` },
      { name: "old", digest: null },
    ],
  });
  expect({
    bare: checksumOf("tool", `${sum}\n`),
    list: checksumOf("b.tar.gz", `${wrongSum}  a.tar.gz\n${sum}  b.tar.gz\n`),
    binaryMark: checksumOf("b", `${sum} *b\r\n`),
    github: checksumOf("kwok", github),
    withoutDigest: checksumOf("old", github),
    unknown: checksumOf("c", `${sum}  b\n`),
    page: checksumOf("c", "<html>"),
  }).toEqual({ bare: sum, list: sum, binaryMark: sum, github: sum, withoutDigest: undefined, unknown: undefined, page: undefined });
});
