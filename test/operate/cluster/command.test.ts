/** What the commands do and refuse, with the stack, KubeKey and the cluster as given. */
import { mkdtemp, rm } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { load } from "js-yaml";
import { clusterFile } from "../../../operate/cluster/clusterFile";
import { create, type Tools } from "../../../operate/cluster/create";
import { remove } from "../../../operate/cluster/delete";
import type { LiveCluster } from "../../../operate/cluster/live";
import { main } from "../../../operate/cluster/main";
import { shown } from "../../../operate/cluster/report";
import { checkKeys, checked, type Opened } from "../../../operate/cluster/stack";
import { Failure } from "../../../operate/shared/command";
import { stackOn } from "../../../operate/shared/pulumi";
import { callMain } from "../../support/call";
import { HOSTS, KUBECONFIG, KUBEKEY, LIVE, live, ROLES, settings, STATED } from "./support";

/** No SSH keys, which this machine would have to have. */
const kubekey = settings({ hosts: HOSTS.map((host) => ({ ...host, privateKeyPath: undefined, password: "Qcloud@123" })) });
const CHECKOUT = "/checkout";

interface World {
  readonly kubeconfig?: string;
  /** By type. */
  readonly resources?: readonly string[];
  /** What each asking of the cluster gives, the last one again and again. */
  readonly clusters?: readonly (LiveCluster | Failure)[];
  readonly code?: number;
  readonly left?: string;
  readonly settings?: typeof kubekey;
}

/** @returns what was run, in order, beside the stack and the tools */
function world({ kubeconfig, resources = [], clusters = [LIVE], code = 0, left, settings: wanted = kubekey }: World) {
  const did: string[] = [];
  const inputs: string[] = [];
  const files: string[] = [];
  const stack = stackOn({
    name: "dev",
    env: {},
    run: (args, input = "") => {
      if (args[0] === "stack") {
        const state = {
          deployment: { resources: resources.map((type) => ({ urn: type, type, custom: !type.startsWith("kubesphere:") })) },
        };
        return Promise.resolve({ code: 0, stdout: JSON.stringify(state), stderr: "" });
      }
      did.push(`pulumi ${args.join(" ")}`);
      inputs.push(input);
      return Promise.resolve({ code: 0, stdout: "", stderr: "" });
    },
  });
  const answers = [...clusters];
  const tools: Tools = {
    checkout: CHECKOUT,
    findKk: (kubernetes) => {
      did.push(`find kk for ${kubernetes ?? "nothing"}`);
      return Promise.resolve({ program: "kk", version: "v3.1.12" });
    },
    runKk: (_kk, { args, file }) => {
      did.push(`kk ${args.join(" ")}`);
      files.push(file);
      return Promise.resolve({ code, kubeconfig: left });
    },
    ask: () => {
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? new Failure("nobody there");
      return answer instanceof Failure ? Promise.reject(answer) : Promise.resolve(answer);
    },
    now: () => undefined,
  };
  const opened: Opened = { stack, name: "dev", kubekey: wanted, kubeconfig };
  return { opened, tools, did, inputs, files };
}

const yes = () => Promise.resolve(true);
/** For what asks nothing. */
const never = () => Promise.reject(new Error("it asked"));

describe("create", () => {
  test("makes the cluster, keeps its kubeconfig as a secret and nowhere else, and says what is next", async () => {
    const { opened, tools, did, inputs, files } = world({ left: KUBECONFIG });
    const { text, json, exitCode } = await create(opened, never, tools);
    expect(did).toEqual([
      "find kk for v1.25.4",
      "kk create cluster --with-local-storage",
      "pulumi config set --path --secret kubesphere:cluster.kubeconfig",
    ]);
    expect(load(files[0] ?? "")).toEqual(clusterFile(kubekey, CHECKOUT));
    expect(inputs[0]).toContain("server: https://192.168.0.1:6443");
    expect({ json, exitCode }).toEqual({ json: { done: "created", cluster: LIVE }, exitCode: undefined });
    expect(text).toBe(
      [
        "https://192.168.0.1:6443: 3 nodes",
        "  node1  control-plane  v1.25.4  10.0.0.1  ready",
        "  node2  worker         v1.25.4  10.0.0.2  ready",
        "  node3  worker         v1.25.4  10.0.0.3  ready",
        "  etcd at 10.0.0.1",
        "Its kubeconfig is kept as a secret of stack dev. Next: pulumi up --stack dev",
      ].join("\n"),
    );
  });

  test("without local storage KubeKey is not asked for it", async () => {
    const { opened, tools, did } = world({ left: KUBECONFIG, settings: { ...kubekey, localStorage: false } });
    await create(opened, never, tools);
    expect(did[1]).toBe("kk create cluster");
  });

  test("that fails ends with KubeKey's exit code, and keeps nothing of it", async () => {
    const { opened, tools, did } = world({ code: 7, left: KUBECONFIG });
    expect(await create(opened, never, tools)).toEqual({
      text: "kk create cluster failed with exit code 7; nothing is kept of it: mend what it names, and run the same command again",
      json: { done: "failed", what: "kk create cluster", exitCode: 7 },
      exitCode: 7,
    });
    expect(did.at(-1)).toBe("kk create cluster --with-local-storage");
  });

  test("that leaves no kubeconfig is no success, although KubeKey says so", async () => {
    const { opened, tools } = world({});
    await expect(create(opened, never, tools)).rejects.toThrow("kk create cluster ended and left no kubeconfig: its last lines say why");
  });

  test("of a cluster that is there as configured runs nothing", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG });
    expect((await create(opened, never, tools)).json).toEqual({ done: "nothing", cluster: LIVE });
    expect(did).toEqual([]);
  });

  test("adds new workers to the cluster that is there", async () => {
    const before = live({ node3: null });
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, clusters: [before, LIVE] });
    const { text, json } = await create(opened, never, tools);
    expect(json).toEqual({ done: "changed", added: ["node3"], upgraded: [], cluster: LIVE });
    expect(text).toMatch(/\nAdded: node3$/);
    expect(did).toEqual(["find kk for v1.25.4", "kk add nodes"]);
  });

  describe("with a newer version of Kubernetes", () => {
    const newer = { ...kubekey, kubernetesVersion: "v1.26.15" };
    const upgraded = (it: LiveCluster) => ({ ...it, nodes: it.nodes.map((node) => ({ ...node, version: "v1.26.15" })) });

    test("upgrades what is there before it adds what is new, whose machines have no Kubernetes to upgrade", async () => {
      const before = live({ node3: null });
      const clusters = [before, upgraded(before), upgraded(LIVE)];
      const { opened, tools, did, files } = world({ kubeconfig: KUBECONFIG, settings: newer, clusters });
      const asked: string[] = [];
      const { text, json } = await create(opened, (question) => (asked.push(question), yes()), tools);
      expect(asked).toEqual([
        "KubeKey upgrades node1, node2 from v1.25.4 to v1.26.15, one minor version and one machine after the other, without draining them, and cannot go back. Do this?",
      ]);
      expect(did).toEqual(["find kk for v1.26.15", "kk upgrade --skip-dependency-check", "kk add nodes"]);
      const [first, second] = files.map((file) => (load(file) as ReturnType<typeof clusterFile>).spec);
      expect(first?.hosts.map(({ name }) => name)).toEqual(["node1", "node2"]);
      expect(first?.roleGroups).toEqual({ etcd: ["node1"], "control-plane": ["node1"], worker: ["node2"] });
      expect(first?.kubernetes.version).toBe("v1.26.15");
      expect(second).toEqual(clusterFile(newer, CHECKOUT).spec);
      expect(json).toEqual({ done: "changed", upgraded: ["node1", "node2"], added: ["node3"], cluster: upgraded(LIVE) });
      expect(text).toMatch(/\nUpgraded to v1\.26\.15: node1, node2\nAdded: node3$/);
    });

    test("does nothing unless agreed to: there is no way back", async () => {
      const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, settings: newer });
      expect(await create(opened, () => Promise.resolve(false), tools)).toMatchObject({ json: { done: "nothing" }, exitCode: 1 });
      expect(did).toEqual(["find kk for v1.26.15"]);
    });

    test("adds nothing to a cluster whose upgrade failed", async () => {
      const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, settings: newer, clusters: [live({ node3: null })], code: 5 });
      expect(await create(opened, yes, tools)).toEqual({
        text: "kk upgrade failed with exit code 5; `npm run cluster -- show` tells how far it came; mend what it names, and run the same command again",
        json: { done: "failed", what: "kk upgrade", exitCode: 5 },
        exitCode: 5,
      });
      expect(did.at(-1)).toBe("kk upgrade --skip-dependency-check");
    });

    test("believes the nodes, and not KubeKey, that they are upgraded, and adds none that would be newer", async () => {
      const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, settings: newer, clusters: [live({ node3: null })] });
      await expect(create(opened, yes, tools)).rejects.toThrow(
        new Failure(
          "kk upgrade ended, and node1 runs v1.25.4, node2 runs v1.25.4: its last lines say why; mend that, and run the same command again",
        ),
      );
      expect(did.at(-1)).toBe("kk upgrade --skip-dependency-check");
    });
  });

  test("refuses what KubeKey cannot change in place, with each reason, and runs nothing", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, settings: { ...kubekey, kubernetesVersion: "v1.24.9" } });
    await expect(create(opened, never, tools)).rejects.toThrow(
      /^KubeKey cannot make this of the cluster in place:\n {2}node node1 runs v1\.25\.4, wanted v1\.24\.9, .+\n {2}node node2 .+\n {2}node node3 .+$/,
    );
    expect(did).toEqual([]);
  });

  test("makes no second cluster where the first does not answer, and says how to forget it", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, clusters: [new Failure("it cannot be asked: ECONNREFUSED")] });
    await expect(create(opened, never, tools)).rejects.toThrow(
      new Failure(
        "it cannot be asked: ECONNREFUSED\nThe stack has its kubeconfig; if it is gone for good, forget it: pulumi config rm --path kubesphere:cluster.kubeconfig --stack dev",
      ),
    );
    expect(did).toEqual([]);
  });
});

describe("delete", () => {
  test("asks with the machines' names, has KubeKey take Kubernetes off them, and forgets the kubeconfig", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG });
    const asked: string[] = [];
    const { json } = await remove(opened, (question) => (asked.push(question), yes()), tools);
    expect(asked).toEqual([
      "KubeKey takes Kubernetes and all its data off node1 (192.168.0.1), node2 (192.168.0.2), node3 (192.168.0.3). Do this?",
    ]);
    expect(did).toEqual(["find kk for nothing", "kk delete cluster", "pulumi config rm --path kubesphere:cluster.kubeconfig"]);
    expect(json).toEqual({ done: "deleted", hosts: ["node1", "node2", "node3"] });
  });

  test("does nothing unless agreed to", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG });
    expect(await remove(opened, () => Promise.resolve(false), tools)).toMatchObject({ json: { done: "nothing" }, exitCode: 1 });
    expect(did).toEqual(["find kk for nothing"]);
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
    expect(did).toContain("kk delete cluster");
  });

  test("that fails keeps the kubeconfig", async () => {
    const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, code: 3 });
    expect(await remove(opened, yes, tools)).toMatchObject({ exitCode: 3 });
    expect(did.at(-1)).toBe("kk delete cluster");
  });
});

describe("show", () => {
  const { opened } = world({});

  test("tells the file without its passwords, and how the cluster differs", () => {
    const { text, json, exitCode } = shown(opened, live({ node3: null, node2: { isReady: false } }), CHECKOUT);
    expect(exitCode).toBeUndefined();
    expect(text).not.toContain("Qcloud");
    expect(text.split("\n").slice(-5)).toEqual([
      "  node1  control-plane  v1.25.4  10.0.0.1  ready",
      "  node2  worker         v1.25.4  10.0.0.2  not ready",
      "  etcd at 10.0.0.1",
      "It differs from the configuration:",
      "  host node3 is not in the cluster yet: npm run cluster -- create --stack dev",
    ]);
    expect(JSON.stringify(json)).not.toContain("Qcloud");
    expect(json).toMatchObject({ changes: { added: ["node3"], upgraded: [], refused: [] } });
  });

  test("tells which nodes are to be upgraded", () => {
    const { text } = shown(
      { ...opened, kubekey: { ...kubekey, kubernetesVersion: "v1.26.15" } },
      live({ node1: { version: "v1.26.15" } }),
      CHECKOUT,
    );
    expect(text.split("\n").slice(-2)).toEqual([
      "  node node2 runs an older Kubernetes than v1.26.15: npm run cluster -- create --stack dev",
      "  node node3 runs an older Kubernetes than v1.26.15: npm run cluster -- create --stack dev",
    ]);
  });

  test("before there is one says how it is made", () => {
    expect(shown(opened, undefined, CHECKOUT).text).toMatch(/\nNot made yet: npm run cluster -- create --stack dev$/);
  });

  test("of a cluster that does not answer still tells the file, and exit code 1", () => {
    const { text, exitCode } = shown(opened, "nobody there", CHECKOUT);
    expect(text).toMatch(/^# The cluster of stack dev, as KubeKey is given it\napiVersion: [^]*\nnobody there$/);
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
  [[], "no command\nnpm run cluster -- <command>"],
  [["upgrade"], 'no command "upgrade"\n'],
  [["show", "--yes"], "Unknown option '--yes'"],
  [["delete", "dev"], "1 words were given\n"],
])("%p is no command line, and exit code 2 says so", async (args, said) => {
  const { code, stdout, stderr } = await callMain(() => main(args, "/nowhere", "/nowhere"));
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(said);
});
