/** Where the tools come from when neither PATH nor the network has them. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import dns from "node:dns";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sharedPaths } from "../../../sandbox/src/paths";
import { waitUntil } from "../../../sandbox/src/processes";
import { getTools } from "../../../sandbox/src/tools";
import { buildFolder, goName, inOneBuild } from "../../../sandbox/src/tools/build";
import { actionlint, crane, tools } from "../../../sandbox/src/tools/catalogue";
import { versions } from "../../../sandbox/src/versions";

const root = mkdtempSync(join(tmpdir(), "get-tools-"));
const checkout = join(__dirname, "../../..");
const { PATH } = process.env;

let home: string;
let paths: ReturnType<typeof sharedPaths>;
beforeEach(() => {
  home = mkdtempSync(join(root, "t-"));
  paths = sharedPaths({ checkout, cache: join(home, "cache"), bundle: "" });
  mkdirSync(join(home, "bin"));
  process.env.PATH = join(home, "bin");
  jest
    .spyOn(dns, "lookup")
    .mockImplementation(((host: string, _options: unknown, done: (error: Error) => void) =>
      done(new Error(`getaddrinfo ENOTFOUND ${host}`))) as typeof dns.lookup);
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  process.env.PATH = PATH;
  jest.restoreAllMocks();
});
afterAll(() => rmSync(root, { recursive: true }));

const hostOf = (url: unknown) => new URL(String(url)).host;

/**
 * A stand-in for Go that knows of no package to leave out. It keeps in `asked` what else it is asked, compiles a package by a file in `compiled`, and stands still at kube-scheduler,
 * its process id in `held`, until there is a file `free`.
 */
function standInGo(version: string): void {
  const script = `#!/bin/sh
PATH=/usr/bin:/bin
cd '${home}'
case "$1" in
  env) echo env >>asked; echo ${version} ;;
  list|build)
    command="$1"; shift
    while [ $# -gt 0 ]; do case "$1" in
      -ldflags) flags="$2"; shift 2 ;;
      -o) output="$2"; shift 2 ;;
      -f) shift 2 ;;
      -json*) exit 0 ;;
      -*) shift ;;
      *) break ;;
    esac; done
    echo "$command $*" >>asked
    if [ "$command" = list ]; then printf '%s /nowhere\\n' "$@"; exit 0; fi
    mkdir -p compiled
    for package in "$@"; do
      name="$(basename "\${package%/v[0-9]}")"
      [ -e "compiled/$name" ] || echo "$package" >&2
      if [ "$name" = kube-scheduler ] && [ ! -e free ]; then printf half >"$output$name"; echo $$ >held; sleep 60 & wait; fi
      touch "compiled/$name"
      printf '#!/bin/sh\\necho v1.2.3\\n# %s\\n' "$flags" >"$output$name"; chmod +x "$output$name"
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
const builds = inOneBuild(executables).map((build) => build.map(({ goPackage }) => goPackage).join(" "));
/** What the stand-in is asked for these. */
const asks = (packages: readonly string[]) => packages.flatMap((names) => [`list ${names}`, `build ${names}`]);
const main = builds.findIndex((names) => names.includes("kube-scheduler"));

/** A build's folder, whose name is a digest of what is built. */
const built = (executable: Pick<(typeof executables)[number], "goModule" | "linkerFlags"> = {}) =>
  buildFolder(paths.goModules, paths.tools, executable);

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
  expect(asked()).toEqual(["env", ...asks(builds.slice(0, main + 1))]);
  expect(readdirSync(built())).toEqual(["pulumi-language-nodejs"]);

  writeFileSync(join(home, "free"), "");
  const found = await getTools(paths);
  expect(asked()).toEqual(["env", ...asks(builds.slice(main))]);
  expect(found.paths).toEqual(
    Object.fromEntries(executables.map((executable) => [executable.name, join(built(executable), executable.name)])),
  );
  expect(found.summary).toBe(tools.map(({ name, version }) => `${name} ${version.pinned} (build)`).join(", "));
  for (const folder of new Set(executables.map(built)))
    expect(readdirSync(folder).sort()).toEqual(
      executables
        .filter((executable) => built(executable) === folder)
        .map(({ name }) => name)
        .sort(),
    );

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
  expect(Object.values(found.paths).map((path) => readFileSync(path, "utf8"))).toEqual(
    executables.map(() => expect.stringMatching(/^#!\/bin\/sh\necho v1\.2\.3\n# -s -w /)),
  );
  expect(existsSync(join(built(), ".new"))).toBe(false);
});

test("Helm alone is linked with the cluster's Kubernetes, and what else runs in the sandbox needs no building for it", async () => {
  standInGo("go1.99.0");
  writeFileSync(join(home, "free"), "");
  const found = await getTools(paths);
  const flagsOf = (name: string) => /^# (.*)$/m.exec(readFileSync(found.paths[name] as string, "utf8"))?.[1]?.match(/\S+\.k8sVersion\S+/g);
  expect(flagsOf("helm")).toEqual(
    ["chartutil", "lint/rules"].flatMap((name) => [
      `helm.sh/helm/v3/pkg/${name}.k8sVersionMajor=1`,
      `helm.sh/helm/v3/pkg/${name}.k8sVersionMinor=${versions.kubernetes.pinned.split(".")[1]}`,
    ]),
  );
  expect(executables.filter(({ name }) => name !== "helm").map(({ name }) => flagsOf(name) ?? null)).toEqual(
    executables.slice(1).map(() => null),
  );
});

test("a tool that was built in another way is built anew, although its version is the same", async () => {
  standInGo("go1.99.0");
  writeFileSync(join(home, "free"), "");
  const found = await getTools(paths);
  asked();
  const record = join(paths.tools, "sources.json");
  const former = join(paths.tools, "go-former");
  cpSync(dirname(found.paths.helm as string), former, { recursive: true, preserveTimestamps: true });
  writeFileSync(record, readFileSync(record, "utf8").replaceAll(dirname(found.paths.helm as string), former));
  rmSync(dirname(found.paths.helm as string), { recursive: true });
  expect(await getTools(paths)).toEqual(found);
  expect(asked()).toEqual(["env", ...asks(["helm.sh/helm/v3/cmd/helm"])]);
});

/** The whole error when no tool can be had; `why` is what is wrong with Go. */
function nothingHelps(why: string): string {
  const os = process.platform;
  const asked = new Set<string>();
  const lines = tools.map(({ name, version, downloads }) => {
    const [first] = downloads({ os: os === "darwin" ? os : "linux", arch: process.arch === "arm64" ? "arm64" : "amd64" });
    const host = first && hostOf(first.checksums);
    const failure = asked.has(host ?? "") ? `${host} could not be reached lately` : `${first?.checksums}: getaddrinfo ENOTFOUND ${host}`;
    if (host) asked.add(host);
    const download = host ? failure : `none is published for ${os}`;
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
