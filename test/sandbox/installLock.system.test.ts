/** Two first starts in one checkout: `npm ci` of the one must not empty the folder that the other one fills. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const root = mkdtempSync(join(tmpdir(), "install-"));
afterAll(() => rmSync(root, { recursive: true }));

let checkout: string;
let temporary: string;
beforeEach(() => {
  const own = mkdtempSync(join(root, "t-"));
  [checkout, temporary] = [join(own, "checkout"), join(own, "tmp")];
  for (const folder of [checkout, temporary, join(own, "bin"), join(checkout, "node_modules")]) mkdirSync(folder);
  writeFileSync(join(checkout, "package-lock.json"), "{}");
  // Says in which order it began and ended, and takes its time.
  writeFileSync(join(own, "bin", "npm"), `#!/bin/sh\necho begin >> "${own}/order"; sleep 0.3; echo end >> "${own}/order"\n`);
  chmodSync(join(own, "bin", "npm"), 0o755);
});

const install = () => {
  const script = `import { install } from "${join(__dirname, "../../cli/launch/install.mjs")}"; await install(process.argv[1]);`;
  const env = { ...process.env, PATH: [join(checkout, "../bin"), process.env["PATH"]].join(delimiter), TMPDIR: temporary };
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, checkout], {
    env: { ...env, npm_execpath: undefined },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return { child, end: once(child, "close").then(([code]) => ({ code: code as number | null, stderr })) };
};
const order = () => readFileSync(join(checkout, "../order"), "utf8").trim().split("\n");
const own = () => join(temporary, `kubesphere-luban-${process.geteuid?.() ?? ""}`);

test("one installs, the others wait and find it done", async () => {
  const ends = await Promise.all([install(), install(), install()].map(({ end }) => end));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(order()).toEqual(["begin", "end"]);
  expect(readdirSync(own())).toEqual([]);
});

test("the lock of a killed one is taken by one of those that wait", async () => {
  mkdirSync(own(), { mode: 0o700 });
  // Its name is that of a lock which is there while somebody installs.
  const first = install();
  while (readdirSync(own()).every((name) => !/^install-\w+$/.test(name))) await new Promise((wake) => setTimeout(wake, 5));
  const [name = ""] = readdirSync(own()).filter((found) => /^install-\w+$/.test(found));
  const holder = readFileSync(join(own(), name), "utf8");
  await first.end;
  rmSync(join(checkout, "node_modules", ".sandbox-stamp"));
  rmSync(join(checkout, "../order"));
  writeFileSync(join(own(), name), holder.replace(/^\d+/, String(spawnSync("true").pid)));
  const ends = await Promise.all([install(), install()].map(({ end }) => end));
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  expect(order()).toEqual(["begin", "end"]);
  expect(readdirSync(own())).toEqual([]);
});

test("a link that a neighbour put in the folder's place is refused: they would hold the lock for ever", async () => {
  symlinkSync(checkout, own());
  const { code, stderr } = await install().end;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`${own()} is not a folder of this user's own`) as string });
});
