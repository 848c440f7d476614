/** The rules on what Helm renders of an extension: what its author may not do to the cluster of whoever installs it. */
import { violations } from "../../policy/gate";
import type { RenderedObject } from "../../policy/rule";

const judged = (config: Record<string, string>, objects: readonly RenderedObject[]) =>
  violations({ config, steps: [] }, [{ urn: "demo", objects: objects.map((object) => ({ ...object, templateFile: "t.yaml" })) }]).map(
    ({ rule, resource, object, property, given }) => [rule, resource, object, property, given],
  );

const found = (...objects: RenderedObject[]) => judged({}, objects);
const inProduction = (...objects: RenderedObject[]) => judged({ "kubesphere:production": "true" }, objects);

const metadata = { name: "web" };
const container = (privileged?: boolean) => ({
  name: "web",
  image: "nginx",
  ...(privileged !== undefined && { securityContext: { privileged } }),
});

test("Pods that keep to themselves pass, in whatever kind of object", () => {
  const spec = { hostNetwork: false, containers: [container(), container(false)] };
  expect(
    found(
      { kind: "Pod", metadata, spec },
      { kind: "Deployment", metadata, spec: { template: { spec } } },
      { kind: "ConfigMap", metadata, data: {} },
    ),
  ).toEqual([]);
});

test("the node's network and processes, and privileged containers of any sort, are told with their place", () => {
  const pod = { hostNetwork: true, hostPID: true, containers: [container()], initContainers: [container(), container(true)] };
  const daemons: RenderedObject = { kind: "DaemonSet", metadata, spec: { template: { spec: pod } } };
  const job = { spec: { template: { spec: { hostIPC: true, containers: [container(true)] } } } };
  expect(found(daemons)).toEqual([
    ["host-namespace", "demo", "DaemonSet web (t.yaml)", "spec.template.spec.hostNetwork", true],
    ["host-namespace", "demo", "DaemonSet web (t.yaml)", "spec.template.spec.hostPID", true],
    ["privileged-container", "demo", "DaemonSet web (t.yaml)", "spec.template.spec.initContainers[1].securityContext.privileged", true],
  ]);
  expect(found({ kind: "CronJob", metadata, spec: { jobTemplate: job } }).map(([rule, , , property]) => [rule, property])).toEqual([
    ["host-namespace", "spec.jobTemplate.spec.template.spec.hostIPC"],
    ["privileged-container", "spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged"],
  ]);
});

/** What an operator makes a Pod of, without its containers. */
test.each([
  ["host-namespace", { spec: { hostNetwork: true } }, "spec.hostNetwork"],
  ["host-path", { spec: { volumes: [{ name: "v", hostPath: { path: "/" } }] } }, "spec.volumes[0].hostPath"],
  [
    "privileged-container",
    { spec: { agents: { main: { securityContext: { privileged: true } } } } },
    "spec.agents.main.securityContext.privileged",
  ],
  ["added-capability", { spec: { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } } }, "spec.securityContext.capabilities.add"],
  ["host-port", { spec: { ports: [{ hostPort: 53 }] } }, "spec.ports[0].hostPort"],
  [
    "privileged-container",
    { spec: { pods: [{ containers: [container(true)] }] } },
    "spec.pods[0].containers[0].securityContext.privileged",
  ],
])("a custom resource is no way around %s", (rule, fields, property) => {
  expect(found({ kind: "Prometheus", metadata, ...fields }).map(([name, , , place]) => [name, place])).toEqual([[rule, property]]);
});

test("a CustomResourceDefinition describes such fields, and asks for none", () => {
  const properties = {
    hostNetwork: { type: "boolean" },
    hostPort: { type: "integer" },
    securityContext: { type: "object", properties: { privileged: { type: "boolean" } } },
    containers: { type: "array", items: { type: "object" } },
    volumes: { type: "array", items: { properties: { hostPath: { type: "object" } } } },
    type: { enum: ["NodePort", "LoadBalancer"] },
    externalIPs: { type: "array" },
  };
  const schema = { openAPIV3Schema: { type: "object", properties } };
  expect(found({ kind: "CustomResourceDefinition", metadata, spec: { versions: [{ schema }] } })).toEqual([]);
});

test.each(["hostPath", "local"])("a PersistentVolume is no way around host-path either (%s)", (type) => {
  const volume = { kind: "PersistentVolume", metadata, spec: { [type]: { path: "/" } } };
  expect(found(volume)).toEqual([["host-path", "demo", "PersistentVolume web (t.yaml)", `spec.${type}`, { path: "/" }]]);
  expect(found({ ...volume, spec: { csi: { driver: "d" } } })).toEqual([]);
});

test("a volume without a type is an emptyDir to Kubernetes, and no restricted one", () => {
  const spec = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [{ ...container(), securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }],
    volumes: [{ name: "tmp" }, { name: "tmp2", emptyDir: null }],
  };
  expect(inProduction({ kind: "Pod", metadata, spec })).toEqual([]);
  expect(inProduction({ kind: "Pod", metadata, spec: { ...spec, volumes: [{ name: "n", nfs: { server: "s" } }] } })).toEqual([
    ["restricted-volume", "demo", "Pod web (t.yaml)", "spec.volumes[0]", "nfs"],
  ]);
});

test("a Service opens no port of the nodes but the stack's own", () => {
  const service = (type: string, ...ports: object[]): RenderedObject => ({ kind: "Service", metadata, spec: { type, ports } });
  expect(found(service("ClusterIP", { port: 80 }), service("NodePort", { port: 80, nodePort: 30880 }))).toEqual([]);
  expect(found(service("NodePort", { port: 80, nodePort: 30888 }, { port: 443 }, { port: 22, nodePort: 30022 }))).toEqual([
    ["node-port", "demo", "Service web (t.yaml)", "spec.ports[1].nodePort", undefined],
    ["node-port", "demo", "Service web (t.yaml)", "spec.ports[2].nodePort", 30022],
  ]);
});

const service = (spec: object, kind = "Service"): RenderedObject => ({ kind, metadata, spec });

test.each([
  ["a load balancer has node ports too", { type: "LoadBalancer", ports: [{ port: 80 }] }, ["node-port", "load-balancer"]],
  ["unless it is told not to", { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] }, ["load-balancer"]],
  [
    "its health check has one",
    { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, healthCheckNodePort: 32000 },
    ["node-port", "load-balancer"],
  ],
  ["a node port counts whatever the type", { ports: [{ port: 80, nodePort: 32000 }] }, ["node-port"]],
  ["others' addresses", { externalIPs: ["10.0.0.1"], ports: [{ port: 80 }] }, ["external-ip"]],
  ["nothing of it", { type: "ClusterIP", externalIPs: [], ports: [{ port: 80, nodePort: 0 }] }, []],
])("ways into the cluster: %s", (_what, spec, rules) => {
  expect(found(service(spec)).map(([rule]) => rule)).toEqual(rules);
  // An operator makes a Service of what its custom resource says.
  expect(found(service({ gateway: spec }, "Gateway")).map(([rule]) => rule)).toEqual(rules);
});

test("a custom resource that asks for a NodePort without a list of ports is told too", () => {
  expect(found(service({ service: { type: "NodePort" } }, "Kafka"))).toEqual([
    ["node-port", "demo", "Kafka web (t.yaml)", "spec.service.type", "NodePort"],
  ]);
});

test("a custom resource that names a node port is told, in whatever form", () => {
  expect(found(service({ listeners: { external: { nodePort: 32100 } } }, "Kafka"))).toEqual([
    ["node-port", "demo", "Kafka web (t.yaml)", "spec.listeners.external.nodePort", 32100],
  ]);
});
