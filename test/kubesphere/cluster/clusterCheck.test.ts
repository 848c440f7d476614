import { accessProblems, checkCluster, type ClusterAccess, type NamespaceMetadata } from "../../../kubesphere/cluster/clusterCheck";
import { describeProblem } from "../../../kubesphere/errors";
import type { StorageNeed } from "../../../kubesphere/cluster/storage";

const wanted = { identifier: "dev", namespaces: ["kubesphere-system", "extension-demo"] };
const check = async (cluster: Partial<ClusterAccess>, namespaces: Record<string, NamespaceMetadata> = {}, storage: StorageNeed[] = []) =>
  (
    await checkCluster(
      {
        server: "https://10.0.0.1:6443",
        isAdministrator: () => Promise.resolve(true),
        webhooksFail: () => Promise.resolve(false),
        namespace: (name) => Promise.resolve(namespaces[name]),
        storageClasses: () => Promise.reject(new Error("nothing needs one")),
        discovery: () => Promise.resolve({ apiVersions: [], resources: [] }),
        read: () => Promise.resolve(undefined),
        metadata: () => Promise.resolve([]),
        readText: () => Promise.resolve(""),
        watch: () => Promise.resolve(),
        kubernetesVersion: () => Promise.resolve("v1.37.2"),
        ...cluster,
      },
      { ...wanted, storage },
    )
  ).map(describeProblem);

const reached = async (isAdministrator: ClusterAccess["isAdministrator"]) =>
  (await accessProblems({ server: "https://10.0.0.1:6443", isAdministrator })).map(describeProblem);

test("an empty cluster, and the stack's own, are taken", async () => {
  expect(await check({})).toEqual([]);
  expect(await check({}, { "kubesphere-system": { annotations: { "kubesphere-luban/cluster-identifier": "dev" } } })).toEqual([]);
  expect(await check({}, { "kubesphere-system": {} })).toEqual([]);
});

test("a cluster that does not answer is told before half a platform is declared", async () => {
  expect(await reached(() => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.1:6443")))).toEqual([
    'kubesphere:cluster.kubeconfig: "https://10.0.0.1:6443: connect ECONNREFUSED 10.0.0.1:6443" is not allowed; allowed: a cluster that answers. Is the cluster up, the address right, the network (VPN, proxy) there, the login still valid? `kubectl get nodes` tells.',
  ]);
});

test("a user without the rights that ks-core hands on is told before `up` stops half-way", async () => {
  expect(await reached(() => Promise.resolve(true))).toEqual([]);
  expect(await reached(() => Promise.resolve(false))).toEqual([
    'kubesphere:cluster.kubeconfig: "a user of https://10.0.0.1:6443 who may not do everything" is not allowed; allowed: a cluster administrator, since KubeSphere is given such rights. Bind the user to the ClusterRole cluster-admin, or name another context in kubesphere:cluster.context.',
  ]);
});

test("a namespace that is being deleted is not built upon", async () => {
  expect(await check({}, { "extension-demo": { deletionTimestamp: new Date(0) } })).toEqual([
    'the cluster: "namespace extension-demo is being deleted" is not allowed; allowed: a namespace that is there to stay, or none. Wait until it is gone; if it never goes, `kubectl get namespace extension-demo -o yaml` says what holds it.',
  ]);
});

test("a stack is not rolled out on another stack's cluster", async () => {
  expect(await check({}, { "kubesphere-system": { annotations: { "kubesphere-luban/cluster-identifier": "prod" } } })).toEqual([
    'kubesphere:cluster.identifier: "dev" is not allowed; allowed: prod, as KubeSphere on this cluster was declared with. This is another cluster than the stack\'s: check kubeconfig and context. Only if it is the right one, set the identifier to that.',
  ]);
});

test("a storage class that the cluster lacks is told with those that it has", async () => {
  const storageClasses = () => Promise.resolve([{ name: "local", isDefault: true }]);
  const path = "kubesphere:extensions[0].install.storageClass";
  expect(await check({ storageClasses }, {}, [{ path, className: "fast" }])).toEqual([
    `${path}: "fast" is not allowed; allowed: local (the default). Name one of these, or make this one first.`,
  ]);
  expect(await check({ storageClasses }, {}, [{ path, className: "local" }])).toEqual([]);
});
