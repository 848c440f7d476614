import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tools, type Tool } from "../../../sandbox/src/tools/catalogue";
import { findOnPath } from "../../../sandbox/src/tools/find";

const root = realpathSync(mkdtempSync(join(tmpdir(), "find-")));
afterAll(() => rmSync(root, { recursive: true }));

function executable(folder: string, name: string, prints: string): string {
  mkdirSync(join(root, folder), { recursive: true });
  const file = join(root, folder, name);
  writeFileSync(file, `#!/bin/sh\necho "${prints}"\n`);
  chmodSync(file, 0o755);
  return file;
}

const single: Tool = {
  name: "helm",
  version: { pinned: "3.22.0", accepted: ">=3.14.0 <4" },
  executables: [{ name: "helm", versionArgs: ["version"], goPackage: "example.org/helm" }],
  downloads: () => [],
};
const pair: Tool = {
  ...single,
  name: "pulumi",
  executables: [
    { name: "pulumi", versionArgs: ["version"], goPackage: "example.org/pulumi" },
    { name: "pulumi-language-nodejs", goPackage: "example.org/host" },
  ],
};
const twins: Tool = {
  ...single,
  name: "kwok",
  executables: ["kwok", "kwokctl"].map((name) => ({ name, versionArgs: ["--version"], goPackage: `example.org/${name}` })),
};

const find = (tool: Tool, ...folders: string[]) =>
  findOnPath(tool, { path: folders.map((folder) => join(root, folder)).join(":"), except: join(root, "cache") });

test("a tool that is installed is used instead of twenty minutes of building", async () => {
  const helm = executable("good", "helm", "v3.18.4+gd80839c");
  expect(await find(single, "empty", "good")).toEqual({ version: "3.18.4", paths: { helm } });
});

test("a benchmark whose Helm is the sandbox's own would find none: where no folder is excepted, all of PATH counts", async () => {
  const helm = executable("cache/tools", "helm", "v3.18.4");
  expect(await findOnPath(single, { path: join(root, "cache/tools"), except: "" })).toEqual({ version: "3.18.4", paths: { helm } });
  expect(await find(single, "cache/tools")).toEqual({ reason: "not there" });
});

test("a version without patch level, as a build from the module prints it, counts", async () => {
  const helm = executable("short", "helm", "v3.22");
  expect(await find(single, "short")).toEqual({ version: "3.22.0", paths: { helm } });
});

test("a tool outside the tested range is not used, and the reason says what is there and what is wanted", async () => {
  const helm = executable("new", "helm", "v4.0.1");
  expect(await find(single, "new")).toEqual({ reason: `${helm} is 4.0.1, and this works with >=3.14.0 <4` });
});

test("a tool that cannot run is not used", async () => {
  const file = executable("broken", "helm", "");
  writeFileSync(file, "#!/bin/sh\nexit 3\n");
  expect(await find(single, "broken")).toEqual({ reason: `${file} is of an unknown version, and this works with >=3.14.0 <4` });
});

test("a missing tool is said to be missing", async () => {
  mkdirSync(join(root, "folder", "helm"), { recursive: true });
  expect(await find(single, "empty", "folder")).toEqual({ reason: "not there" });
});

test("a Pulumi without its language host beside it is not used, since the engine would not find one", async () => {
  const pulumi = executable("lonely", "pulumi", "v3.259.0");
  executable("elsewhere", "pulumi-language-nodejs", "");
  const tool = { ...pair, version: { pinned: "3.259.0", accepted: ">=3.248.0 <4" } };
  expect(await find(tool, "lonely", "elsewhere")).toEqual({ reason: `${pulumi} has no pulumi-language-nodejs beside it` });
});

test("a Pulumi that is a link, as package managers make it, is used with the language host beside its target", async () => {
  executable("cellar", "pulumi", "v3.250.0");
  const host = executable("cellar", "pulumi-language-nodejs", "");
  mkdirSync(join(root, "links"), { recursive: true });
  symlinkSync(join(root, "cellar", "pulumi"), join(root, "links", "pulumi"));
  expect(await find(pair, "links")).toEqual({
    version: "3.250.0",
    paths: { pulumi: join(root, "links", "pulumi"), "pulumi-language-nodejs": host },
  });
});

test("executables of different versions are not mixed", async () => {
  const kwok = executable("mixed", "kwok", "kwok version v3.15.0");
  const kwokctl = executable("mixed", "kwokctl", "kwokctl version v3.16.0");
  expect(await find(twins, "mixed")).toEqual({ reason: `${kwokctl} is 3.16.0, and ${kwok} 3.15.0` });
});

test("the sandbox's own tools, on PATH in a shell made by env, are not taken for the user's", async () => {
  executable("cache/bin", "helm", "v3.22.0");
  mkdirSync(join(root, "linked"), { recursive: true });
  symlinkSync(join(root, "cache/bin/helm"), join(root, "linked", "helm"));
  expect(await find(single, "cache/bin", "linked")).toEqual({ reason: "not there" });
});

describe("of what tools print, exactly the tested range is taken", () => {
  const [pulumi, helm, kubernetes, etcd, kwok] = [
    "v%",
    "v%",
    "Kubernetes v%",
    "etcd Version: %\nGit SHA: 0123456\nGo Version: go1.24.1",
    "kwok version v% go1.24.1 (linux/amd64)",
  ];
  const printed: Readonly<Record<string, string | undefined>> = { pulumi, helm, kubernetes, etcd, kwok };
  test.each([
    ["pulumi", "3.247.0", "3.248.0", "3.999.0", "4.0.0"],
    ["helm", "3.13.3", "3.14.0", "3.22.0+g0123456", "4.0.0"],
    ["kubernetes", "1.30.14", "1.31.0", "1.37.2", "1.38.0"],
    ["etcd", "3.4.37", "3.5.0", "3.7.0", "4.0.0"],
    ["kwok", "0.5.2", "0.6.0", "0.8.0", "0.9.0"],
  ])("%s: not %s, but %s and %s, and not %s", async (name, tooOld, first, last, tooNew) => {
    const tool = tools.find((one) => one.name === name) as Tool;
    const verdict = async (version: string) => {
      const folder = `range/${name}-${version}`;
      for (const { name: file } of tool.executables) executable(folder, file, (printed[name] ?? "").replace("%", version));
      return "version" in (await find(tool, folder));
    };
    expect(await Promise.all([tooOld, first, last, tooNew, "unknown"].map(verdict))).toEqual([false, true, true, false, false]);
  });
});
