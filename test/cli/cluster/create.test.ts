import { load } from "js-yaml";
import { create } from "../../../cli/cluster/create";
import { clusterFile } from "../../../cli/cluster/kubekey3";
import type { LiveCluster } from "../../../cli/cluster/live";
import { Failure } from "../../../cli/shared/command";
import { KUBECONFIG, LIVE, live } from "./support";
import { CHECKOUT, KK4, kubekey, world, yes } from "./world";

/** For what asks nothing. */
const never = () => Promise.reject(new Error("it asked"));

describe("create", () => {
  test("makes the cluster, keeps its kubeconfig as a secret and nowhere else, and says what is next", async () => {
    const { opened, tools, did, inputs, files } = world({ left: KUBECONFIG });
    const { text, json, exitCode } = await create(opened, never, tools);
    expect(did).toEqual([
      "find kk to install v1.25.4",
      "kk create cluster --with-local-storage -f cluster.yaml -y",
      "pulumi config set --path --secret kubesphere:cluster.kubeconfig",
    ]);
    expect(load(files[0]?.["cluster.yaml"] ?? "")).toEqual(clusterFile(kubekey, CHECKOUT));
    expect(inputs[0]).toContain("server: https://192.168.0.1:6443");
    expect({ json, exitCode }).toEqual({ json: { done: "created", cluster: LIVE }, exitCode: undefined });
    expect(text).toBe(
      [
        "https://192.168.0.1:6443: 3 nodes",
        "  node1  control-plane  v1.25.4  10.0.0.1  ready",
        "  node2  worker         v1.25.4  10.0.0.2  ready",
        "  node3  worker         v1.25.4  10.0.0.3  ready",
        "  etcd at 10.0.0.1",
        "Volumes are made on the nodes' own disks, by storage class local.",
        "Its kubeconfig is kept as a secret of stack dev. Next: pulumi up --stack dev",
      ].join("\n"),
    );
  });

  test("without local storage KubeKey is not asked for it", async () => {
    const { opened, tools, did } = world({ left: KUBECONFIG, settings: { ...kubekey, localStorage: false } });
    expect((await create(opened, never, tools)).text).not.toContain("storage class");
    expect(did[1]).toBe("kk create cluster -f cluster.yaml -y");
  });

  test("that fails ends with KubeKey's exit code, and keeps nothing of it", async () => {
    const { opened, tools, did } = world({ code: 7, left: KUBECONFIG });
    expect(await create(opened, never, tools)).toEqual({
      text: "kk create cluster failed with exit code 7; nothing is kept of it: mend what it names, and run the same command again",
      json: { done: "failed", what: "kk create cluster", exitCode: 7 },
      exitCode: 7,
    });
    expect(did.at(-1)).toBe("kk create cluster --with-local-storage -f cluster.yaml -y");
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
    expect(did).toEqual(["find kk to install v1.25.4", "kk add nodes -f cluster.yaml -y"]);
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
      expect(did).toEqual([
        "find kk to install v1.26.15",
        "kk upgrade --skip-dependency-check -f cluster.yaml -y",
        "kk add nodes -f cluster.yaml -y",
      ]);
      const [first, second] = files.map((file) => (load(file["cluster.yaml"] ?? "") as ReturnType<typeof clusterFile>).spec);
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
      expect(did).toEqual(["find kk to install v1.26.15"]);
    });

    test("adds nothing to a cluster whose upgrade failed", async () => {
      const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, settings: newer, clusters: [live({ node3: null })], code: 5 });
      expect(await create(opened, yes, tools)).toEqual({
        text: "kk upgrade failed with exit code 5; `npx luban cluster show` tells how far it came; mend what it names, and run the same command again",
        json: { done: "failed", what: "kk upgrade", exitCode: 5 },
        exitCode: 5,
      });
      expect(did.at(-1)).toBe("kk upgrade --skip-dependency-check -f cluster.yaml -y");
    });

    test("believes the nodes, and not KubeKey, that they are upgraded, and adds none that would be newer", async () => {
      const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, settings: newer, clusters: [live({ node3: null })] });
      await expect(create(opened, yes, tools)).rejects.toThrow(
        new Failure(
          "kk upgrade ended, and node1 runs v1.25.4, node2 runs v1.25.4: its last lines say why; mend that, and run the same command again",
        ),
      );
      expect(did.at(-1)).toBe("kk upgrade --skip-dependency-check -f cluster.yaml -y");
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

describe("with KubeKey 4", () => {
  const KUBECONFIG4 = KUBECONFIG.replaceAll("cluster.local", "kubekey").replace(
    "https://10.0.0.1:6443",
    "https://lb.kubesphere.local:6443",
  );
  const FILES = "-i inventory.yaml -c config.yaml --workdir .";

  test("the cluster is made of its two files, and the kubeconfig leads to it", async () => {
    const { opened, tools, did, inputs, files } = world({ kk: KK4, left: KUBECONFIG4 });
    const { text, json } = await create(opened, never, tools);
    expect(did[1]).toBe(`kk create cluster ${FILES}`);
    expect(Object.keys(files[0] ?? {})).toEqual(["inventory.yaml", "config.yaml"]);
    expect(inputs[0]).toContain("server: https://192.168.0.1:6443");
    expect(json).toMatchObject({ done: "created" });
    expect(text).toContain("by storage class openebs-hostpath.");
  });

  test("new workers are named: without that it would set up every node anew, and the control planes would lose their etcd", async () => {
    const clusters = [live({ node2: null, node3: null }), LIVE];
    const { opened, tools, did } = world({ kk: KK4, kubeconfig: KUBECONFIG4, clusters });
    expect((await create(opened, never, tools)).json).toMatchObject({ done: "changed", added: ["node2", "node3"] });
    expect(did).toEqual(["find kk to install v1.25.4", `kk add nodes --worker node2,node3 ${FILES}`]);
  });

  test("an upgrade, which it has none of, is refused before anything is touched, new workers included, with what to do", async () => {
    const settings = { ...kubekey, kubernetesVersion: "v1.26.15" };
    const { opened, tools, did } = world({ kk: KK4, kubeconfig: KUBECONFIG4, settings, clusters: [live({ node3: null })] });
    await expect(create(opened, never, tools)).rejects.toThrow(
      new Failure(
        "node1, node2 run an older Kubernetes than v1.26.15, and kk is KubeKey v4.0.6, which has no upgrade: put kubesphere:cluster.kubekey.kubernetesVersion back; " +
          "or make another cluster in another stack; or upgrade the nodes by hand with kubeadm, after which this command finds them as configured. Nothing was touched",
      ),
    );
    expect(did).toEqual(["find kk to install v1.26.15"]);
  });

  test.each([
    [
      "KubeKey 3 made",
      KUBECONFIG,
      KK4,
      /^KubeKey 3 made the cluster of stack dev, and kk is KubeKey v4\.0\.6: get KubeKey 3 with `.*VERSION=v3\.1\.12/,
    ],
    [
      "KubeKey 4 made",
      KUBECONFIG4,
      undefined,
      /^KubeKey 4 made the cluster of stack dev, and kk is KubeKey v3\.1\.12: get KubeKey 4 with `.*VERSION=v4\.0\.6/,
    ],
  ])("a cluster that %s is left to its like, since each looks for etcd elsewhere", async (_what, kubeconfig, kk, told) => {
    const { opened, tools, did } = world({ ...(kk && { kk }), kubeconfig, clusters: [live({ node3: null })] });
    await expect(create(opened, never, tools)).rejects.toThrow(told);
    expect(did).toEqual(["find kk to install v1.25.4"]);
  });
});
