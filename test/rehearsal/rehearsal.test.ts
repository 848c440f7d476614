/** `npx luban rehearse` as a pull request gets it: real engine, real API server, a checkout of its own. */
import { spawn, spawnSync } from "child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "fs";
import { tmpdir } from "os";
import { basename, join } from "path";
import type { Rehearsal } from "../../cli/rehearse/report";
import { processesOf } from "../interruptions/support";
import { until } from "../support/until";
import { CHECKOUT, run, sandboxCommand, succeeded, type Ran } from "../support/sandbox";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "rehearsals-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function git(checkout: string, ...args: string[]): string {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
  const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: checkout, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function edit(file: string, from: string, to: string): void {
  const before = readFileSync(file, "utf8");
  if (!before.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, before.replace(from, to));
}

/** A checkout with a folder for temporary files of its own. */
interface Clone {
  readonly checkout: string;
  readonly temporary: string;
}

/** What this checkout holds is the base; `change` makes the second commit. */
function clone(name: string, change: (checkout: string) => void): Clone {
  const [checkout, temporary] = [join(scratch, name), join(scratch, `${name}-tmp`)];
  cpSync(CHECKOUT, checkout, { recursive: true, filter: (path) => !["node_modules", ".git"].includes(basename(path)) });
  // A folder of links and not one link: whatever installs into it leaves those of this checkout alone.
  for (const modules of ["node_modules", "sandbox/node_modules"].filter((it) => existsSync(join(CHECKOUT, it)))) {
    mkdirSync(join(checkout, modules), { recursive: true });
    for (const entry of readdirSync(join(CHECKOUT, modules))) {
      const [ours, theirs] = [CHECKOUT, checkout].map((root) => join(root, modules, entry)) as [string, string];
      if (entry === ".sandbox-stamp") cpSync(ours, theirs);
      else symlinkSync(ours, theirs);
    }
  }
  mkdirSync(temporary);
  git(checkout, "init", "--quiet", "--initial-branch", "main");
  git(checkout, "add", "--all");
  git(checkout, "commit", "--quiet", "--message", "base");
  change(checkout);
  git(checkout, "commit", "--quiet", "--all", "--allow-empty", "--message", "change");
  return { checkout, temporary };
}

const commandLine = ({ checkout, temporary }: Clone, ...args: string[]) =>
  [
    [join(checkout, "cli/luban.mjs"), "rehearse", "--base", "HEAD~1", ...args],
    { cwd: checkout, env: { ...process.env, TMPDIR: temporary } },
  ] as const;

const rehearse = (cloned: Clone, ...args: string[]): Promise<Ran> => run(process.execPath, ...commandLine(cloned, ...args));

/** One that can be ended. */
function start(cloned: Clone) {
  const [args, options] = commandLine(cloned);
  const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return { child, said: () => stderr, ended: new Promise<number | null>((done) => child.once("close", done)) };
}

/** The folder of the sandbox that a rehearsal has made. */
const sandboxOf = (stderr: string): string => /configured in (\S+\/rehearsal-[0-9a-f]+)\//.exec(stderr)?.[1] ?? "";

async function expectNothingLeft({ checkout, temporary }: Clone, stderr: string): Promise<void> {
  const sandbox = sandboxOf(stderr);
  expect(sandbox).not.toBe("");
  // A killed process stays in the list until it is looked after.
  await until(async () => (await processesOf(sandbox)).size === 0, 10_000).catch(() => undefined);
  expect([...(await processesOf(sandbox)).values()]).toEqual([]);
  expect(existsSync(sandbox)).toBe(false);
  expect(git(checkout, "worktree", "list", "--porcelain").match(/^worktree .*$/gm)).toEqual([`worktree ${checkout}`]);
  expect(git(checkout, "status", "--porcelain")).toBe("");
  // The folders of this user's temporary folders and locks stay, and are empty.
  const left = readdirSync(temporary, { recursive: true, encoding: "utf8" }).filter((path) => /^kubesphere-luban-\d+\//.test(path));
  expect(left.filter((path) => !path.endsWith("/locks"))).toEqual([]);
}

const outcome = ({ code, stdout, stderr }: Ran) => {
  const { isGood, steps, changes, rolls } = JSON.parse(stdout || `{"steps":[],"rolls":[]}`) as Rehearsal & { isGood: boolean };
  return {
    code,
    isGood,
    problems: steps.flatMap(({ problems }) => problems),
    changes: changes?.resources.map(({ operation, name }) => `${operation} ${name}`).sort(),
    outages: rolls.map(({ probed }) => probed.map(({ what, outages }) => `${what}: ${outages.map(({ reason }) => reason).join()}`)),
    ...(stdout === "" && { stderr }),
  };
};

// The tools are got once, and the dependencies of this checkout are whole.
beforeAll(async () => void succeeded(await sandboxCommand(["sandbox", "status"])), 10 * 60_000);

test("a good change passes and an outage fails, both at once in one cache, and neither leaves anything behind", async () => {
  const good = clone("good", (checkout) => {
    edit(join(checkout, "extensions/demo/Chart.yaml"), "version: 0.1.0", "version: 0.2.0");
    edit(
      join(checkout, "extensions/demo/templates/service.yaml"),
      "spec:\n",
      "  annotations:\n    example.org/changed: yes-it-is\nspec:\n",
    );
    const source = "    - source: ./extensions/demo\n";
    edit(join(checkout, "Pulumi.sandbox.yaml"), source, `${source}      install: { config: { demo: { replicaCount: 2 } } }\n`);
  });
  const bad = clone("bad", (checkout) => edit(join(checkout, "extensions/demo/values.yaml"), "replicaCount: 1", "replicaCount: 0"));
  const report = join(scratch, "report.md");
  const [green, red] = await Promise.all([rehearse(good, "--json"), rehearse(bad, "--json", "--out", report)]);

  const steady = ["console: ", "OpenID discovery: ", "extension demo: ", "demo's bundle: "];
  expect(outcome(green)).toEqual({
    code: 0,
    isGood: true,
    problems: [],
    changes: [
      "create kubesphere-demo-0.2.0",
      "create kubesphere-demo-0.2.0-chart",
      "delete kubesphere-demo-0.1.0",
      "delete kubesphere-demo-0.1.0-chart",
      "update kubesphere-demo",
      "update kubesphere-demo-extension",
      "update kubesphere-demo-plan",
    ],
    outages: [steady, steady],
  });

  const down = steady.with(2, "extension demo: HTTP 503");
  const named = /^extension demo http:\/\/demo\.127\.0\.0\.1\.nip\.io:\d+\/ did not answer while it (was applied|went back): HTTP 503 /;
  expect(outcome(red)).toEqual({
    code: 3,
    isGood: false,
    problems: [{ line: expect.stringMatching(named) as string }, { line: expect.stringMatching(named) as string }],
    changes: ["update kubesphere-demo", "update kubesphere-demo-0.1.0-chart", "update kubesphere-demo-plan"],
    outages: [down, down],
  });
  const told = readFileSync(report, "utf8");
  expect(told).toMatch(/^## Rehearsal failed: 2 problems\n\n- \*\*extension demo http:/);
  // What a reviewer of the real thing is told: files of the package, and what becomes of the cluster's objects.
  expect(told).toContain("- changed <code>charts/demo/values.yaml</code>");
  expect(told).toContain("-replicaCount: 1\n+replicaCount: 0\n");
  expect(told).toMatch(/\| changed \| Deployment .*demo \| <code>spec\.replicas<\/code>: 1 → 0 \|/);

  await expectNothingLeft(good, green.stderr);
  await expectNothingLeft(bad, red.stderr);
});

test("a change that does not deploy fails in the engine's words, and the way back is still tried", async () => {
  const broken = clone("broken", (checkout) =>
    edit(join(checkout, "extensions/demo/templates/service.yaml"), "spec:\n", "spec:\n  clusterIP: nowhere\n"),
  );
  const ran = await rehearse(broken, "--json");
  const { code, problems, outages } = outcome(ran);
  expect(code).toBe(3);
  expect(problems).toMatchObject([
    {
      line: "applying the working tree failed (exit code 1)",
      detail: expect.stringContaining("extension demo: UpgradeFailed: ") as string,
    },
  ]);
  expect(outages).toHaveLength(2);
  await expectNothingLeft(broken, ran.stderr);
});

test("a rehearsal that is interrupted, and asked again to end, takes everything away", async () => {
  const cloned = clone("interrupted", () => undefined);
  const { child, said, ended } = start(cloned);
  await until(() => said().includes("the base is brought up") || child.exitCode !== null, 300_000);
  child.kill("SIGINT");
  child.kill("SIGTERM");
  expect(await ended).toBe(1);
  expect(said()).toMatch(/\ninterrupted; the sandbox and the worktree are taken away\n$/);
  await expectNothingLeft(cloned, said());
});

test("what a rehearsal that is killed cannot take away, the next one does, and lets one that is at work go on", async () => {
  const [killed, next] = [clone("killed", () => undefined), clone("next", () => undefined)];
  const begun = start(killed);
  await until(() => begun.said().includes("the base is brought up") || begun.child.exitCode !== null, 300_000);
  const other = start(next);
  await until(() => other.said().includes("a sandbox is brought up") || other.child.exitCode !== null, 300_000);
  begun.child.kill("SIGKILL");
  await begun.ended;
  expect(existsSync(sandboxOf(begun.said()))).toBe(true);
  expect(git(killed.checkout, "worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(2);

  // In the same folder for temporary files, as on a user's machine: what a program of the killed one leaves there is the next one's to clear.
  const third = await rehearse({ ...clone("third", () => undefined), temporary: killed.temporary }, "--json");
  expect(outcome(third)).toMatchObject({ code: 0, isGood: true });
  await expectNothingLeft(killed, begun.said());
  expect(await other.ended).toBe(0);
  await expectNothingLeft(next, other.said());
});
