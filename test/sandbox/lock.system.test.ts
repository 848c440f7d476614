import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ownIdentity } from "../../kubesphere/chart/processIdentity";
import { withLock } from "../../sandbox/src/lock";

const folder = mkdtempSync(join(tmpdir(), "lock-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => jest.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const options = { what: "sandbox test", beatMs: 20, staleMs: 200 };

test("the lock names its owner while the work goes on, and is gone afterwards, also when the work fails", async () => {
  const file = join(folder, "deep", "own");
  const during = await withLock(file, options, async () => JSON.parse(readFileSync(file, "utf8")) as object);
  await expect(withLock(file, options, async () => Promise.reject(new Error("broke")))).rejects.toThrow("broke");
  expect({ during, after: readdirSync(dirname(file)) }).toEqual({ during: expect.objectContaining(ownIdentity()) as object, after: [] });
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

/** As this machine's, but for what is given. */
const holding = (differences: object) => JSON.stringify({ ...ownIdentity(), ...differences, token: "0123456789abcdef" });

test("a process that has the killed one's id by now does not block, however long it lives", async () => {
  const file = join(folder, "recycled");
  writeFileSync(file, holding({ pid: process.ppid, start: "1" }));
  expect(await withLock(file, { ...options, staleMs: 60_000 }, async () => "went on")).toBe("went on");
});

test("a live holder whose event loop stands still keeps its lock: its process is there", async () => {
  const file = join(folder, "busy");
  const [order, done]: [string[], (() => void)[]] = [[], []];
  const first = withLock(file, { ...options, beatMs: 60_000 }, () => new Promise<void>((end) => done.push(end)));
  const second = withLock(file, { ...options, staleMs: 1 }, async () => order.push("second"));
  await waited(() => jest.mocked(process.stderr.write).mock.calls.length > 0, 10);
  order.push("first ends");
  done[0]?.();
  await Promise.all([first, second]);
  expect(order).toEqual(["first ends", "second"]);
});

/** Until the condition holds, and for some looks more. */
async function waited(condition: () => boolean, more: number): Promise<void> {
  for (let left = more; left > 0; left -= condition() ? 1 : 0) await new Promise((wake) => setTimeout(wake, options.beatMs));
}

test.each([
  ["in another container", { namespace: "pid:[1]", pid: 1 }],
  ["on another machine", { boot: "another" }],
])("a live holder %s is not taken for dead, and a dead one blocks no longer than its heart stands still", async (_where, elsewhere) => {
  const file = join(folder, "elsewhere");
  writeFileSync(file, holding({ pid: 2 ** 22 + 1, ...elsewhere }));
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), options.beatMs);
  let held = false;
  const work = withLock(file, options, async () => (held = true));
  const since = performance.now();
  await waited(() => performance.now() - since > 3 * options.staleMs, 1);
  expect(held).toBe(false);
  clearInterval(beat);
  await work;
  expect(held).toBe(true);
});

test("a lock without content, as a loss of power leaves it, does not block for ever", async () => {
  const file = join(folder, "empty");
  writeFileSync(file, "");
  expect(await withLock(file, options, async () => "went on")).toBe("went on");
});

test("a successor that was killed on its way to the lock is succeeded, and nothing of it stays behind", async () => {
  const own = join(folder, "successor");
  mkdirSync(own);
  const dead = (token: string) => JSON.stringify({ ...ownIdentity(), pid: spawnSync("true").pid, token });
  writeFileSync(join(own, "lock"), dead("a"));
  writeFileSync(join(own, "lock.a"), dead("b"));
  writeFileSync(join(own, "lock.a.b"), dead("c"));
  writeFileSync(join(own, "lock.new-d"), dead("d"));
  await withLock(join(own, "lock"), { ...options, staleMs: 60_000 }, async () => undefined);
  expect(readdirSync(own)).toEqual([]);
});

test("a lock's folder that somebody else could write to is closed to them; a link in its place is refused", async () => {
  const open = join(folder, "open");
  mkdirSync(open);
  chmodSync(open, 0o777);
  await withLock(join(open, "lock"), options, async () => undefined);
  expect(statSync(open).mode & 0o777).toBe(0o700);
  symlinkSync(open, join(folder, "planted"));
  await expect(withLock(join(folder, "planted", "lock"), options, async () => undefined)).rejects.toThrow(
    'planted: "a link" is not allowed',
  );
});

/** Takes the lock again and again, tells when it is not alone in it, and is killed in it every other time. */
const CONTENDER = `
import fs, { mkdirSync, readdirSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { withLock } from "${join(__dirname, "../../sandbox/src/lock.ts")}";
import { isAlive } from "${join(__dirname, "../../sandbox/src/processes.ts")}";
// As if the system took its processor away at the worst moment: between a look and what follows from it.
for (const name of ["rmSync", "renameSync", "linkSync"]) {
  const real = fs[name];
  fs[name] = (...given) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 4);
    return real(...given);
  };
}
syncBuiltinESMExports();
const inside = join(process.argv[2], "inside");
for (;;)
  await withLock(join(process.argv[2], "lock"), { what: "test", beatMs: 1, staleMs: 60_000 }, async () => {
    const own = join(inside, String(process.pid));
    mkdirSync(own);
    await new Promise((wake) => setTimeout(wake, 12));
    const others = readdirSync(inside).map(Number).filter((pid) => pid !== process.pid && isAlive(pid));
    console.log(others.length > 0 ? "double" : "alone");
    if (Math.random() < 0.5) process.kill(process.pid, "SIGKILL");
    rmSync(own, { recursive: true });
  });
`;

test("of six that find a killed one's lock, one takes it: two in one sandbox would destroy it", async () => {
  const own = join(folder, "contended");
  mkdirSync(join(own, "inside"), { recursive: true });
  writeFileSync(join(own, "contender.ts"), CONTENDER);
  const program = join(own, "contender.mjs");
  const bundler = join(__dirname, "../../node_modules/rolldown/bin/cli.mjs");
  const bundled = spawnSync(process.execPath, [bundler, join(own, "contender.ts"), "--file", program, "--platform", "node"]);
  expect(bundled.status).toBe(0);
  const said: string[] = [];
  let killed = 0;
  const contend = async (): Promise<void> => {
    const child = spawn(process.execPath, [program, own], { stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said.push(...text.trim().split("\n"));
      if (killed >= KILLS) child.kill("SIGKILL");
    });
    await once(child, "close");
    killed++;
    if (killed < KILLS) await contend();
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map(contend));
  expect(said.filter((word) => word !== "alone")).toEqual([]);
  expect(said.length).toBeGreaterThanOrEqual(KILLS - 6);
}, 60_000);

/** How many holders die. */
const KILLS = 24;
