import { ingressAnswer, type Routes } from "../../../sandbox/src/sim/ingressRoutes.js";
import type { Ingress } from "../../../sandbox/src/sim/objects.js";

const ingress = (name: string, host: string | undefined, paths: [string, string, string][], ingressClassName = "nginx"): Ingress => ({
  metadata: { namespace: "extension-demo", name },
  spec: {
    ingressClassName,
    rules: [
      {
        ...(host !== undefined && { host }),
        http: {
          paths: paths.map(([pathType, path, service]) => ({
            pathType,
            path,
            backend: { service: { name: service, port: { number: 80 } } },
          })),
        },
      },
    ],
  },
});

const service = (name: string) => ({ metadata: { namespace: "extension-demo", name }, spec: { ports: [{ name: "http", port: 80 }] } });

const slice = (name: string, ready: boolean) => ({
  metadata: { namespace: "extension-demo", name: `${name}-x`, labels: { "kubernetes.io/service-name": name } },
  endpoints: [{ conditions: { ready } }],
  ports: [{ name: "http", port: 8080 }],
});

const routes: Routes = {
  classes: [
    { metadata: { name: "nginx" }, spec: { controller: "k8s.io/ingress-nginx" } },
    { metadata: { name: "other" }, spec: { controller: "example.org/other" } },
  ],
  ingresses: [
    ingress("demo", "demo.127.0.0.1.nip.io", [
      ["Prefix", "/", "demo"],
      ["Prefix", "/api", "api"],
      ["Exact", "/api/exact", "exact"],
    ]),
    ingress("wild", "*.example.org", [["Prefix", "/", "demo"]]),
    ingress("starting", "starting.example.org", [["Prefix", "/", "starting"]]),
    ingress("gone", "gone.example.net", [["Prefix", "/", "gone"]]),
    ingress("foreign", "foreign.example.net", [["Prefix", "/", "demo"]], "other"),
  ],
  services: ["demo", "api", "exact", "starting"].map(service),
  endpointSlices: [slice("demo", true), slice("api", true), slice("exact", true), slice("starting", false)],
};

const standsFor = (name: string, by: string) => [
  200,
  `This is the sandbox's stand-in for ingress-nginx. It stands for Service extension-demo/${name}:80 (Ingress extension-demo/${by}).\n`,
];
const notReady = (name: string, by: string) => [
  503,
  `503 Service Temporarily Unavailable: no ready endpoint for Service extension-demo/${name}:80 (Ingress extension-demo/${by})\n`,
];
const notFound = (address: string) => [404, `404 Not Found: no Ingress of this controller takes ${address}\n`];

test.each([
  ["its own host", "demo.127.0.0.1.nip.io", "/", standsFor("demo", "demo")],
  ["a longer path", "demo.127.0.0.1.nip.io", "/api/v1", standsFor("api", "demo")],
  ["a path that only begins alike", "demo.127.0.0.1.nip.io", "/apiary", standsFor("demo", "demo")],
  ["an exact path", "demo.127.0.0.1.nip.io", "/api/exact", standsFor("exact", "demo")],
  ["a wildcard host", "any.example.org", "/", standsFor("demo", "wild")],
  ["one label only for the wildcard", "a.b.example.org", "/", notFound("a.b.example.org/")],
  ["an own host before the wildcard", "starting.example.org", "/", notReady("starting", "starting")],
  ["a Service that is not there", "gone.example.net", "/x", notReady("gone", "gone")],
  ["an Ingress of another controller", "foreign.example.net", "/", notFound("foreign.example.net/")],
  ["a host that nobody has", "127.0.0.1", "/", notFound("127.0.0.1/")],
])("a wrong Ingress of an extension would look right in the sandbox: %s", (_, host, path, expected) => {
  const { status, body } = ingressAnswer({ host, path }, routes);
  expect([status, body]).toEqual(expected);
});
