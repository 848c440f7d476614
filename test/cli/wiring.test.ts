import type { RenderedObject } from "../../kubesphere/chart/renderedObject";
import { looseEnds } from "../../cli/extension/wiring";
import { rendered } from "../support/rendered";

const told = (...objects: RenderedObject[]) =>
  looseEnds(objects, "extension-web").map(({ object, found, isRisk }) => `${object.kind} ${found}${isRisk ? " (risk)" : ""}`);

const labels = { app: "web", tier: "front" };
const workload = (what: string, container: object = {}) =>
  rendered(what, {
    spec: {
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "web", image: "nginx:1.27", ports: [{ name: "http", containerPort: 80 }], ...container }] },
      },
    },
  });
const WEB = workload("apps/v1 Deployment web");
const service = (selector: object | undefined, targetPort?: unknown, what = "v1 Service web") =>
  rendered(what, { spec: { selector, ports: [{ port: 80, targetPort }] } });

describe("a Service that nobody answers for is told, where a browser would only get a 503", () => {
  test("its labels are no Pod's", () => {
    expect(told(WEB, service({ app: "web" }))).toEqual([]);
    expect(told(WEB, service({ app: "shop" }))).toEqual(["Service selects app=shop, which no Pod template has as labels"]);
    expect(told(WEB, service({ app: "web" }, 80, "v1 Service other/web"))).toHaveLength(1);
  });

  test("its port is no container's by name; a number may be one that no container states", () => {
    expect(told(WEB, service({ app: "web" }, "http"))).toEqual([]);
    expect(told(WEB, service({ app: "web" }, 8080))).toEqual([]);
    expect(told(WEB, service({ app: "web" }, "web"))).toEqual([
      "Service leads to the port web, which no container of its Pods names; they name http",
    ]);
  });

  test("a label that Pods get when they run, and one port of several, are no more than a risk", () => {
    expect(told(WEB, service({ app: "web", leader: "true" }))).toEqual([
      "Service selects app=web, leader=true, which no Pod template has as labels (risk)",
    ]);
    const two = rendered("v1 Service web", { spec: { selector: labels, ports: [{ targetPort: "http" }, { targetPort: "tls" }] } });
    expect(told(WEB, two)).toEqual(["Service leads to the port tls, which no container of its Pods names; they name http (risk)"]);
  });

  test("nothing is said of one without a selector, nor where an operator may make the Pods", () => {
    expect(told(service(undefined))).toEqual([]);
    expect(told(service({ app: "db" }), rendered("acid.zalan.do/v1 postgresql db"))).toEqual([]);
  });

  test("Pods of every workload count", () => {
    const all = ["v1 ReplicationController", "apps/v1 DaemonSet", "apps/v1 ReplicaSet", "apps/v1 StatefulSet", "batch/v1 Job"];
    for (const what of all) expect(told(workload(`${what} web`), service({ app: "web" }))).toEqual([]);
    const cronJob = rendered("batch/v1 CronJob web", { spec: { jobTemplate: { spec: WEB["spec"] } } });
    expect(told(cronJob, service(labels))).toEqual([]);
    expect(told({ ...rendered("v1 Pod web"), metadata: { name: "web", labels } }, service(labels))).toEqual([]);
  });
});

test("an image that nodes cannot pull is told, and one that changes under its name is a risk", () => {
  const images = ["", "nginx:", "nginx", "registry.example:5000/nginx", "nginx:1.27", "nginx@sha256:00"];
  expect(images.flatMap((image) => told(workload("apps/v1 Deployment web", { image })))).toEqual([
    "Deployment has no image of the container web",
    "Deployment has the image nginx:, which is none, of the container web",
    "Deployment has the image nginx without a tag, of the container web (risk)",
    "Deployment has the image registry.example:5000/nginx without a tag, of the container web (risk)",
  ]);
});

test("an install waits ten minutes for an address that nothing gives, and nobody says so before", () => {
  const balanced = rendered("v1 Service web", { spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });
  expect(told(balanced)).toEqual(["Service is of type LoadBalancer (risk)"]);
  expect(told(rendered("v1 Service web", { spec: { type: "NodePort", ports: [{ port: 80 }] } }))).toEqual([]);
});
