/** What deleting and showing do and refuse, and what a stack and a command line may say. */
import { mkdtemp, rm } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { remove } from "../../../cli/cluster/delete";
import { main } from "../../../cli/cluster/main";
import { shown } from "../../../cli/cluster/report";
import { checkKeys, checked } from "../../../cli/cluster/stack";
import { Failure } from "../../../cli/shared/command";
import { callMain } from "../../support/call";
import { KUBECONFIG, KUBEKEY, live, ROLES, settings, STATED } from "./support";
import { CHECKOUT, kubekey, world, yes, type World } from "./world";

describe("delete", () => {
  test("asks with the machines' names, has KubeKey take Kubernetes off them, and forgets the kubeconfig", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG });
    const asked: string[] = [];
    const { json } = await remove(opened, (question) => (asked.push(question), yes()), tools);
    expect(asked).toEqual([
      "KubeKey takes Kubernetes and all its data off node1 (192.168.0.1), node2 (192.168.0.2), node3 (192.168.0.3). Do this?",
    ]);
    expect(did).toEqual([
      "find kk for v1.25.4",
      "kk delete cluster -f cluster.yaml -y",
      "pulumi config rm --path kubesphere:cluster.kubeconfig",
    ]);
    expect(json).toEqual({ done: "deleted", hosts: ["node1", "node2", "node3"] });
  });

  test("does nothing unless agreed to", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG });
    expect(await remove(opened, () => Promise.resolve(false), tools)).toMatchObject({ json: { done: "nothing" }, exitCode: 1 });
    expect(did).toEqual(["find kk for v1.25.4"]);
  });

  test("is refused while the stack has something on the cluster", async () => {
    const resources = ["pulumi:pulumi:Stack", "pulumi:providers:kubernetes", "kubesphere:index:Platform", "kubernetes:core/v1:Namespace"];
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, resources });
    await expect(remove(opened, yes, tools)).rejects.toThrow(
      "stack dev still has 1 resource on the cluster: run `pulumi destroy --stack dev` first",
    );
    expect(did).toEqual([]);
  });

  test("resets no machine that is not the cluster's, and leaves none behind", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, clusters: [live({ node3: { name: "node9" } })] });
    await expect(remove(opened, yes, tools)).rejects.toThrow(
      /^the hosts of stack dev are not the cluster's, and KubeKey would reset the wrong machines:\n {2}host node3 is no node .+\n {2}node node9 .+$/,
    );
    expect(did).toEqual([]);
  });

  test.each([
    ["that was never whole", {}],
    ["that is broken", { kubeconfig: KUBECONFIG, clusters: [new Failure("nobody there")] }],
  ])("a cluster %s can be deleted, and the question says that nobody was asked", async (_what, is: World) => {
    const { opened, tools, did } = world(is);
    const asked: string[] = [];
    await remove(opened, (question) => (asked.push(question), yes()), tools);
    expect(asked[0]).toMatch(/\. No cluster answers that could be asked whether they are its own\. Do this\?$/);
    expect(did).toContain("kk delete cluster -f cluster.yaml -y");
  });

  test("that fails keeps the kubeconfig", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, code: 3 });
    expect(await remove(opened, yes, tools)).toMatchObject({ exitCode: 3 });
    expect(did.at(-1)).toBe("kk delete cluster -f cluster.yaml -y");
  });
});

describe("show", () => {
  const { opened } = world({});

  test("tells the file without its passwords, and how the cluster differs", () => {
    const { text, json, exitCode } = shown(opened, live({ node3: null, node2: { isReady: false } }), CHECKOUT, undefined);
    expect(exitCode).toBeUndefined();
    expect(text).not.toContain("Qcloud");
    expect(text.split("\n").slice(-5)).toEqual([
      "  node1  control-plane  v1.25.4  10.0.0.1  ready",
      "  node2  worker         v1.25.4  10.0.0.2  not ready",
      "  etcd at 10.0.0.1",
      "It differs from the configuration:",
      "  host node3 is not in the cluster yet: npx luban cluster create --stack dev",
    ]);
    expect(JSON.stringify(json)).not.toContain("Qcloud");
    expect(json).toMatchObject({ changes: { added: ["node3"], upgraded: [], refused: [] } });
  });

  test("tells which nodes are to be upgraded", () => {
    const { text } = shown(
      { ...opened, kubekey: { ...kubekey, kubernetesVersion: "v1.26.15" } },
      live({ node1: { version: "v1.26.15" } }),
      CHECKOUT,
      undefined,
    );
    expect(text.split("\n").slice(-2)).toEqual([
      "  node node2 runs an older Kubernetes than v1.26.15: npx luban cluster create --stack dev",
      "  node node3 runs an older Kubernetes than v1.26.15: npx luban cluster create --stack dev",
    ]);
  });

  test("before there is one says how it is made", () => {
    expect(shown(opened, undefined, CHECKOUT, undefined).text).toMatch(/\nNot made yet: npx luban cluster create --stack dev$/);
  });

  test("of a cluster that does not answer still tells the file, and exit code 1", () => {
    const { text, exitCode } = shown(opened, "nobody there", CHECKOUT, undefined);
    expect(text).toMatch(/^# The cluster of stack dev, as KubeKey 3 is given it\napiVersion: [^]*\nnobody there$/);
    expect(exitCode).toBe(1);
  });
});

describe("what a stack says is checked before anything is run", () => {
  test("a stack without machines is told what to write", () => {
    expect(() => checked({ cluster: { identifier: "dev" } }, STATED, "dev")).toThrow(
      "kubesphere:cluster.kubekey of stack dev is missing: write there which machines KubeKey makes the cluster of",
    );
  });

  test("every mistake in it has its line", () => {
    const kubekey = { ...KUBEKEY, roles: { ...ROLES, etcd: ["node1", "node2"] }, kubernetesVersion: "latest" };
    expect(() => checked({ cluster: { kubekey } }, STATED, "dev")).toThrow(
      /^kubesphere:cluster\.kubekey\.roles\.etcd: \["node1","node2"\] is not allowed; allowed: an odd number .+\nkubesphere:cluster\.kubekey\.kubernetesVersion: "latest" is not .+$/,
    );
  });

  test("a password in clear in the stack's file is refused, and not shown", () => {
    const auths = { "registry.lan": { username: "me", password: "hush-hush" } };
    const cluster = { kubekey: { ...KUBEKEY, registry: { auths } } };
    const stated = { keys: [], config: { "kubesphere:cluster": cluster } };
    expect(() => checked({ cluster }, stated, "dev")).toThrow(
      new Failure(
        [
          "kubesphere:cluster.kubekey.hosts[0].password stands in clear in the stack's file: run `pulumi config set --secret --path 'kubesphere:cluster.kubekey.hosts[0].password'`",
          'kubesphere:cluster.kubekey.registry.auths["registry.lan"].password stands in clear in the stack\'s file: run `pulumi config set --secret --path \'kubesphere:cluster.kubekey.registry.auths["registry.lan"].password\'`',
        ].join("\n"),
      ),
    );
  });

  test("an SSH key that this machine does not have is named", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    await expect(checkKeys(settings(), folder)).rejects.toThrow(
      new Failure(
        ["node2", "node3"]
          .map(
            (name, index) =>
              `kubesphere:cluster.kubekey.hosts[${index + 1}].privateKeyPath: "keys/${name}" is not allowed; allowed: a file that can be read (ENOENT). Write the path of the key that this machine logs in with, or give the host a password.`,
          )
          .join("\n"),
      ),
    );
    await rm(folder, { recursive: true });
  });
});

test.each([
  [[], "no command\nnpx luban cluster <command>"],
  [["upgrade"], 'no command "upgrade"\n'],
  [["show", "--yes"], "Unknown option '--yes'"],
  [["delete", "dev"], "1 words were given\n"],
])("%p is no command line, and exit code 2 says so", async (args, said) => {
  const { code, stdout, stderr } = await callMain(() => main(args, "/nowhere", "/nowhere"));
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(said);
});
