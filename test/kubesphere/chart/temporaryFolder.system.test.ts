/** What a killed run leaves in the folder of temporary files, and what others can put there. */
import { spawn, spawnSync } from "child_process";
import { once } from "events";
import { chmod, mkdir, readdir, stat, symlink, utimes, writeFile } from "fs/promises";
import os from "os";
import { join } from "path";
import { ownIdentity } from "../../../kubesphere/chart/processIdentity";
import { temporaryFolder, temporaryRoot } from "../../../kubesphere/chart/temporaryFolder";
import { temporaryFolders } from "../../support/charts";

const folder = temporaryFolders();
let system: string;
beforeEach(async () => {
  system = await folder({});
  jest.spyOn(os, "tmpdir").mockReturnValue(system);
});
afterEach(() => jest.restoreAllMocks());

const named = (differences: object) => {
  const { pid, start, boot, namespace } = { ...ownIdentity(), ...differences };
  return `extension.${pid}.${start}.${boot}.${namespace}.abcdef`;
};
/** As the next run finds it; `cleared` counts for one process and root. */
async function left(name: string): Promise<string> {
  const path = join(temporaryRoot(), name);
  await mkdir(path);
  await writeFile(join(path, "kubeconfig"), "secret");
  return name;
}
const kept = async () => (await readdir(temporaryRoot())).filter((name) => name.endsWith("abcdef") || !name.includes("."));

/** Makes a temporary folder, says so, and waits. */
const MAKER = `
import { writeFileSync } from "node:fs";
import { temporaryFolder } from "${join(__dirname, "../../../kubesphere/chart/temporaryFolder.ts")}";
const made = await temporaryFolder("extension");
writeFileSync(made + "/kubeconfig", "secret");
console.log(made);
setInterval(() => undefined, 1000);
`;

test("what a run killed in its middle left is taken away by the next one: secrets were in it", async () => {
  const source = await folder({ "maker.ts": MAKER });
  const program = join(source, "maker.mjs");
  const bundler = join(__dirname, "../../../node_modules/rolldown/bin/cli.mjs");
  const args = [bundler, join(source, "maker.ts"), "--file", program, "--platform", "node"];
  expect(spawnSync(process.execPath, args, { encoding: "utf8" })).toMatchObject({ status: 0 });
  const maker = spawn(process.execPath, [program], { env: { ...process.env, TMPDIR: system }, stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(maker.stdout, "data")) as [Buffer];
  const made = said.toString().trim();
  maker.kill("SIGKILL");
  await once(maker, "close");
  expect(await readdir(made)).toEqual(["kubeconfig"]);
  const own = await temporaryFolder("release");
  expect((await readdir(temporaryRoot())).map((name) => join(temporaryRoot(), name))).toEqual([own]);
}, 30_000);

test("what belongs to a run at work, or to nobody of ours, stays", async () => {
  const names = await Promise.all([left(named({})), left("locks"), left(named({ namespace: "pid1", pid: 1 }))]);
  await temporaryFolder("release");
  expect((await kept()).sort()).toEqual(names.sort());
});

test.each([
  ["whose id somebody else has by now", { pid: process.ppid, start: "1" }],
  ["from before the machine was started again", { boot: "earlier" }],
])("what is left of a run %s is taken away", async (_which, differences) => {
  await left(named(differences));
  await temporaryFolder("release");
  expect(await kept()).toEqual([]);
});

test("what another container left is taken away after a week: nobody sees from here whether its maker lives", async () => {
  const name = await left(named({ namespace: "pid1", pid: 1 }));
  const week = Date.now() / 1000 - 8 * 24 * 3600;
  await utimes(join(temporaryRoot(), name), week, week);
  await temporaryFolder("release");
  expect(await kept()).toEqual([]);
});

test("only this user may look into it, also where it was open before", async () => {
  expect((await stat(temporaryRoot())).mode & 0o777).toBe(0o700);
  await chmod(temporaryRoot(), 0o777);
  expect((await stat(temporaryRoot())).mode & 0o777).toBe(0o700);
});

describe("what somebody else put in its place is refused, or they would read what is written there", () => {
  const place = () => join(system, `kubesphere-luban-${process.geteuid?.() ?? ""}`);

  test("a link", async () => {
    await symlink(await folder({}), place());
    await expect(temporaryFolder("release")).rejects.toThrow(
      `${place()}: "a link" is not allowed; allowed: a folder of this user's own, for what nobody else may write to. Name another folder in TMPDIR`,
    );
  });

  test("a file", async () => {
    await writeFile(place(), "");
    await expect(temporaryFolder("release")).rejects.toThrow('"no folder" is not allowed');
  });

  test("a stranger's folder", async () => {
    await mkdir(place());
    const stranger = (process.geteuid?.() ?? 0) + 1;
    const foreign = join(system, `kubesphere-luban-${stranger}`);
    await mkdir(foreign);
    jest.spyOn(process as Required<typeof process>, "geteuid").mockReturnValue(stranger);
    await expect(temporaryFolder("release")).rejects.toThrow(`${foreign}: "user ${stranger - 1}'s folder" is not allowed`);
  });
});
