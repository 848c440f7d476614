/** A wrong Cluster object joins nothing, and KubeSphere says nowhere why. */
import { clusterObject, joinedWait } from "../../../kubesphere/member/clusterObject";
import { jwtDigest, memberConfig } from "../../../kubesphere/member/memberConfig";

test("a member that names nothing else is the object that was measured to be enough", () => {
  expect(clusterObject({ name: "edge", kubeconfig: "a3ViZQ==", config: "IyBrcwo=", waitFor: "wait" })).toEqual({
    apiVersion: "cluster.kubesphere.io/v1alpha1",
    kind: "Cluster",
    metadata: { name: "edge", annotations: { "pulumi.com/waitFor": "wait" } },
    spec: { connection: { type: "direct", kubeconfig: "a3ViZQ==" }, config: "IyBrcwo=" },
  });
});

test("what people see of a member, and what selectors read, reaches the host", () => {
  const shown = { displayName: "Edge, Lyon", provider: "own machines", labels: { region: "eu" }, uid: "uid-1", isAlone: true };
  expect(clusterObject({ name: "edge", kubeconfig: "a", config: "b", waitFor: "c", ...shown })).toMatchObject({
    metadata: {
      name: "edge",
      labels: { region: "eu" },
      annotations: {
        "kubesphere.io/alias-name": "Edge, Lyon",
        "kubesphere-luban/cluster-uid": "uid-1",
        "kubesphere-luban/alone": "true",
      },
    },
    spec: { provider: "own machines" },
  });
});

test("without the registry a member behind no network would pull from the public one", () => {
  const of = { imageRegistry: "registry.example.com/mirror", kubesphereVersion: "4.1.3" };
  expect(memberConfig({ ...of, values: { ha: { enabled: true } } })).toBe(
    "global:\n  imageRegistry: registry.example.com/mirror\nha:\n  enabled: true\n# ks-core 4.1.3\n",
  );
  // A member may have a mirror of its own.
  expect(memberConfig({ ...of, values: { global: { imageRegistry: "mirror.edge", tag: "v1" } } })).toBe(
    "global:\n  imageRegistry: mirror.edge\n  tag: v1\n# ks-core 4.1.3\n",
  );
  expect(memberConfig({ values: {}, kubesphereVersion: "4.1.2" })).toBe("# ks-core 4.1.2\n");
});

test("a new ks-core or another secret of the host would not reach members: both change the config, and the secret is not in it", () => {
  const secret = "n0tAGuessableWordAtAllButRandom12";
  const configs = [
    memberConfig({ values: {}, kubesphereVersion: "4.1.2", jwtDigest: jwtDigest(secret) }),
    memberConfig({ values: {}, kubesphereVersion: "4.1.3", jwtDigest: jwtDigest(secret) }),
    memberConfig({ values: {}, kubesphereVersion: "4.1.3", jwtDigest: jwtDigest(`${secret}3`) }),
  ];
  expect(configs).toEqual([
    "# ks-core 4.1.2, jwtSecret 8c6c46be\n",
    "# ks-core 4.1.3, jwtSecret 8c6c46be\n",
    "# ks-core 4.1.3, jwtSecret 8c68dbf2\n",
  ]);
});

test("a run would end before the member has ks-core with this config: Ready alone stays True through every upgrade", () => {
  // The hash of an empty config was recorded on 4.1.2.
  expect(JSON.parse(joinedWait(""))).toEqual([
    'jsonpath={.metadata.annotations["kubesphere.io/config-hash"]}=cbf29ce484222325',
    'jsonpath={.status.conditions[?(@.type=="Ready")].status}=True',
    "jsonpath={.status.nodeCount}",
  ]);
  expect(joinedWait("# ks-core 4.1.3\n")).not.toBe(joinedWait("# ks-core 4.1.2\n"));
});
