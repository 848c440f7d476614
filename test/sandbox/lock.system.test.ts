import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "../../sandbox/src/lock";

const folder = mkdtempSync(join(tmpdir(), "lock-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => jest.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const options = { what: "sandbox test", beatMs: 20, staleMs: 200 };

test("the lock names its owner while the work goes on, and is gone afterwards, also when the work fails", async () => {
  const file = join(folder, "deep", "own");
  const during = await withLock(file, options, async () => readFileSync(file, "utf8"));
  await expect(withLock(file, options, async () => Promise.reject(new Error("broke")))).rejects.toThrow("broke");
  expect({ during, after: existsSync(file) }).toEqual({ during: String(process.pid), after: false });
});

test("two starts at once do not work on one sandbox together: the second waits for the first", async () => {
  const file = join(folder, "two");
  const owner = spawn("sleep", ["60"]);
  writeFileSync(file, String(owner.pid));
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), options.beatMs);
  const order: string[] = [];
  const second = withLock(file, options, async () => order.push("second"));
  setTimeout(() => {
    order.push("first ends");
    clearInterval(beat);
    rmSync(file);
  }, 500);
  await second;
  owner.kill();
  await once(owner, "exit");
  expect(order).toEqual(["first ends", "second"]);
  expect(process.stderr.write).toHaveBeenCalledWith(`sandbox test: process ${owner.pid ?? ""} is at work on it, waiting\n`);
});

test("the lock of a killed run does not block the next one", async () => {
  const file = join(folder, "dead");
  writeFileSync(file, String(spawnSync("true").pid));
  expect(await withLock(file, { ...options, staleMs: 60_000 }, async () => "went on")).toBe("went on");
});

test("a lock whose pid has meanwhile become a stranger's does not block for ever", async () => {
  const file = join(folder, "stranger");
  writeFileSync(file, String(process.ppid));
  expect(await withLock(file, options, async () => "went on")).toBe("went on");
});
