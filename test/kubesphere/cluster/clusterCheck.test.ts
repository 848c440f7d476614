import {
  accessProblems,
  classesFor,
  clusterIdIn,
  clusterProblems,
  type ClusterAccess,
  type ObjectMetadata,
} from "../../../kubesphere/cluster/clusterCheck";
import { describeProblem } from "../../../kubesphere/errors";
import type { StorageClass, StorageNeed } from "../../../kubesphere/cluster/storage";

const wanted = { identifier: "dev", namespaces: ["kubesphere-system", "extension-demo"] };
const check = (
  namespaces: Record<string, Omit<ObjectMetadata, "name">> = {},
  storage: StorageNeed[] = [],
  classes: StorageClass[] = [],
) => {
  const there = Object.entries({ default: {}, ...namespaces }).map(([name, metadata]) => ({ name, ...metadata }));
  return clusterProblems({ ...wanted, storage }, { namespaces: there, classes }).map(describeProblem);
};

const reached = async (isAdministrator: ClusterAccess["isAdministrator"]) =>
  (await accessProblems({ server: "https://10.0.0.1:6443", isAdministrator })).map(describeProblem);

test("an empty cluster, and the stack's own, are taken", () => {
  expect(check()).toEqual([]);
  expect(check({ "kubesphere-system": { annotations: { "kubesphere-luban/cluster-identifier": "dev" } } })).toEqual([]);
  expect(check({ "kubesphere-system": {} })).toEqual([]);
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

test("a namespace that is being deleted is not built upon", () => {
  expect(check({ "extension-demo": { deletionTimestamp: "1970-01-01T00:00:00Z" } })).toEqual([
    'the cluster: "namespace extension-demo is being deleted" is not allowed; allowed: a namespace that is there to stay, or none. Wait until it is gone; if it never goes, `kubectl get namespace extension-demo -o yaml` says what holds it.',
  ]);
});

test("a stack is not rolled out on another stack's cluster", () => {
  expect(check({ "kubesphere-system": { annotations: { "kubesphere-luban/cluster-identifier": "prod" } } })).toEqual([
    'kubesphere:cluster.identifier: "dev" is not allowed; allowed: prod, as KubeSphere on this cluster was declared with. This is another cluster than the stack\'s: check kubeconfig and context. Only if it is the right one, set the identifier to that.',
  ]);
});

test("a storage class that the cluster lacks is told with those that it has", () => {
  const classes = [{ name: "local", isDefault: true }];
  const path = "kubesphere:extensions[0].install.storageClass";
  expect(check({}, [{ path, className: "fast" }], classes)).toEqual([
    `${path}: "fast" is not allowed; allowed: local (the default). Name one of these, or make this one first.`,
  ]);
  expect(check({}, [{ path, className: "local" }], classes)).toEqual([]);
});

test("a cluster is asked for its storage classes only where a volume needs one", async () => {
  const asked = { storageClasses: () => Promise.reject(new Error("asked")) };
  expect(await classesFor(asked, { storage: [] })).toEqual([]);
  await expect(classesFor(asked, { storage: [{ path: "it", className: "fast" }] })).rejects.toThrow("asked");
});

test("the cluster's ID is the UID of the namespace that outlives all others", () => {
  expect(
    clusterIdIn([
      { name: "default", uid: "a" },
      { name: "kube-system", uid: "b" },
    ]),
  ).toBe("b");
  expect(clusterIdIn([])).toBeUndefined();
});
