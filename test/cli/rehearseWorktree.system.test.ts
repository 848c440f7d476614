/** The base beside the checkout: nothing that a rehearsal does to it may reach the checkout, and nothing of it may stay. */
import { spawnSync } from "child_process";
import { randomUUID } from "crypto";
import { chmod, lstat, readdir, readFile, realpath, writeFile } from "fs/promises";
import { dirname, join } from "path";
import { temporaryRoot } from "../../kubesphere/chart/temporaryFolder";
import {
  addDependencies,
  addWorktree,
  isChanged,
  removeWorktree,
  revision,
  worktreeFolder,
  type Revision,
} from "../../cli/rehearse/worktree";
import { temporaryFolders, type Files } from "../support/charts";

const { signal } = new AbortController();
const folder = temporaryFolders();
const variables = { ...process.env };
afterEach(() => {
  process.env = { ...variables };
});

function git(checkout: string, ...args: string[]): string {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
  const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: checkout, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** A repository with tag `before` and a later commit, and its dependencies installed. */
async function repository({ after = {} }: { after?: Files } = {}): Promise<string> {
  const checkout = await folder({ ".gitignore": "node_modules/\n", "index.ts": "before\n", "package-lock.json": "{}\n" });
  git(checkout, "init", "--quiet");
  git(checkout, "add", "--all");
  git(checkout, "commit", "--quiet", "--message", "before");
  git(checkout, "tag", "before");
  for (const [path, text] of Object.entries({ "index.ts": "after\n", ...after })) await writeFile(join(checkout, path), text);
  git(checkout, "commit", "--quiet", "--all", "--message", "after");
  const modules = await folder({ "library/index.js": "ours\n" });
  spawnSync("mv", [modules, join(checkout, "node_modules")]);
  return checkout;
}
async function added(checkout: string, base: Revision) {
  const worktree = await worktreeFolder(`rehearsal-${randomUUID()}`);
  await addWorktree(checkout, base, worktree);
  return { folder: worktree, remove: () => removeWorktree(checkout, worktree) };
}
const entries = (checkout: string) => git(checkout, "worktree", "list", "--porcelain").match(/^worktree /gm)?.length;
const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

test("the base has its own files and the checkout's dependencies, and leaves the checkout as it was", async () => {
  const checkout = await repository();
  const worktree = await added(checkout, await revision(checkout, "before"));
  expect(dirname(worktree.folder)).toBe(await realpath(temporaryRoot()));
  expect(await addDependencies(checkout, worktree.folder, signal)).toBe(false);
  expect(await readFile(join(worktree.folder, "index.ts"), "utf8")).toBe("before\n");
  expect(await readFile(join(worktree.folder, "node_modules/library/index.js"), "utf8")).toBe("ours\n");
  await worktree.remove();
  expect(await isThere(worktree.folder)).toBe(false);
  expect(entries(checkout)).toBe(1);
  expect(await readFile(join(checkout, "node_modules/library/index.js"), "utf8")).toBe("ours\n");
  expect(git(checkout, "status", "--porcelain")).toBe("");
});

test("dependencies that differ are installed for the base alone, whatever npm says of the project it runs in", async () => {
  const checkout = await repository({ after: { "package-lock.json": '{ "lockfileVersion": 3 }\n' } });
  const npm = join(
    await folder({
      "npm.js": `const { writeFileSync } = require("fs");
const { npm_config_local_prefix: project = "none" } = process.env;
writeFileSync("called.json", JSON.stringify({ args: process.argv.slice(2), project, cwd: process.cwd() }));\n`,
    }),
    "npm.js",
  );
  Object.assign(process.env, { npm_execpath: npm, npm_config_local_prefix: checkout });
  const worktree = await added(checkout, await revision(checkout, "before"));
  expect(await addDependencies(checkout, worktree.folder, signal)).toBe(true);
  expect(JSON.parse(await readFile(join(worktree.folder, "called.json"), "utf8"))).toEqual({
    args: ["ci", "--prefix", worktree.folder, "--loglevel=error", "--no-audit", "--no-fund"],
    project: "none",
    cwd: worktree.folder,
  });
  expect(await isThere(join(worktree.folder, "node_modules"))).toBe(false);
  await worktree.remove();
});

test("dependencies that cannot be installed are told in npm's words", async () => {
  const checkout = await repository({ after: { "package-lock.json": "{ }\n" } });
  process.env["npm_execpath"] = join(await folder({ "npm.js": 'process.stderr.write("no registry\\n"); process.exit(1);\n' }), "npm.js");
  const worktree = await added(checkout, await revision(checkout, "before"));
  await expect(addDependencies(checkout, worktree.folder, signal)).rejects.toThrow("npm ci of the base failed: no registry");
  await worktree.remove();
});

test("several at once have a folder each", async () => {
  const checkout = await repository();
  const base = await revision(checkout, "before");
  const worktrees = await Promise.all([1, 2, 3, 4].map(() => added(checkout, base)));
  expect(new Set(worktrees.map((worktree) => worktree.folder)).size).toBe(4);
  await Promise.all(worktrees.map((worktree) => worktree.remove()));
  expect(entries(checkout)).toBe(1);
});

test("no hook of the checkout runs, and a hook that calls us does not lead us astray", async () => {
  const [checkout, other] = [await repository(), await repository()];
  const hook = join(checkout, ".git/hooks/post-checkout");
  await writeFile(hook, `#!/bin/sh\ntouch ${join(checkout, "hooked")}\n`);
  await chmod(hook, 0o755);
  process.env["GIT_DIR"] = join(other, ".git");
  const worktree = await added(checkout, await revision(checkout, "HEAD"));
  delete process.env["GIT_DIR"];
  expect([entries(checkout), entries(other)]).toEqual([2, 1]);
  await worktree.remove();
  expect(await readdir(checkout)).not.toContain("hooked");
});

test("a base that is not there is refused by its name, before anything is made", async () => {
  const checkout = await repository();
  await expect(revision(checkout, "nowhere")).rejects.toThrow(/^--base nowhere: .*; a shallow clone must fetch it first/);
  await expect(revision(checkout, "--all")).rejects.toThrow(/^--base --all: /);
  await expect(revision(await folder({}), "main")).rejects.toThrow(/^--base main: .*not a git repository/);
});

test("a report can say whether there is more than the commit", async () => {
  const checkout = await repository();
  expect(await isChanged(checkout)).toBe(false);
  await writeFile(join(checkout, "new.txt"), "");
  expect(await isChanged(checkout)).toBe(true);
});
