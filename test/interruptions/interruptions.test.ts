/** What an interruption, a crash, a reboot or a neighbour may do to a sandbox, and that `npm start` is always the way back. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "fs";
import { createServer } from "net";
import { tmpdir } from "os";
import { basename, dirname, join } from "path";
import { isPortFree } from "../../sandbox/src/portFree";
import { api, ask, CHECKOUT, freeNodePorts, read, run, SANDBOX, succeeded } from "../support/sandbox";
import { until } from "../support/until";
import { canMount, filesIn, kill, mountsOf, processesOf, Sandbox } from "./support";

const sandbox = new Sandbox(`${SANDBOX}-cut`);
const scratch = mkdtempSync(join(tmpdir(), "interruptions-"));
let folder: string;
let cache: string;
let ports: string[];

beforeAll(async () => {
  folder = (await sandbox.status()).folder;
  cache = dirname(dirname(folder));
  const [ingress, console] = await freeNodePorts();
  ports = ["--ingress-port", `${ingress}`, "--console-port", `${console}`];
  // What a run of these tests that was itself cut off left behind is no start for another; and the tools are got once.
  succeeded(await sandbox.command("sandbox", "reset"));
  succeeded(await sandbox.command("sandbox", "up", ...ports));
  succeeded(await sandbox.command("sandbox", "reset"));
});
afterAll(async () => {
  succeeded(await sandbox.command("sandbox", "reset"));
  rmSync(scratch, { recursive: true, force: true });
});

/** Plain `npm start` comes up whole: every address answers and nothing is left to do. */
async function expectWhole(made: Sandbox, ...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await made.command("start", ...args);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const urls = [...stdout.matchAll(/http:\S+/g)].map(([url]) => url);
  expect(await Promise.all(urls.map(async (url) => `${url} ${(await ask(url)).status}`))).toEqual(urls.map((url) => `${url} 200`));
  expect(urls).toHaveLength(3);
  const env = await made.shell();
  succeeded(await run("pulumi", ["preview", "--expect-no-changes", "--non-interactive"], { env }));
}

async function expectGone(made: Sandbox, where: string, portsBefore: readonly number[]): Promise<void> {
  // The plugins follow the engine, and a killed process stays in the list until it is looked after.
  await until(async () => (await processesOf(where)).size === 0, 10_000).catch(() => undefined);
  expect([...(await processesOf(where)).values()]).toEqual([]);
  expect(mountsOf(where)).toEqual([]);
  expect(await Promise.all(portsBefore.map(isPortFree))).toEqual(portsBefore.map(() => true));
}

const portsOf = async (made: Sandbox) => Object.values((await made.status()).ports ?? {});

const prints = (text: string) => (printed: string) => printed.includes(text);
const state = () => join(folder, "state/.pulumi/stacks/kubesphere/sandbox.json");
/** The engine has begun an operation on the resource and does not know its end. */
const isPending = (name: string) => (printed: string) => {
  if (!printed.includes("Updating (")) return false;
  try {
    const { checkpoint } = JSON.parse(readFileSync(state(), "utf8")) as {
      checkpoint: { latest?: { pending_operations?: { resource: { urn: string } }[] } };
    };
    return checkpoint.latest?.pending_operations?.some(({ resource }) => resource.urn.endsWith(`::${name}`)) ?? false;
  } catch {
    return false;
  }
};

/** The engine knows of the resource, be its operation under way or at its end: what comes after it, such as a rollout, has begun. */
const isKnown = (name: string) => (printed: string) => {
  if (!printed.includes("Updating (")) return false;
  try {
    return readFileSync(state(), "utf8").includes(`::${name}"`);
  } catch {
    return false;
  }
};

describe("npm start killed, then interrupted, comes up whole when it is run once more", () => {
  const cluster = () => join(folder, "kwok/clusters", sandbox.name);
  test.each<[string, (printed: string) => boolean]>([
    ["at its first step", () => existsSync(join(cache, "locks", `sandbox-${sandbox.name}`))],
    ["once it has its tools", prints("✓ tools")],
    ["once it has its plugins", prints("✓ plugins")],
    ["while the control plane is made", (printed) => printed.includes("✓ plugins") && filesIn(join(cluster(), "pids")).length > 0],
    ["once the control plane is up", prints("✓ control plane")],
    ["while the stack is made", (printed) => printed.includes("✓ kubesphere-sim") && existsSync(join(folder, "empty-project"))],
    ["once the stack is configured", prints("✓ stack: configured")],
    ["while Helm installs", isPending("kubesphere-ks-core-release")],
    ["while KubeSphere installs the extension", isKnown("kubesphere-demo-plan")],
    ["before the last check", prints("✓ stack: deployed")],
  ])("%s", async (_point, isReached) => {
    succeeded(await sandbox.command("sandbox", "reset"));
    await sandbox.begin(...ports).cut("SIGKILL", isReached);
    await sandbox.begin(...ports).cut("SIGINT", isReached);
    await expectWhole(sandbox, ...ports);
  });
});

test("down after a crash leaves no process, mount or port", async () => {
  succeeded(await sandbox.command("start", ...ports));
  const portsBefore = await portsOf(sandbox);
  const [etcd] = [...(await processesOf(folder))].flatMap(([pid, command]) => (command.includes("/bin/etcd ") ? [pid] : []));
  kill(etcd, "SIGKILL");
  succeeded(await sandbox.command("sandbox", "down"));
  await expectGone(sandbox, folder, portsBefore);
});

test("down after npm start was killed in the middle of a deployment leaves no process, mount or port", async () => {
  succeeded(await sandbox.command("sandbox", "reset"));
  await sandbox.begin(...ports).cut("SIGKILL", isKnown("kubesphere-demo-plan"));
  const portsBefore = await portsOf(sandbox);
  succeeded(await sandbox.command("sandbox", "down"));
  await expectGone(sandbox, folder, portsBefore);
  await expectWhole(sandbox);
});

test("after a reboot npm start brings everything back, and a new Pod runs at once", async () => {
  succeeded(await sandbox.command("start", ...ports));
  for (const pid of (await processesOf(folder)).keys()) kill(pid, "SIGKILL");
  await expectWhole(sandbox);
  const env = await sandbox.shell();
  const container = { name: "pause", image: "pause" };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "after-reboot" }, spec: { containers: [container] } };
  const path = "/api/v1/namespaces/default/pods";
  expect((await api(env, "POST", path, pod)).status).toBe(201);
  const phase = async () => (await read<{ status: { phase: string } }>(`${path}/after-reboot`, env))?.status.phase;
  await until(async () => (await phase()) === "Running", 10_000);
  await api(env, "DELETE", `${path}/after-reboot`);
});

test("a controller manager that has given up on a slow API server is started again, and npm start goes on", async () => {
  succeeded(await sandbox.command("sandbox", "reset"));
  const up = sandbox.command("sandbox", "up", ...ports);
  // kwokctl asks it for its version before.
  const managers = async () =>
    [...(await processesOf(folder))].flatMap(([pid, command]) =>
      /\/bin\/kube-controller-manager .*--kubeconfig/.test(command) ? [pid] : [],
    );
  let first: number | undefined;
  await until(async () => ([first] = await managers()).length > 0, 60_000, 20);
  kill(first, "SIGKILL");
  succeeded(await up);
  expect((await managers()).filter((pid) => pid !== first)).toHaveLength(1);
  expect((await sandbox.status()).ready).toBe(true);
});

test("a port of the control plane that somebody else has taken is replaced, and the stack stays as it is", async () => {
  succeeded(await sandbox.command("sandbox", "down"));
  const before = (await sandbox.status()).ports ?? {};
  const stranger = createServer().listen(before["kubeApiserver"], "127.0.0.1");
  try {
    await expectWhole(sandbox);
    const after = (await sandbox.status()).ports ?? {};
    expect(after["kubeApiserver"]).not.toBe(before["kubeApiserver"]);
    expect({ ...after, kubeApiserver: 0 }).toEqual({ ...before, kubeApiserver: 0 });
  } finally {
    stranger.close();
  }
});

describe("a cache folder that takes nothing is one line that names it and the way out", () => {
  const start = async (home: string) => {
    const { code, stderr } = await new Sandbox("no-room", { ...process.env, KUBESPHERE_SANDBOX_HOME: home }).command("start", ...ports);
    return { code, stderr };
  };

  test("one that cannot be made", async () => {
    const file = join(scratch, "file");
    writeFileSync(file, "");
    const { code, stderr } = await start(join(file, "cache"));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^the cache folder \S+ cannot be written to \(ENOTDIR: .*\): mend that, or name another in KUBESPHERE_SANDBOX_HOME\n$/,
    );
  });

  async function onDisk(options: string, work: (disk: string) => Promise<void>): Promise<void> {
    const disk = mkdtempSync(join(scratch, "disk-"));
    succeeded(await run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk]));
    try {
      await work(disk);
    } finally {
      await run("umount", [disk]);
    }
  }

  const diskTest = canMount() ? test : test.skip;

  diskTest("one that cannot be written to", () =>
    onDisk("ro", async (disk) => {
      const { code, stderr } = await start(disk);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `the cache folder ${disk} cannot be written to (EROFS: read-only file system, access '${disk}'): mend that, or name another in KUBESPHERE_SANDBOX_HOME\n`,
      });
    }),
  );

  diskTest.each([
    [
      "too little room for a sandbox",
      "100m",
      /^the disk of \S+ has \d+ MiB left, and a sandbox needs 512: free some space, or name another folder in KUBESPHERE_SANDBOX_HOME\n/,
    ],
    ["no room at all", "64k", /^the disk of \S+ is full: free some space, or name another folder in KUBESPHERE_SANDBOX_HOME\n$/],
  ])("%s", (_what, size, message) =>
    onDisk(`size=${size}`, async (disk) => {
      const { code, stderr } = await start(disk);
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
    }),
  );
});

test("two caches and two checkouts start at the same time without meeting", async () => {
  const other = join(scratch, "other-cache");
  const checkout = join(scratch, "other-checkout");
  mkdirSync(other);
  // The largest parts by far, and they are the same.
  symlinkSync(join(cache, "tools"), join(other, "tools"));
  cpSync(CHECKOUT, checkout, { recursive: true, filter: (path) => !["node_modules", ".git"].includes(basename(path)) });
  for (const modules of ["node_modules", "sandbox/node_modules"]) symlinkSync(join(CHECKOUT, modules), join(checkout, modules));
  const home = { KUBESPHERE_SANDBOX_HOME: other, PULUMI_HOME: join(cache, "pulumi") };
  const neighbour = new Sandbox(sandbox.name, { ...process.env, ...home }, checkout);
  // Nobody listens on the first one's at this moment.
  const [ingress, console] = await freeNodePorts(Number(ports.at(-1)) + 1);
  succeeded(await sandbox.command("sandbox", "reset"));
  const second = ["--ingress-port", `${ingress}`, "--console-port", `${console}`];
  await Promise.all([expectWhole(sandbox, ...ports), expectWhole(neighbour, ...second)]);
  const both = [...(await portsOf(sandbox)), ...(await portsOf(neighbour))];
  expect(new Set(both).size).toBe(both.length);
  succeeded(await neighbour.command("sandbox", "reset"));
});
