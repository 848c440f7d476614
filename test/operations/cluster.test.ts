/** A stack's cluster from its own configuration to a platform on it and back: KubeKey is a stand-in, its cluster the tests' own. */
import { mkdtemp, readFile, rm } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { load } from "js-yaml";
import { standInKk } from "../support/kk";
import { api, environment, freshSandbox, type Ran, read, run, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

const PASSWORD = "Qcloud@123-of-node1";

let sandbox: NodeJS.ProcessEnv;
let env: NodeJS.ProcessEnv;
let stack: Stack;
let folder: string;
let kk: Awaited<ReturnType<typeof standInKk>>;
let node: string;
const configFile = () => env["PULUMI_OPTION_CONFIG_FILE"] as string;
const configured = async () =>
  (load(await readFile(configFile(), "utf8")) as { config: Record<string, unknown> }).config["kubesphere:cluster"] as Record<
    string,
    unknown
  >;

beforeAll(async () => {
  await freshSandbox();
  sandbox = await environment();
  // No command may find the cluster by any way but the stack's own.
  env = { ...sandbox, KUBECONFIG: "/nowhere" };
  stack = stackOf(env);
  folder = await mkdtemp(join(tmpdir(), "stand-in-"));
  kk = await standInKk(folder, {});
  const nodes = await read<{ items: { metadata: { name: string } }[] }>("/api/v1/nodes", sandbox);
  node = nodes?.items[0]?.metadata.name ?? "";
  const kubeconfig = await readFile(sandbox["KUBECONFIG"] as string, "utf8");
  await kk.behave({ kubeconfig, lines: [`login ubuntu/${PASSWORD}`, "Pipeline[CreateClusterPipeline] execute successfully"] });

  const hosts = [{ name: node, address: "127.0.0.1", user: "ubuntu", password: "" }];
  const roles = { etcd: [node], "control-plane": [node], worker: [node] };
  await stack.configure({
    ...{ extensions: [], oauthClients: [], ingress: { controller: "none" } },
    cluster: { identifier: "kubesphere-sandbox", kubekey: { hosts, roles } },
  });
  succeeded(await stack.pulumi("config", "set", "--secret", "--path", "kubesphere:cluster.kubekey.hosts[0].password", PASSWORD));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Nothing that it prints holds a credential. */
async function cluster(command: string, ...args: string[]): Promise<Ran> {
  const ran = await run(process.execPath, ["cli/luban.mjs", "cluster", command, ...args], { env });
  expect(ran.stdout + ran.stderr).not.toMatch(new RegExp(`${PASSWORD}|client-key|client-certificate`));
  return ran;
}
const create = (...args: string[]) => cluster("create", "--kk", kk.program, ...args);

test("before it is made, the file can be looked at, and nothing is deployed on some other cluster", async () => {
  const { code, stdout } = await cluster("show", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    file: { spec: { hosts: [{ name: node, password: "[secret]" }], kubernetes: { version: "v1.25.4" } } },
    cluster: null,
  });
  const { program } = await standInKk(await mkdtemp(join(folder, "four-")), { major: 4 });
  const { stdout: four } = await cluster("show", "--json", "--kk", program);
  expect(JSON.parse(four)).toMatchObject({
    inventory: { spec: { hosts: { [node]: { connector: { host: "127.0.0.1", password: "[secret]" } } } } },
    config: { spec: { kubernetes: { kube_version: "v1.25.4", helm_version: "v3.18.5" } } },
  });
  const { code: refused, stdout: said } = await stack.pulumi("preview");
  expect(refused).not.toBe(0);
  expect(said).toContain(
    "kubesphere:cluster.kubeconfig: is missing; allowed: the kubeconfig of the cluster that cluster.kubekey describes.",
  );
});

test("a KubeKey 4 that fails has had both files, and leaves its exit code and its words, and the stack as it was", async () => {
  const before = await readFile(configFile(), "utf8");
  const failing = await mkdtemp(join(folder, "failing-"));
  const { program, calls } = await standInKk(failing, { major: 4, lines: ["sudo is required."], exitCode: 7 });
  const { code, stderr } = await cluster("create", "--kk", program);
  expect(code).toBe(7);
  const [call] = await calls();
  expect(call?.args.slice(0, 2)).toEqual(["create", "cluster"]);
  expect(load(call?.files["inventory.yaml"]?.text ?? "")).toMatchObject({
    spec: { hosts: { [node]: { connector: { password: PASSWORD } } } },
  });
  expect(Object.entries(call?.files ?? {}).map(([name, { mode }]) => [name, mode])).toEqual([
    ["inventory.yaml", "600"],
    ["config.yaml", "600"],
  ]);
  expect(stderr).toContain("sudo is required.\n");
  expect(await readFile(configFile(), "utf8")).toBe(before);
});

test("the cluster is made, its kubeconfig is a secret of the stack, and the platform is deployed on it", async () => {
  const { code, stdout, stderr } = await create();
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("Next: pulumi up --stack sandbox\n") as string });
  expect(stderr).toContain("login ubuntu/[secret]\nPipeline[CreateClusterPipeline] execute successfully\n");
  expect((await kk.calls()).map(({ args, files }) => [...args.slice(0, 3), files["cluster.yaml"]?.mode])).toEqual([
    ["create", "cluster", "--with-local-storage", "600"],
  ]);
  expect(load((await kk.calls())[0]?.files["cluster.yaml"]?.text ?? "")).toMatchObject({ spec: { hosts: [{ password: PASSWORD }] } });
  const secure = { secure: expect.stringMatching(/^v1:/) as string };
  expect(await configured()).toMatchObject({ kubeconfig: secure, kubekey: { hosts: [{ password: secure }] } });
  expect(await readFile(configFile(), "utf8")).not.toMatch(/current-context|Qcloud/);
  succeeded(await stack.up());
  expect(await stack.state()).not.toMatch(/current-context|Qcloud/);
});

test("what KubeKey cannot change in place is refused, and it is not run", async () => {
  const before = (await kk.calls()).length;
  // The simulated node runs no Kubernetes of that version.
  const { code, stderr } = await create();
  expect({ code, calls: (await kk.calls()).length }).toEqual({ code: 1, calls: before });
  expect(stderr).toMatch(new RegExp(`node ${node} runs \\S+, wanted v1\\.25\\.4, and KubeKey only goes up: put kubernetesVersion back`));
});

/** Has the simulated node say of itself what a machine of KubeKey's does, while `work` runs. */
async function asMachine(work: (runs: (version: string) => Promise<void>) => Promise<void>): Promise<void> {
  const path = `/api/v1/nodes/${node}`;
  const patch = async (where: string, change: object) => expect(await api(sandbox, "PATCH", where, change)).toMatchObject({ status: 200 });
  const roles = (label: string | null) => ({
    metadata: { labels: { "node-role.kubernetes.io/control-plane": label, "node-role.kubernetes.io/worker": label } },
  });
  const before = await read<{ status: { addresses: object[]; nodeInfo: object } }>(path, sandbox);
  const { addresses, nodeInfo } = before?.status ?? {};
  try {
    await patch(path, roles(""));
    await work((kubeletVersion) =>
      patch(`${path}/status`, {
        status: {
          addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
          nodeInfo: { kubeletVersion, containerRuntimeVersion: "containerd://1.7.13" },
        },
      }),
    );
  } finally {
    await patch(path, roles(null));
    await patch(`${path}/status`, { status: { addresses, nodeInfo } });
  }
}

test("a newer version is an upgrade, on request alone, and its nodes say whether it came to be", () =>
  asMachine(async (runs) => {
    await runs("v1.24.9");
    const before = (await kk.calls()).length;
    expect(await create()).toMatchObject({ code: 1, stdout: expect.stringContaining("Nothing was done.") as string });
    expect((await kk.calls()).length).toBe(before);

    // The stand-in ends well, and has upgraded nothing.
    const { code, stderr } = await create("--yes");
    expect({ code, calls: (await kk.calls()).slice(before).map(({ args }) => args.slice(0, 2)) }).toEqual({
      code: 1,
      calls: [["upgrade", "--skip-dependency-check"]],
    });
    expect(stderr).toContain(`kk upgrade ended, and ${node} runs v1.24.9: its last lines say why`);

    await runs("v1.25.4");
    expect(await create()).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nNothing to do\.\n$/) as string });
  }));

test("it is deleted only when the stack has nothing on it, and only on request; then the stack forgets its kubeconfig", async () => {
  const before = (await kk.calls()).length;
  const refused = await cluster("delete", "--kk", kk.program, "--yes");
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(/^stack sandbox still has \d+ resources on the cluster: run `pulumi destroy --stack sandbox` first\n$/m);

  succeeded(await stack.pulumi("destroy", "--yes", "--skip-preview"));
  expect(await cluster("delete", "--kk", kk.program)).toMatchObject({ code: 1 });
  expect((await kk.calls()).length).toBe(before);
  expect(await configured()).toHaveProperty("kubeconfig");

  succeeded(await cluster("delete", "--kk", kk.program, "--yes"));
  expect((await kk.calls()).at(-1)?.args.slice(0, 2)).toEqual(["delete", "cluster"]);
  const { kubekey, ...rest } = await configured();
  expect(rest).toEqual({ identifier: "kubesphere-sandbox" });
  expect(kubekey).toBeDefined();
});
