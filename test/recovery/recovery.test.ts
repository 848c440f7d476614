/**
 * What a run that was cut off leaves behind is cleared by one command, and the next run ends where an undisturbed one would.
 * RECOVERY_POINTS says at how many points each of `up`, an upgrade and `destroy` is killed, 20 where it is not set.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "fs/promises";
import { createServer, type AddressInfo } from "net";
import { tmpdir } from "os";
import { join } from "path";
import { findProcesses } from "../../sandbox/src/processes";
import { api, environment, freshSandbox, read, run, sandboxCommand, SANDBOX, succeeded, type Ran } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";
import { until } from "../support/until";
import { clusterOf, Run, stateOf } from "./support";

const POINTS = Number(process.env["RECOVERY_POINTS"] ?? 20);
/** Spread evenly, as parts of a whole run, in percent. */
const points = Array.from({ length: POINTS }, (_, index) => Math.round(((index + 0.5) / POINTS) * 100));

type Whole = { state: Awaited<ReturnType<typeof stateOf>>; cluster: Awaited<ReturnType<typeof clusterOf>> };

let env: NodeJS.ProcessEnv;
let stack: Stack;
let configFile: string;
let configBefore: string;
let folder: string;
/** How an undisturbed run ends, and how many operations it begins and ends. */
const reference: Record<"up" | "upgrade" | "rollback" | "destroy", { end: Whole; operations: number }> = {} as never;

const now = async (): Promise<Whole> => ({ state: await stateOf(stack), cluster: await clusterOf(stack, env) });
const recover = (...args: string[]): Promise<Ran> =>
  run(process.execPath, ["cli/luban.mjs", "recover", "--stack", "sandbox", ...args], { env });
const sideFile = () => join(new URL(env["PULUMI_BACKEND_URL"] as string).pathname, ".pulumi/stacks/kubesphere/sandbox.json.attrs");
const source = (version: "old" | "new") => stack.setConfig("extensions[0].source", join(folder, version));

async function undisturbed(command: "up" | "destroy"): Promise<{ end: Whole; operations: number }> {
  const begun = new Run([command], env);
  succeeded(await begun.ended);
  return { end: await now(), operations: begun.operations };
}

async function cutAndRecovered(command: "up" | "destroy", percent: number, { end, operations }: { end: Whole; operations: number }) {
  const begun = new Run([command], env);
  await begun.reaches(Math.max(1, Math.round((operations * percent) / 100)));
  await begun.kill();
  succeeded(await recover("--yes"));
  succeeded(await new Run([command], env).ended);
  expect(await now()).toEqual(end);
}

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  stack = stackOf(env);
  configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  configBefore = await readFile(configFile, "utf8");
  folder = await mkdtemp(join(tmpdir(), "recovery-"));
  for (const version of ["old", "new"]) await cp("extensions/demo", join(folder, version), { recursive: true });
  const change = async (file: string, from: RegExp, to: string) =>
    writeFile(join(folder, "new", file), (await readFile(join(folder, "new", file), "utf8")).replace(from, to));
  await change("Chart.yaml", /^version: .*$/m, "version: 0.2.0");
  await change("values.yaml", /^replicaCount: .*$/m, "replicaCount: 2");
  await source("old");
  reference.up = await undisturbed("up");
  await source("new");
  reference.upgrade = await undisturbed("up");
  await source("old");
  reference.rollback = await undisturbed("up");
  reference.destroy = await undisturbed("destroy");
});
afterAll(async () => {
  await stack.pulumi("destroy", "--yes", "--skip-preview");
  await writeFile(configFile, configBefore);
  await rm(folder, { recursive: true });
});

test("the references are whole, or nothing below says anything", () => {
  const { up, upgrade, rollback, destroy } = reference;
  expect(up.end.cluster.plan).toMatchObject({ state: "Installed", version: "0.1.0" });
  expect(upgrade.end.cluster.plan).toMatchObject({ state: "Installed", version: "0.2.0" });
  expect(rollback.end.state).toEqual(up.end.state);
  expect([destroy.end.state.resources, destroy.end.cluster.releases]).toEqual([[], []]);
  for (const { operations } of Object.values(reference)) expect(operations).toBeGreaterThan(POINTS > 10 ? 5 : POINTS);
});

describe("a run that is killed with all of its processes, and recovered, ends where an undisturbed one does", () => {
  describe.each(points)("after %i % of its operations", (percent) => {
    test("pulumi up on an empty cluster", async () => {
      await source("old");
      await cutAndRecovered("up", percent, reference.up);
    });
    test("an upgrade of an extension", async () => {
      await source("new");
      await cutAndRecovered("up", percent, reference.upgrade);
    });
    test("pulumi destroy", () => cutAndRecovered("destroy", percent, reference.destroy));
  });
});

test("a Helm release that is stuck in pending-install is shown, and is only touched when that is agreed to", async () => {
  await source("old");
  const begun = new Run(["up"], env);
  const query = new URLSearchParams({ labelSelector: "owner=helm,status=pending-install" });
  const stuck = async () => (await read<{ items: object[] }>(`/api/v1/secrets?${query}`, env))?.items.length === 1;
  await until(stuck, 120_000, 10);
  await begun.kill();
  // Half of it would hide the release until it is cleared; a test of its own is below.
  await rm(sideFile(), { force: true });
  const shown = await recover("--json");
  expect(shown.code).toBe(2);
  const { findings, isCleared } = JSON.parse(shown.stdout) as {
    findings: { evidence: string; isDestructive: boolean }[];
    isCleared: boolean;
  };
  expect(isCleared).toBe(false);
  expect(findings.filter(({ evidence }) => /the Helm release is pending-install/.test(evidence)).map((it) => it.isDestructive)).toEqual([
    true,
  ]);
  expect(await stuck()).toBe(true);
  succeeded(await recover("--yes"));
  succeeded(await new Run(["up"], env).ended);
  expect(await now()).toEqual(reference.up.end);
  const again = await recover();
  expect([again.code, again.stdout]).toEqual([0, "nothing is left behind: the next run can go on\n"]);
});

test("a file beside the state that was cut off while it was written keeps nobody from the stack", async () => {
  const path = sideFile();
  await writeFile(path, "");
  const unreadable = await stack.pulumi("preview");
  expect([unreadable.code, unreadable.stderr]).toEqual([1, expect.stringContaining("failed to load checkpoint: EOF")]);
  const shown = await recover();
  expect([shown.code, shown.stdout]).toEqual([2, expect.stringContaining(`· ${path} was cut off while it was written\n`)]);
  expect((await recover("--yes")).code).toBe(0);
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
});

test("of two runs at once the second is told who holds the stack, and recover leaves the first at work", async () => {
  await stack.setConfig("extensions[0].install.config.demo.replicaCount", "3");
  const first = new Run(["up"], env);
  await first.holdsTheStack();
  const [second, refused] = await Promise.all([stack.up(), recover("--yes")]);
  expect(second.code).not.toBe(0);
  expect(second.stderr + second.stdout).toMatch(/locked by 1 lock\(s\)[^]*created by \S+@\S+ \(pid \d+\) at /);
  expect([refused.code, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toMatch(/the stack is locked by \S+@\S+ \(process \d+\) since \S+, which is at work/);
  succeeded(await first.ended);
});

test("an admission webhook that fails for twenty seconds holds the run up, and does not end it", async () => {
  const path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
  interface Webhook {
    readonly clientConfig: object;
    readonly rules: readonly { readonly resources: readonly string[] }[];
  }
  const { items } = (await read(path, env)) as { items: { metadata: { name: string }; webhooks: Webhook[] }[] };
  const of = items.find(({ webhooks }) => webhooks.some(({ rules }) => rules.some(({ resources }) => resources.includes("installplans"))));
  if (of === undefined) throw new Error("no webhook looks at InstallPlans");
  let asked = 0;
  const failing = createServer((socket) => {
    asked++;
    socket.destroy();
  });
  await new Promise<void>((listening) => failing.listen(0, "127.0.0.1", listening));
  const { port } = failing.address() as AddressInfo;
  const url = `${path}/${of.metadata.name}`;
  const clientConfig = { url: `https://127.0.0.1:${port}/` };
  const broken = of.webhooks.map((webhook) => ({ ...webhook, failurePolicy: "Fail", clientConfig }));
  expect((await api(env, "PATCH", url, { webhooks: broken })).status).toBe(200);
  await stack.setConfig("extensions[0].install.config.demo.replicaCount", "2");
  const begun = new Run(["up"], env);
  try {
    await begun.says("admission webhooks do not answer yet");
    // Every two seconds.
    await until(() => asked >= 10, 60_000, 200);
  } finally {
    await api(env, "PATCH", url, { webhooks: of.webhooks });
    failing.close();
  }
  succeeded(await begun.ended);
  const deployment = await stack.get("/apis/apps/v1/namespaces/extension-demo/deployments/demo");
  expect(deployment?.spec["replicas"]).toBe(2);
});

test("an API server that is killed and started again while a run is under way costs that run at most, not the stack", async () => {
  await writeFile(configFile, configBefore);
  await source("new");
  const begun = new Run(["up"], env);
  await begun.reaches(2);
  const isApiServer = (line: string) => line.includes(`/sandboxes/${SANDBOX}/`) && /^\S*\/kube-apiserver /.test(line);
  const [server, ...others] = findProcesses(isApiServer);
  if (server === undefined || others.length > 0) throw new Error("there is not exactly one API server of this sandbox");
  process.kill(server.pid, "SIGKILL");
  succeeded(await sandboxCommand(["sandbox", "up"]));
  const { code } = await begun.ended;
  if (code !== 0) {
    succeeded(await recover("--yes"));
    succeeded(await new Run(["up"], env).ended);
  }
  expect(await now()).toEqual(reference.upgrade.end);
});
