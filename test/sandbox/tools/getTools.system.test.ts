/** Where the tools come from when neither PATH nor the network has them. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sharedPaths } from "../../../sandbox/src/paths";
import { waitUntil } from "../../../sandbox/src/processes";
import { getTools } from "../../../sandbox/src/tools";
import { goName } from "../../../sandbox/src/tools/build";
import { actionlint, crane, tools } from "../../../sandbox/src/tools/catalogue";

const root = mkdtempSync(join(tmpdir(), "get-tools-"));
const checkout = join(__dirname, "../../..");
const { PATH } = process.env;
const { fetch } = globalThis;

let home: string;
let paths: ReturnType<typeof sharedPaths>;
beforeEach(() => {
  home = mkdtempSync(join(root, "t-"));
  paths = sharedPaths({ checkout, cache: join(home, "cache"), bundle: "" });
  mkdirSync(join(home, "bin"));
  process.env.PATH = join(home, "bin");
  globalThis.fetch = (url) => Promise.reject(new TypeError("fetch failed", { cause: new Error(`getaddrinfo ENOTFOUND ${hostOf(url)}`) }));
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  process.env.PATH = PATH;
  globalThis.fetch = fetch;
  jest.restoreAllMocks();
});
afterAll(() => rmSync(root, { recursive: true }));

const hostOf = (url: unknown) => new URL(String(url)).host;

/**
 * A stand-in for Go. It keeps in `asked` what it is asked, compiles a package by a file in `compiled`, and stands still at kube-scheduler,
 * its process id in `held`, until there is a file `free`.
 */
function standInGo(version: string): void {
  const script = `#!/bin/sh
PATH=/usr/bin:/bin
cd '${home}'
case "$1" in
  env) echo env >>asked; echo ${version} ;;
  list) shift 2; echo "list $*" >>asked; printf '%s\\n' "$@" ;;
  build)
    output="$6"; shift 6; echo "build $*" >>asked; mkdir -p compiled
    for package in "$@"; do
      name="$(basename "\${package%/v3}")"
      [ -e "compiled/$name" ] || echo "$package" >&2
      if [ "$name" = kube-scheduler ] && [ ! -e free ]; then printf half >"$output$name"; echo $$ >held; sleep 60 & wait; fi
      touch "compiled/$name"
      printf '#!/bin/sh\\necho v1.2.3\\n' >"$output$name"; chmod +x "$output$name"
    done ;;
esac
`;
  writeFileSync(join(home, "bin/go"), script, { mode: 0o755 });
}

/** What the stand-in was asked since the last look. */
function asked(): string[] {
  const file = join(home, "asked");
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  rmSync(file, { force: true });
  return lines;
}

const executables = tools.flatMap((tool) => tool.executables);
const packages = (isHost: boolean) => executables.filter(({ goModule }) => Boolean(goModule) === isHost).map(({ goPackage }) => goPackage);
const [host, rest] = [packages(true).join(" "), packages(false).join(" ")];

/** The build's folder, whose name is a digest of what is built. */
const built = () => join(paths.tools, readdirSync(paths.tools).find((name) => name.startsWith("go-")) ?? "no build");

async function interrupted(): Promise<number> {
  const start = getTools(paths);
  const outcome = expect(start).rejects.toMatchObject({ message: "interrupted", exitCode: 130 });
  await waitUntil(() => existsSync(join(home, "held")) && readFileSync(join(home, "held"), "utf8") !== "", 20_000);
  process.emit("SIGINT");
  await outcome;
  return Number(readFileSync(join(home, "held"), "utf8"));
}

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a build that was interrupted ends its compilers, leaves nothing half made, and the next start builds only what is missing", async () => {
  standInGo("go1.99.0");
  const go = await interrupted();
  expect(await waitUntil(() => !isRunning(go), 10_000)).toBe(true);
  expect(asked()).toEqual(["env", `list ${host}`, `build ${host}`, `list ${rest}`, `build ${rest}`]);
  expect(readdirSync(built())).toEqual(["pulumi-language-nodejs"]);

  writeFileSync(join(home, "free"), "");
  const found = await getTools(paths);
  expect(asked()).toEqual(["env", `list ${rest}`, `build ${rest}`]);
  expect(found.paths).toEqual(Object.fromEntries(executables.map(({ name }) => [name, join(built(), name)])));
  expect(found.summary).toBe(tools.map(({ name, version }) => `${name} ${version.pinned} (build)`).join(", "));
  expect(readdirSync(built()).sort()).toEqual(executables.map(({ name }) => name).sort());

  expect(await getTools(paths)).toEqual(found);
  expect(asked()).toEqual([]);
});

test("what a killed build left half made is not taken for a tool", async () => {
  standInGo("go1.99.0");
  await interrupted();
  mkdirSync(join(built(), ".new"));
  for (const { goPackage } of executables) writeFileSync(join(built(), ".new", goName(goPackage)), "half");
  writeFileSync(join(home, "free"), "");
  const found = await getTools(paths);
  expect(Object.values(found.paths).map((path) => readFileSync(path, "utf8"))).toEqual(executables.map(() => "#!/bin/sh\necho v1.2.3\n"));
  expect(existsSync(join(built(), ".new"))).toBe(false);
});

/** The whole error when no tool can be had; `why` is what is wrong with Go. */
function nothingHelps(why: string): string {
  const os = process.platform;
  const lines = tools.map(({ name, version, downloads }) => {
    const [first] = downloads({ os: os === "darwin" ? os : "linux", arch: process.arch === "arm64" ? "arm64" : "amd64" });
    const download = first
      ? `${first.checksums}: fetch failed: getaddrinfo ENOTFOUND ${hostOf(first.checksums)}`
      : `none is published for ${os}`;
    return `  ${name} ${version.accepted}\n    PATH: not there\n    download: ${download}`;
  });
  const wayOut = "Connect to the network for the downloads, install Go (https://go.dev/dl) to have them built, or put them on PATH.";
  return `These tools are needed and could not be had:\n${lines.join("\n")}\n  and building them: ${why}.\n${wayOut}`;
}

test("without network and Go one error names each tool, what was tried and the ways out", async () => {
  await expect(getTools(paths)).rejects.toThrow(new Error(nothingHelps("Go is not installed")));
});

test("a Go that is too old is named as such, again on the next try, which asks the network anew", async () => {
  standInGo("go1.20.4");
  const needed = /^go (\S+)$/m.exec(readFileSync(join(paths.goModules, "go.mod"), "utf8"))?.[1] ?? "";
  const message = nothingHelps(`Go 1.20.4 is too old: 1.21 or newer can fetch ${needed} by itself`);
  await expect(getTools(paths)).rejects.toThrow(new Error(message));
  await expect(getTools(paths)).rejects.toThrow(new Error(message));
});

test.each([
  ["what checks the workflows", actionlint],
  ["what copies images", crane],
])("%s is got apart: no sandbox waits for it, and it makes nothing else to be built or looked for anew", async (_, tool) => {
  standInGo("go1.99.0");
  writeFileSync(join(home, "free"), "");
  const found = await getTools(paths);
  asked();
  const { goPackage } = tool.executables[0] as (typeof executables)[number];
  const own = await getTools(paths, [tool]);
  expect(asked()).toEqual(["env", `list ${goPackage}`, `build ${goPackage}`]);
  expect(Object.keys(own.paths)).toEqual([tool.name]);
  expect([await getTools(paths), await getTools(paths, [tool])]).toEqual([found, own]);
  expect(asked()).toEqual([]);
});
