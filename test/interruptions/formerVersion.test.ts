/** A sandbox that an earlier version made, whose etcd spoke plain HTTP and whose files were for everybody. */
import { chmodSync, lstatSync, readFileSync, rmSync, writeFileSync } from "fs";
import { join } from "path";
import { api, CHECKOUT, freeNodePorts, read, run, SANDBOX, succeeded } from "../support/sandbox";
import { askAsStranger } from "../support/stranger";
import { until } from "../support/until";
import { Sandbox } from "./support";

const sandbox = new Sandbox(`${SANDBOX}-former`);
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

let folder: string;
let cluster: string;
beforeAll(async () => {
  succeeded(await sandbox.command("sandbox", "reset"));
  const [ingress, console] = await freeNodePorts();
  succeeded(await sandbox.command("sandbox", "up", "--ingress-port", `${ingress}`, "--console-port", `${console}`));
  succeeded(await sandbox.command("sandbox", "down"));
  folder = (await sandbox.status()).folder;
  cluster = join(folder, "kwok", "clusters", sandbox.name);
});
afterAll(async () => {
  succeeded(await sandbox.command("sandbox", "reset"));
});

/** Makes the control plane as the version before these flags did. @returns the environment of a shell on it */
async function makeFormer(): Promise<NodeJS.ProcessEnv> {
  rmSync(cluster, { recursive: true });
  const configFile = join(folder, "kwok", "config.json");
  const { componentsPatches, ...configuration } = JSON.parse(readFileSync(configFile, "utf8")) as { componentsPatches: object[] };
  const patches = [
    ...["kube-controller-manager", "kube-scheduler"].map((name) => ({ name, extraArgs: [{ key: "leader-elect", value: "false" }] })),
    { name: "kube-apiserver", extraArgs: [{ key: "service-cluster-ip-range", value: "10.96.0.0/16" }] },
  ];
  expect(componentsPatches).not.toEqual(patches);
  const text = JSON.stringify({ ...configuration, componentsPatches: patches });
  writeFileSync(configFile, text);
  const [tools = ""] = succeeded(await run(process.execPath, ["sandbox/run.mjs", "tools", "kwok"], { cwd: CHECKOUT })).split("\n");
  const env = { ...process.env, KWOK_WORKDIR: join(folder, "kwok"), PATH: `${join(folder, "kwok", "bin")}:${process.env["PATH"] ?? ""}` };
  const args = ["create", "cluster", "--name", sandbox.name, "--config", configFile, "--kubeconfig", join(folder, "kwok", "kubeconfig")];
  succeeded(await run(join(tools, "kwokctl"), args, { env }));
  writeFileSync(join(cluster, "complete"), text);
  for (const file of ["ca.key", "admin.key"]) chmodSync(join(cluster, "pki", file), 0o644);
  chmodSync(folder, 0o755);
  const shell = await sandbox.shell();
  const kubeconfig = JSON.parse(readFileSync(shell["KUBECONFIG"] as string, "utf8")) as Kubeconfig;
  const data = (file: string) => readFileSync(join(cluster, "pki", file), "base64");
  kubeconfig.clusters[0].cluster["certificate-authority-data"] = data("ca.crt");
  Object.assign(kubeconfig.users[0].user, { "client-certificate-data": data("admin.crt"), "client-key-data": data("admin.key") });
  writeFileSync(shell["KUBECONFIG"] as string, JSON.stringify(kubeconfig));
  return shell;
}

interface Kubeconfig {
  clusters: [{ cluster: Record<string, string> }];
  users: [{ user: Record<string, string> }];
}

const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

test("what was in it would be lost, or it would stay open to strangers", async () => {
  const env = await makeFormer();
  const etcd = (await sandbox.status()).ports?.["etcd"] as number;
  const stranger = { scheme: "http", method: "POST", path: "/v3/kv/range", host: "127.0.0.1" } as const;
  await until(async () => (await askAsStranger(etcd, stranger)).status === 200, 60_000);
  const kept = { metadata: { name: "kept" }, data: { key: "value" } };
  await until(async () => (await api(env, "POST", CONFIG_MAPS, kept).catch(() => undefined))?.status === 201, 60_000);

  const { code, stderr } = await sandbox.command("sandbox", "up");
  expect([code, /✓ control plane: (.*?) {2}/.exec(stderr)?.[1]]).toEqual([0, "started again"]);

  expect(await read(`${CONFIG_MAPS}/kept`, env)).toMatchObject(kept);
  expect(await askAsStranger(etcd, stranger)).toEqual({ headers: {}, body: "" });
  expect([folder, join(cluster, "pki", "ca.key"), join(cluster, "pki", "admin.key")].map(modeOf)).toEqual(["700", "600", "600"]);
});
