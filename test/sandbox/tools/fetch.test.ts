import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tool } from "../../../sandbox/src/tools/catalogue";
import { ReachRecord } from "../../../sandbox/src/tools/download";
import { fetchTool } from "../../../sandbox/src/tools/fetch";

const root = mkdtempSync(join(tmpdir(), "fetch-"));
const files: Record<string, Buffer> = {};
/** The path whose next transfer breaks off in the middle. */
let cut = "";
const server = createServer((request, response) => {
  const content = files[request.url ?? ""];
  if (content && request.url === cut) {
    cut = "";
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
  } else response.writeHead(content ? 200 : 404).end(content);
});
let base = "";

beforeAll(async () => {
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mkdirSync(join(root, "release", "pair"), { recursive: true });
  for (const name of ["one", "two", "README"]) writeFileSync(join(root, "release", "pair", name), `this is ${name}\n`);
  execFileSync("tar", ["-czf", join(root, "pair.tar.gz"), "-C", join(root, "release"), "pair"]);
  files["/pair.tar.gz"] = readFileSync(join(root, "pair.tar.gz"));
  files["/plain-linux-amd64"] = Buffer.from("this is plain\n");
  const sums = Object.entries(files).map(([path, content]) => `${createHash("sha256").update(content).digest("hex")}  ${path.slice(1)}`);
  files["/sums"] = Buffer.from(`${sums.join("\n")}\n`);
  files["/wrong"] = Buffer.from(`${"0".repeat(64)}  plain-linux-amd64\n`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
});

const tool = (checksums: string): Tool => ({
  name: "tool",
  version: { pinned: "1.2.3", accepted: "*" },
  executables: ["one", "two", "plain"].map((name) => ({ name, goPackage: `example.org/${name}` })),
  downloads: ({ os, arch }) => [
    { url: `${base}/pair.tar.gz`, checksums: `${base}/sums`, executables: { one: "pair/one", two: "pair/two" } },
    { url: `${base}/plain-${os}-${arch}`, checksums: `${base}${checksums}`, executables: { plain: `plain-${os}-${arch}` } },
  ],
});
const fetch = (from: Tool, folder: string) =>
  fetchTool(from, { os: "linux", arch: "amd64" }, join(root, folder), new ReachRecord(join(root, `${folder}.json`)));

test("executables from archives and by themselves end up in one folder, executable and without leftovers", async () => {
  const located = await fetch(tool("/sums"), "good");
  const folder = join(root, "good", "tool-1.2.3");
  expect(located).toEqual({ one: join(folder, "one"), two: join(folder, "two"), plain: join(folder, "plain") });
  const found = Object.values(located).map((path) => `${readFileSync(path, "utf8").trim()} ${(statSync(path).mode & 0o777).toString(8)}`);
  expect(found).toEqual(["this is one 755", "this is two 755", "this is plain 755"]);
  expect([readdirSync(join(root, "good")), readdirSync(folder).sort()]).toEqual([["tool-1.2.3"], ["one", "plain", "two"]]);
});

test("one wrong sum, and nothing of the tool is used", async () => {
  await expect(fetch(tool("/wrong"), "bad")).rejects.toThrow("not used");
  expect(readdirSync(join(root, "bad"))).toEqual([]);
});

test("a download that was interrupted in the middle is not used, and the next start gets it whole", async () => {
  cut = "/plain-linux-amd64";
  await expect(fetch(tool("/sums"), "cut")).rejects.toThrow(/plain-linux-amd64: broke off after \d+ of 14 bytes/);
  expect(readdirSync(join(root, "cut"))).toEqual([]);
  const { plain = "" } = await fetch(tool("/sums"), "cut");
  expect(readFileSync(plain, "utf8")).toBe("this is plain\n");
});

test("what a killed start left of a download is neither used nor in the way", async () => {
  const left = join(root, "killed", ".new", "output");
  mkdirSync(left, { recursive: true });
  for (const name of ["one", "two", "plain", "../plain-linux-amd64"]) writeFileSync(join(left, name), "half");
  const located = await fetch(tool("/sums"), "killed");
  expect(Object.values(located).map((path) => readFileSync(path, "utf8"))).toEqual(["this is one\n", "this is two\n", "this is plain\n"]);
  expect(readdirSync(join(root, "killed"))).toEqual(["tool-1.2.3"]);
});
