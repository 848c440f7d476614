/** `npx luban status` of a real stack: as wanted, while something is rolled out, changed by hand, and failed. */
import { spawn } from "child_process";
import { readFile, writeFile } from "fs/promises";
import { join } from "path";
import { createInterface } from "readline";
import type { StackStatus } from "../../cli/status/status";
import { temporaryFolders } from "../support/charts";
import { greetingChart, KUBESPHERE } from "../support/extensionStack";
import { kubeconfigWith, serviceAccount } from "../support/serviceAccount";
import { api, CHECKOUT, environment, freshSandbox, type Ran, run, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;
let stack: Stack;
let configFile: string;

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  stack = stackOf(env);
  configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  succeeded(await stack.up());
});

const status = (...args: string[]): Promise<Ran> => run(process.execPath, ["cli/luban.mjs", "status", ...args], { env });
async function told(): Promise<{ code: number | null; extensions: StackStatus["extensions"] }> {
  const { code, stdout } = await status("--json");
  return { code, extensions: (JSON.parse(stdout) as StackStatus).extensions };
}

/** A watch that has told where everything stands, and then hears of `change` until `last` is told. @returns what it told from then on, and its exit code */
async function watched(change: () => Promise<void>, last: string): Promise<{ lines: string[]; code: number | null }> {
  const child = spawn(process.execPath, ["cli/luban.mjs", "status", "--watch"], {
    cwd: CHECKOUT,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((exited) => child.once("exit", exited));
  const lines: string[] = [];
  let isChanged = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const text = line.replace(/^\S+ /, "");
    if (isChanged) lines.push(text);
    if (!isChanged && text === "demo: as wanted") {
      isChanged = true;
      await change();
    } else if (isChanged && text.startsWith(last)) child.kill("SIGINT");
  }
  return { lines, code: await ended };
}

test("what is as it was deployed is as wanted, in plain lines that fit a terminal", async () => {
  const { code, stdout } = await status();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^sandbox: as wanted \(1 extension; .* UTC\)\n/);
  expect(stdout).toMatch(/\ndemo +as wanted +0\.1\.0 +0\.1\.0 +Installed +\d+ \S+ +\d+ s +matches +1\/1\n/);
  expect(stdout).not.toContain("\x1b");
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  expect((await told()).extensions).toMatchObject([
    {
      name: "demo",
      ofStack: true,
      health: "asWanted",
      reasons: [],
      wanted: { version: "0.1.0", enabled: true },
      actual: { version: "0.1.0", enabled: true, state: "Installed", namespace: "extension-demo" },
      configMatches: true,
      states: [{ state: "Preparing" }, { state: "Installing" }, { state: "Installed" }],
      workloads: [{ kind: "Deployment", namespace: "extension-demo", name: "demo", ready: 1, wanted: 1 }],
      bundles: [{ name: "demo-js", state: "Available", link: "/dist/demo/index.js" }],
      ingresses: [{ name: "demo-extension", class: "nginx", hosts: ["demo.127.0.0.1.nip.io"] }],
      endpoints: [{ service: "demo", ready: 1, total: 1 }],
      warnings: [],
      clusters: [],
    },
  ]);
});

test("who may read the extensions alone is told of them, what is missing, and not that all is as wanted", async () => {
  const readable = { apiGroups: ["kubesphere.io"], resources: ["installplans", "extensions"], verbs: ["list"] };
  const { token, remove } = await serviceAccount(env, "status-reader", [readable]);
  const file = join(await folder({ kubeconfig: await kubeconfigWith(env, { token }) }), "kubeconfig");
  const before = await readFile(configFile, "utf8");
  await stack.configure({ cluster: { kubeconfig: file } });
  const { code, stdout } = await status();
  await writeFile(configFile, before);
  await remove();
  expect(code).toBe(1);
  const [head, ...lines] = stdout.split("\n");
  expect(head).toMatch(/^sandbox: as wanted in what could be read \(1 extension; /);
  expect(lines).toEqual(
    expect.arrayContaining([
      "? Deployment: not read: the kubeconfig's user may not list deployments",
      "? Event: not read: the kubeconfig's user may not list events",
    ]),
  );
  expect(stdout).toContain("\ndemo: as wanted\n");
});

test("a config changed by hand is seen as it rolls out, state by state, and differs from then on; Ctrl-C ends the watch well", async () => {
  const path = `${KUBESPHERE}/installplans/demo`;
  const { lines, code } = await watched(async () => {
    const { status, body } = await api(env, "PATCH", path, { spec: { config: "demo:\n  replicaCount: 2\n" } });
    if (status !== 200) throw new Error(body);
  }, "demo: Installed");
  expect(code).toBe(0);
  const states = ["demo: Preparing", "demo: Upgrading", "demo: Installed"];
  expect(lines.filter((line) => states.includes(line))).toEqual(states);
  expect(lines.some((line) => line.startsWith("demo: differs: The InstallPlan's config is not the configuration's."))).toBe(true);

  const after = await told();
  expect(after).toMatchObject({
    code: 2,
    extensions: [
      {
        health: "differs",
        reasons: [expect.stringContaining("The InstallPlan's config is not the configuration's.")],
        configMatches: false,
        actual: { state: "Installed" },
        workloads: [{ ready: 2, wanted: 2 }],
      },
    ],
  });
});

const SECRET = "correct-horse-battery";

test("what has failed is told with KubeSphere's reason and the cluster's warnings, on the page too, and no secret of the stack", async () => {
  const source = await folder(greetingChart("shop", "0.1.0"));
  await stack.configure({ extensions: [{ source: "./extensions/demo" }, { source, install: { config: { shop: { greeting: "fail" } } } }] });
  succeeded(await stack.pulumi("config", "set", "--path", "--secret", "kubesphere:extensions[1].install.config.shop.password", SECRET));
  expect((await stack.up()).code).not.toBe(0);
  const quoted = await api(env, "POST", "/api/v1/namespaces/extension-shop/events", {
    metadata: { name: "quoted" },
    type: "Warning",
    reason: "Quoted",
    message: `the password is ${SECRET}`,
    involvedObject: { kind: "Pod", namespace: "extension-shop", name: "shop" },
    lastTimestamp: "2026-01-01T00:00:00Z",
  });
  expect(quoted.status).toBe(201);
  const { code, extensions } = await told();
  expect(code).toBe(3);
  expect(extensions[1]).toMatchObject({
    name: "shop",
    health: "failed",
    reasons: [expect.stringMatching(/^InstallFailed: Job has reached the specified backoff limit\nThe log of its Job: kubectl /)],
    actual: { state: "InstallFailed" },
    warnings: [
      { object: expect.stringMatching(/^Job helm-executor-install-shop-/), reason: "BackoffLimitExceeded" },
      { reason: "Quoted", message: "the password is [secret]" },
    ],
  });
  const page = join(await folder({}), "status.html");
  expect((await status("--html", page)).code).toBe(3);
  const html = await readFile(page, "utf8");
  expect(html).not.toContain(SECRET);
  expect(html).toMatch(/^<!doctype html>[^]*<li>InstallFailed: Job has reached the specified backoff limit/);
});

test("a stack that is not there is one clear error, and no status", async () => {
  const { code, stdout, stderr } = await status("--stack", "nowhere");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("nowhere");
});
