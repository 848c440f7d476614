/** `luban` as it is typed: found by npx in a clone and by nobody's else, its exit codes, its completions. */
import { existsSync } from "fs";
import { copyFile, mkdir } from "fs/promises";
import { createServer } from "http";
import type { AddressInfo } from "net";
import { delimiter, join } from "path";
import { temporaryFolders } from "../support/charts";
import { CHECKOUT, run, succeeded } from "../support/sandbox";

const folder = temporaryFolders();
const typed = (command: string, options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) => run("bash", ["-c", command], options);

test("npx finds it in a clone's folders, and each command's code is the program's own", async () => {
  const cwd = join(CHECKOUT, "docs");
  expect(await typed("npx luban --help", { cwd })).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^npx luban <command> \[options\]\n\n(?: {2}[\w-]+ +\S.*\n)+/) as unknown,
    stderr: "",
  });
  const { code, stdout, stderr } = await typed("npx luban extension inspect nowhere --json", { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("nowhere");
});

test("what is no command is refused, with those that are", async () => {
  const { code, stdout, stderr } = await typed("npx luban toString");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^no command "toString"\nnpx luban <command>/);
});

test("before the dependencies are installed, npx takes no stranger's package of that name", async () => {
  const clone = await folder({});
  for (const file of ["package.json", ".npmrc"]) await copyFile(join(CHECKOUT, file), join(clone, file));
  await mkdir(join(clone, "cli"));
  await copyFile(join(CHECKOUT, "cli/package.json"), join(clone, "cli/package.json"));
  const asked: string[] = [];
  const registry = createServer(({ url = "", headers }, response) => {
    asked.push(url);
    const tarball = `http://${headers.host ?? ""}/luban/-/luban-1.0.0.tgz`;
    const version = { name: "luban", version: "1.0.0", bin: { luban: "it.js" }, dist: { tarball } };
    response.end(JSON.stringify({ name: "luban", "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": version } }));
  });
  await new Promise<void>((listening) => registry.listen(0, "127.0.0.1", listening));
  try {
    const address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
    const env = { ...process.env, npm_config_registry: address, npm_config_cache: join(clone, "cache") };
    const { code, stderr } = await typed("npx luban --help", { cwd: clone, env });
    expect(code).not.toBe(0);
    expect(stderr).toContain("npx canceled due to missing packages");
    expect(asked.filter((url) => url.endsWith(".tgz"))).toEqual([]);
    expect(asked).toContain("/luban");
  } finally {
    registry.close();
  }
});

describe("completions, as the shell itself makes them", () => {
  let stacks: string;
  let scripts: Record<string, string>;
  beforeAll(async () => {
    stacks = await folder({ "Pulumi.yaml": "", "Pulumi.dev.yaml": "", "Pulumi.prod.yaml": "", "Pulumi.$(touch caught).yaml": "" });
    scripts = {};
    for (const shell of ["bash", "zsh"]) scripts[shell] = succeeded(await typed(`npx luban completion ${shell}`));
  });

  const offered = async (...words: string[]) => {
    const script = `${scripts["bash"] ?? ""}\nCOMP_WORDS=("$@") COMP_CWORD=$(($# - 1))\n_luban\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    return succeeded(await run("bash", ["-c", script, "bash", "luban", ...words], { cwd: stacks }))
      .split("\n")
      .filter(Boolean);
  };
  test.each([
    [["re"], ["rehearse", "render", "recover"]],
    [["extension", "un"], ["unpublish"]],
    [["extension", "new", "--d"], ["--dir"]],
    [
      ["status", "--"],
      ["--help", "--html", "--json", "--stack", "--watch"],
    ],
    [
      ["status", "--stack", ""],
      ["dev", "prod"],
    ],
    [["extension", "lint", "ext"], []],
  ])("bash, after %j", async (words, expected) => expect(await offered(...words)).toEqual(expected));

  test("a file of a foreign folder is named like a command, and pressing the tab key does not run it", async () => {
    expect(await offered("status", "--stack", "$")).toEqual([]);
    expect(await offered("status", "--stack", "")).toEqual(["dev", "prod"]);
    expect(existsSync(join(stacks, "caught"))).toBe(false);
  });

  // Its completion builtins work in its line editor only: what is handed to them is printed.
  const HANDED = `compdef() {}; compadd() { print -rl -- "\${@[2,-1]}" }; _describe() { print -rl -- "\${(@P)2}" }; _files() { print files }`;
  const zsh = (process.env["PATH"] ?? "").split(delimiter).some((place) => existsSync(join(place, "zsh")));
  (zsh ? test : test.skip).each([
    [["extension", "unp"], ["unpublish:Has KubeSphere uninstall the extension, and takes it out of a cluster's Marketplace"]],
    [["re"], ["recover:shows what a killed run left behind, and clears it", "--help:what it does, and its options"]],
    [
      ["status", "--"],
      ["--watch", "--html"],
    ],
    [
      ["status", "--stack", ""],
      ["dev", "prod"],
    ],
    [["extension", "lint", "ext"], ["files"]],
  ])("zsh, after %j", async (words, expected) => {
    const script = `${HANDED}\n${scripts["zsh"] ?? ""}\nwords=("$@") CURRENT=$#\n_luban`;
    const stdout = succeeded(await run("zsh", ["-f", "-c", script, "zsh", "luban", ...words], { cwd: stacks }));
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(expected));
  });
});
