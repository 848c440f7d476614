/** The rules on what Helm renders of an extension: what its author may not do to the cluster of whoever installs it. */
import { violations } from "../../policy/gate";
import type { RenderedObject } from "../../policy/rule";

const found = (...objects: RenderedObject[]) =>
  violations({ steps: [] }, [{ urn: "demo", objects: objects.map((object) => ({ ...object, template: "t.yaml" })) }]).map(
    ({ rule, resource, object, property, given }) => [rule, resource, object, property, given],
  );

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
  expect(
    found(
      { kind: "DaemonSet", metadata, spec: { template: { spec: pod } } },
      {
        kind: "CronJob",
        metadata,
        spec: { jobTemplate: { spec: { template: { spec: { hostIPC: true, containers: [container(true)] } } } } },
      },
      { kind: "Anything", metadata, spec: { pods: [{ containers: [container(true)] }] } },
    ),
  ).toEqual([
    ["privileged-pod", "demo", "DaemonSet web (t.yaml)", "spec.template.spec.hostNetwork", true],
    ["privileged-pod", "demo", "DaemonSet web (t.yaml)", "spec.template.spec.hostPID", true],
    ["privileged-pod", "demo", "DaemonSet web (t.yaml)", "spec.template.spec.initContainers[1].securityContext.privileged", true],
    ["privileged-pod", "demo", "CronJob web (t.yaml)", "spec.jobTemplate.spec.template.spec.hostIPC", true],
    [
      "privileged-pod",
      "demo",
      "CronJob web (t.yaml)",
      "spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged",
      true,
    ],
    ["privileged-pod", "demo", "Anything web (t.yaml)", "spec.pods[0].containers[0].securityContext.privileged", true],
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
