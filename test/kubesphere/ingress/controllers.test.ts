/** What each controller's chart is told: the right port, class and release, or nothing is reached. */
import { CONTROLLER_NAMES, controllerOf, otherReleases } from "../../../kubesphere/ingress/controllers";

const entry = { http: 30888, https: 30443 };
const valuesOf = (name: (typeof CONTROLLER_NAMES)[number], className?: string) => {
  const controller = controllerOf(name, className);
  return controller.values({ className: className ?? controller.className, ...entry });
};

test("Traefik listens on the stack's NodePorts and serves a class of its own, which is not the cluster's default", () => {
  expect(valuesOf("traefik")).toEqual({
    service: { spec: { type: "NodePort" } },
    ports: { web: { nodePort: 30888 }, websecure: { nodePort: 30443 } },
    ingressClass: { name: "traefik", isDefaultClass: false },
  });
});

test("Traefik in nginx's place serves Ingresses of class nginx, whose IngressClass goes with it", () => {
  expect(valuesOf("traefik", "nginx")).toEqual({
    service: { spec: { type: "NodePort" } },
    ports: { web: { nodePort: 30888 }, websecure: { nodePort: 30443 } },
    providers: { kubernetesIngressNGINX: { enabled: true }, kubernetesIngress: { enabled: false } },
    ingressClass: { enabled: false },
    extraObjects: [
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        metadata: { name: "nginx", labels: { "app.kubernetes.io/name": "traefik", "app.kubernetes.io/instance": "traefik-traefik" } },
        spec: { controller: "k8s.io/ingress-nginx" },
      },
    ],
  });
});

test("HAProxy, F5's NGINX and Contour listen where the stack says, each by its own words", () => {
  const nodePorts = { http: 30888, https: 30443 };
  expect(valuesOf("haproxy")).toEqual({
    controller: { ingressClass: "haproxy", ingressClassResource: { name: "haproxy" }, service: { type: "NodePort", nodePorts } },
  });
  expect(valuesOf("nginx", "inner")).toEqual({
    controller: {
      ingressClass: { name: "inner" },
      service: { type: "NodePort", externalTrafficPolicy: "Cluster", httpPort: { nodePort: 30888 }, httpsPort: { nodePort: 30443 } },
    },
  });
  expect(valuesOf("contour")).toEqual({
    contour: { ingressClass: { name: "contour", default: false } },
    envoy: { service: { type: "NodePort", externalTrafficPolicy: "Cluster", nodePorts } },
  });
});

test.each(CONTROLLER_NAMES)("%s leaves the port for HTTPS to the cluster where the stack names none", (name) => {
  const { values, className } = controllerOf(name);
  expect(JSON.stringify(values({ className, http: 30888 }))).not.toContain("https");
  expect(JSON.stringify(values({ className, http: 30888 }))).not.toContain("websecure");
});

test.each(CONTROLLER_NAMES)("what %s is told by settings nobody can say otherwise among its values", (name) => {
  for (const className of [undefined, "nginx"]) {
    const { decided, ...controller } = controllerOf(name, className);
    const told = leaves(controller.values({ className: className ?? controller.className, ...entry }));
    const open = told.filter((path) => !Object.keys(decided).some((it) => path === it || path.startsWith(`${it}.`)));
    // Whether a class is the cluster's default, and which nodes answer, is anybody's to say.
    expect(open.filter((path) => !/\.(?:isDefaultClass|default|externalTrafficPolicy)$/.test(path))).toEqual([]);
  }
});

test("a stack has one controller: each knows what the others are called", () => {
  const releases = CONTROLLER_NAMES.map((name) => controllerOf(name).release);
  expect(new Set(releases).size).toBe(CONTROLLER_NAMES.length);
  expect(otherReleases("traefik")).toEqual(releases.filter((it) => it !== "traefik"));
});

function leaves(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, path === "" ? key : `${path}.${key}`));
}
