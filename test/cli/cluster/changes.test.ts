import { changesOf } from "../../../cli/cluster/changes";
import { HOSTS, LIVE, live, ROLES, settings } from "./support";

const four = (roles: object) =>
  settings({ hosts: [...HOSTS, { name: "node4", address: "192.168.0.4", internalAddress: "10.0.0.4" }], roles: { ...ROLES, ...roles } });

const NOTHING = { added: [], upgraded: [], refused: [] };

test("a cluster that is as configured is left alone", () => {
  expect(changesOf(settings(), LIVE)).toEqual(NOTHING);
  expect(changesOf(settings(), { ...LIVE, etcd: undefined })).toEqual(NOTHING);
});

test("new workers are added", () => {
  expect(changesOf(four({ worker: ["node[2:4]"] }), LIVE)).toEqual({ ...NOTHING, added: ["node4"] });
});

test("nodes with an older Kubernetes are upgraded, also where an upgrade was cut off, and those that KubeKey has upgraded are not", () => {
  const wanted = settings({ kubernetesVersion: "v1.26.10" });
  expect(changesOf(wanted, LIVE)).toEqual({ ...NOTHING, upgraded: ["node1", "node2", "node3"] });
  expect(changesOf(wanted, live({ node1: { version: "v1.26.10" }, node2: { version: "v1.26.9" } })).upgraded).toEqual(["node2", "node3"]);
});

const PUT_BACK = "put the setting back, or make another cluster in another stack";
test.each([
  [
    "a new control plane",
    four({ "control-plane": ["node1", "node4"] }),
    LIVE,
    "host node4 is new, and no mere worker: let it be one, or make another cluster in another stack",
  ],
  [
    "a new member of etcd, where the API server does not say which it has",
    four({ etcd: ["node1", "node2", "node4"], worker: ["node[2:4]"] }),
    { ...LIVE, etcd: undefined },
    "host node4 is new, and no mere worker: let it be one, or make another cluster in another stack",
  ],
  ["other members of etcd", settings({ roles: { ...ROLES, etcd: ["node2"] } }), LIVE, `etcd is at 10.0.0.1, wanted 10.0.0.2: ${PUT_BACK}`],
  [
    "a host that went",
    settings({ hosts: HOSTS.slice(0, 2), roles: { ...ROLES, worker: ["node2"] } }),
    LIVE,
    "node node3 is in the cluster and no host of the configuration: write it back; `npx luban cluster delete --node node3` takes a worker out, and then it goes from there, too",
  ],
  [
    "an older version, although KubeKey would end with 0 and leave all as it is,",
    settings({ kubernetesVersion: "v1.24.9" }),
    live({ node2: { version: "v1.24.9" }, node3: { version: "v1.24.9" } }),
    "node node1 runs v1.25.4, wanted v1.24.9, and KubeKey only goes up: put kubernetesVersion back",
  ],
  [
    "a version that cannot be compared",
    settings(),
    live({ node2: { version: "kwok-v0.8.0" } }),
    "node node2 runs kwok-v0.8.0, wanted v1.25.4, and KubeKey only goes up: put kubernetesVersion back",
  ],
  [
    "a control plane that is none",
    settings(),
    live({ node1: { isControlPlane: false } }),
    `node node1 is no control-plane, wanted control-plane: ${PUT_BACK}`,
  ],
  [
    "a control plane that is to be a worker too",
    settings({ roles: { ...ROLES, worker: ["node[1:3]"] } }),
    LIVE,
    "node node1 is no worker, wanted worker: put the setting back",
  ],
  [
    "another machine under the same name",
    settings(),
    live({ node2: { addresses: ["10.0.0.9"] } }),
    `node node2 is at 10.0.0.9, wanted 10.0.0.2: ${PUT_BACK}`,
  ],
  [
    "another container runtime",
    settings(),
    live({ node3: { runtime: "docker://20.10.8" } }),
    `node node3 runs docker://20.10.8, wanted containerd: ${PUT_BACK}`,
  ],
])("%s is refused with what to do, before KubeKey makes half of it", (_what, wanted, is, told) => {
  expect(changesOf(wanted, is).refused).toEqual([told]);
});
