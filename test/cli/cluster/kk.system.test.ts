import { existsSync } from "fs";
import { mkdtemp, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { delimiter, join } from "path";
import { findKk, runKk } from "../../../cli/cluster/kk";
import { standInKk } from "../../support/kk";
import { KUBECONFIG } from "./support";

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
  expect(await findKk(undefined, "v1.25.4")).toEqual({ program: "kk", version: "v3.1.12" });
  expect(await findKk(program, undefined)).toEqual({ program, version: "v3.1.12" });
});

test.each([
  [
    "KubeKey 4, which reads other files,",
    { version: "v4.0.2" },
    / is KubeKey v4\.0\.2, whose cluster files have another form: take a KubeKey 3, such as v3\.1\.12$/,
  ],
  [
    "a version of Kubernetes that it does not know",
    { supported: ["v1.24.9", "v1.25.3", "v1.25.16"] },
    /^KubeKey v3\.1\.12 does not install Kubernetes v1\.25\.4; it knows v1\.25\.3, v1\.25\.16: set /,
  ],
])("%s is refused before any machine is touched", async (_what, behaviour, told) => {
  const { program } = await standInKk(folder, behaviour);
  await expect(findKk(program, "v1.25.4")).rejects.toThrow(told);
});

test("a kk that says nothing of versions is taken at its word", async () => {
  const { program } = await standInKk(folder, { version: "kk version: unknown", supported: [] });
  expect(await findKk(program, "v1.25.4")).toEqual({ program, version: undefined });
});

test("where there is no kk, it is said where to get it", async () => {
  await expect(findKk(join(folder, "none"), undefined)).rejects.toThrow(/none is not there: get it with `curl /);
  process.env["PATH"] = folder;
  await expect(findKk(undefined, undefined)).rejects.toThrow(/^kk is not on PATH: get it with `curl /);
});

test("KubeKey is given a file that only this user can read, in a folder that is gone afterwards with all that it left there", async () => {
  const { program, calls } = await standInKk(folder, { kubeconfig: KUBECONFIG });
  const result = await runKk(
    { program, version: undefined },
    { args: ["create", "cluster", "--with-local-storage"], file: "kind: Cluster\n", say: () => undefined },
  );
  expect(result).toEqual({ code: 0, kubeconfig: KUBECONFIG });
  const [call] = await calls();
  const file = join(call?.cwd ?? "", "cluster.yaml");
  expect(call).toEqual({
    args: ["create", "cluster", "--with-local-storage", "-f", file, "-y"],
    cwd: call?.cwd,
    cwdMode: "700",
    file: "kind: Cluster\n",
    fileMode: "600",
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
  expect(await runKk({ program, version: undefined }, { args: ["add", "nodes"], file: "", say })).toEqual({
    code: 0,
    kubeconfig: undefined,
  });
  expect(said).toEqual(["[Greetings]", "[NodePreCheckModule]"]);
});

test("a failing kk leaves its exit code and its words, and no file", async () => {
  const { program, calls } = await standInKk(folder, { lines: ["node1: sudo is required."], exitCode: 7 });
  const said: string[] = [];
  const { code } = await runKk({ program, version: undefined }, { args: ["create", "cluster"], file: "", say: (line) => said.push(line) });
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
  expect(await runKk({ program, version: undefined }, { args: ["create", "cluster"], file: "password: hush", say })).toEqual({
    code: 143,
    kubeconfig: undefined,
  });
  expect(said).toEqual(["[Greetings]"]);
  expect(existsSync((await calls())[0]?.cwd ?? "")).toBe(false);
});

test("a line of KubeKey's shows the password of a registry or a proxy, or the signature of a download", async () => {
  const { program } = await standInKk(folder, { lines: ["GET https://me:word@mirror.example/a?signature=hidden"] });
  const said: string[] = [];
  await runKk({ program, version: undefined }, { args: ["create", "cluster"], file: "", say: (line) => said.push(line) });
  expect(said).toEqual(["GET https://[secret]@mirror.example/a?signature=[secret]"]);
});
