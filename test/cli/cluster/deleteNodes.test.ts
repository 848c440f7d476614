import { removeNodes } from "../../../cli/cluster/deleteNodes";
import { Failure } from "../../../cli/shared/command";
import { KUBECONFIG, LIVE, live } from "./support";
import { KK4, kubekey, world, yes, type World } from "./world";

const KUBECONFIG4 = KUBECONFIG.replaceAll("cluster.local", "kubekey");

test.each<[string, World, string]>([
  ["KubeKey 3", { kubeconfig: KUBECONFIG }, "kk delete node node3 -f cluster.yaml -y"],
  ["KubeKey 4", { kubeconfig: KUBECONFIG4, kk: KK4 }, "kk delete nodes node3 -i inventory.yaml -c config.yaml --workdir ."],
])("%s takes a worker out after asking, and it is said that it must leave the configuration", async (_kk, is, ran) => {
  const { opened, tools, did } = world({ ...is, clusters: [LIVE, live({ node3: null })] });
  const asked: string[] = [];
  const { text, json } = await removeNodes(opened, ["node3"], (question) => (asked.push(question), yes()), tools);
  expect(asked).toEqual(["KubeKey moves all Pods away from node3 (192.168.0.3), and takes Kubernetes and all its data off. Do this?"]);
  expect(did).toEqual(["find kk for v1.25.4", ran]);
  expect(json).toEqual({ done: "changed", deleted: ["node3"], cluster: live({ node3: null }) });
  expect(text).toMatch(
    /\nGone: node3\. Now take it out of the hosts and roles of kubesphere:cluster\.kubekey: `npx luban cluster create` would add it again\.$/,
  );
});

test.each<[string, string[], World, RegExp]>([
  [
    "a control plane, at which KubeKey 4 would not stop,",
    ["node1"],
    {},
    /^node1 has the role control-plane and etcd: only workers can leave/,
  ],
  ["a host that nobody knows how to reach", ["node9"], {}, /^node9 is no host of the configuration, /],
  ["a host that is no node", ["node3"], { clusters: [live({ node3: null })] }, /^node3 is no node of the cluster at https:/],
  ["the last worker", ["node2", "node3"], {}, /^the cluster would have no worker any more/],
])("%s is refused, and nothing is run", async (_what, names, is, told) => {
  const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, ...is });
  await expect(removeNodes(opened, names, yes, tools)).rejects.toThrow(told);
  expect(did).toEqual([]);
});

test("nothing is done unless agreed to", async () => {
  const { opened, tools, did } = world({ kubeconfig: KUBECONFIG });
  expect(await removeNodes(opened, ["node3"], () => Promise.resolve(false), tools)).toMatchObject({
    json: { done: "nothing" },
    exitCode: 1,
  });
  expect(did).toEqual(["find kk for v1.25.4"]);
});

test("the cluster is believed, and not KubeKey, that a node has left", async () => {
  const { opened, tools } = world({ kubeconfig: KUBECONFIG, settings: kubekey });
  await expect(removeNodes(opened, ["node3"], yes, tools)).rejects.toThrow(
    new Failure("KubeKey ended, and node3 is in the cluster still: its last lines say why"),
  );
});

test("a node at which KubeKey fails keeps those after it in the cluster", async () => {
  const nodes = [...LIVE.nodes, { ...LIVE.nodes[2], name: "node4" } as (typeof LIVE.nodes)[number]];
  const settings = {
    ...kubekey,
    hosts: [...kubekey.hosts, ...kubekey.hosts.slice(0, 1).map((host) => ({ ...host, name: "node4" }))],
    roles: { ...kubekey.roles, worker: ["node2", "node3", "node4"] },
  };
  const { opened, tools, did } = world({ kubeconfig: KUBECONFIG, settings, clusters: [{ ...LIVE, nodes }], code: 4 });
  expect(await removeNodes(opened, ["node3", "node4"], yes, tools)).toMatchObject({ exitCode: 4 });
  expect(did.slice(1)).toEqual(["kk delete node node3 -f cluster.yaml -y"]);
});
