import { existsSync } from "fs";
import { mkdtemp, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { delimiter, join } from "path";
import { findKk, runKk, type Kk } from "../../../cli/cluster/kk";
import { standInKk } from "../../support/kk";
import { KUBECONFIG } from "./support";

const kk = (program: string): Kk => ({ program, version: undefined, major: 3 });
const RUN = { args: ["create", "cluster"], files: {}, kubeconfig: "kubekey/config-kubesphere", say: () => undefined };

let folder: string;
let path: string | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stand-in-"));
  path = process.env["PATH"];
});
afterEach(async () => {
  process.env["PATH"] = path;
  await rm(folder, { recursive: true });
});

test("kk is taken from PATH, or from --kk", async () => {
  const { program } = await standInKk(folder, {});
  process.env["PATH"] = `${folder}${delimiter}${path}`;
  expect(await findKk(undefined, "v1.25.4", true)).toEqual({ program: "kk", version: "v3.1.12", major: 3 });
  expect(await findKk(program, "v1.1.1", false)).toEqual({ program, version: "v3.1.12", major: 3 });
});

test.each([
  [
    "KubeKey 5, whose files nobody knows,",
    { version: "v5.0.0" },
    / is KubeKey v5\.0\.0, which is not known here: get KubeKey 3 with `.+` or KubeKey 4 with `/,
  ],
  [
    "a version of Kubernetes that it does not know",
    { supported: ["v1.24.9", "v1.25.3", "v1.25.16"] },
    /^KubeKey v3\.1\.12 does not install Kubernetes v1\.25\.4; it knows v1\.25\.3, v1\.25\.16: set /,
  ],
  [
    "a version of Kubernetes that KubeKey 4 prints no config for",
    { major: 4, supported: ["v1.34.3"] } as const,
    /^KubeKey v4\.0\.6 does not install Kubernetes v1\.25\.4: `kk create config --with-kubernetes v1\.25\.4` failed; KubeKey v4\.0\.6 knows v1\.23 to v1\.34: set /,
  ],
])("%s is refused before any machine is touched", async (_what, behaviour, told) => {
  const { program } = await standInKk(folder, behaviour);
  await expect(findKk(program, "v1.25.4", true)).rejects.toThrow(told);
});

test("of KubeKey 4 its inventory and its config for that Kubernetes are read, over which ours are written", async () => {
  const { program } = await standInKk(folder, { major: 4 });
  expect(await findKk(program, "v1.25.4", true)).toMatchObject({
    ...{ program, version: "v4.0.6", major: 4 },
    printed: {
      inventory: { kind: "Inventory", spec: { hosts: null } },
      config: { spec: { kubernetes: { kube_version: "v1.25.4", sandbox_image: { tag: "3.10" } } } },
    },
  });
});

test("a kk that says nothing of versions is taken at its word", async () => {
  const { program } = await standInKk(folder, { version: "kk version: unknown", supported: [] });
  expect(await findKk(program, "v1.25.4", true)).toEqual({ program, version: undefined, major: 3 });
});

test("where there is no kk, it is said where to get it", async () => {
  await expect(findKk(join(folder, "none"), "v1.25.4", true)).rejects.toThrow(
    /none is not there: get KubeKey 3 with `curl .*v3\.1\.12 sh -` or KubeKey 4 with `curl .*v4\.0\.6 sh -`, and name it with --kk$/,
  );
  process.env["PATH"] = folder;
  await expect(findKk(undefined, "v1.25.4", false)).rejects.toThrow(/^kk is not on PATH: get KubeKey 3 with `curl /);
});

test("KubeKey is given a file that only this user can read, in a folder that is gone afterwards with all that it left there", async () => {
  const { program, calls } = await standInKk(folder, { kubeconfig: KUBECONFIG });
  const result = await runKk(kk(program), {
    ...RUN,
    args: ["create", "cluster", "--with-local-storage", "-f", "cluster.yaml", "-y"],
    files: { "cluster.yaml": "kind: Cluster\n" },
  });
  expect(result).toEqual({ code: 0, kubeconfig: KUBECONFIG });
  const [call] = await calls();
  expect(call).toEqual({
    args: ["create", "cluster", "--with-local-storage", "-f", "cluster.yaml", "-y"],
    cwd: call?.cwd,
    cwdMode: "700",
    files: { "cluster.yaml": { text: "kind: Cluster\n", mode: "600" } },
  });
  expect(existsSync(call?.cwd ?? "")).toBe(false);
});

test("each line is passed on when it is printed, and not at the end", async () => {
  const seen = join(folder, "seen");
  const { program } = await standInKk(folder, { lines: ["[Greetings]", "[NodePreCheckModule]"], waitsFor: seen });
  const said: string[] = [];
  // The stand-in ends only after its first line was heard.
  const say = (line: string) => {
    said.push(line);
    void writeFile(seen, "");
  };
  expect(await runKk(kk(program), { ...RUN, args: ["add", "nodes"], say })).toEqual({
    code: 0,
    kubeconfig: undefined,
  });
  expect(said).toEqual(["[Greetings]", "[NodePreCheckModule]"]);
});

test("a failing kk leaves its exit code and its words, and no file", async () => {
  const { program, calls } = await standInKk(folder, { lines: ["node1: sudo is required."], exitCode: 7 });
  const said: string[] = [];
  const { code } = await runKk(kk(program), { ...RUN, say: (line) => said.push(line) });
  expect({ code, said: said.sort() }).toEqual({
    code: 7,
    said: ["error: Pipeline[CreateClusterPipeline] execute failed", "node1: sudo is required."],
  });
  const [call] = await calls();
  expect(existsSync(call?.cwd ?? "")).toBe(false);
});

test("an interrupted command ends KubeKey, and leaves no file with a password behind", async () => {
  const { program, calls } = await standInKk(folder, { lines: ["[Greetings]", "never said"], waitsFor: join(folder, "never") });
  const said: string[] = [];
  const say = (line: string) => {
    said.push(line);
    process.emit("SIGTERM");
  };
  expect(
    await runKk(kk(program), {
      ...RUN,
      args: ["create", "cluster", "-f", "cluster.yaml"],
      files: { "cluster.yaml": "password: hush" },
      say,
    }),
  ).toEqual({
    code: 143,
    kubeconfig: undefined,
  });
  expect(said).toEqual(["[Greetings]"]);
  expect(existsSync((await calls())[0]?.cwd ?? "")).toBe(false);
});

test("a line of KubeKey's shows the password of a registry or a proxy, or the signature of a download", async () => {
  const { program } = await standInKk(folder, { lines: ["GET https://me:word@mirror.example/a?signature=hidden"] });
  const said: string[] = [];
  await runKk(kk(program), { ...RUN, say: (line) => said.push(line) });
  expect(said).toEqual(["GET https://[secret]@mirror.example/a?signature=[secret]"]);
});
