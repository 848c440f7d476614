import { hasTls, ingressHandler, tlsSecret, type Routes } from "../../../sandbox/src/sim/ingressRoutes.js";
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
  `This is the sandbox's stand-in for an ingress controller. It stands for Service extension-demo/${name}:80 (Ingress extension-demo/${by}).\n`,
];
const notReady = (name: string, by: string) => [
  503,
  `503 Service Temporarily Unavailable: no ready endpoint for Service extension-demo/${name}:80 (Ingress extension-demo/${by})\n`,
];
const notFound = (address: string) => [404, `404 Not Found: no Ingress of this controller takes ${address}\n`];

async function ask(routes: Routes, host: string, path = "/", method = "GET") {
  const console = ({ method }: { method: string }) => Promise.resolve({ status: 200, body: `${method} to the console` });
  const request = { host, path, method, query: new URLSearchParams(), headers: {}, body: "" };
  const { status, body } = await ingressHandler(() => routes, console)(request);
  return [status, body];
}

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
])("a wrong Ingress of an extension would look right in the sandbox: %s", async (_, host, path, expected) => {
  expect(await ask(routes, host, path)).toEqual(expected);
});

const tlsIngress = (namespace: string, name: string, tls: object[], ingressClassName = "nginx"): Ingress => ({
  metadata: { namespace, name },
  spec: { ingressClassName, tls },
});

test("nobody could sign in at a console behind the ingress controller: its pages and forms would not be answered", async () => {
  const console: Routes = {
    ...routes,
    ingresses: [{ ...ingress("ks-console", "ks.example.org", [["Prefix", "/", "ks-console"]]) }].map(inSystem),
    services: [inSystem(service("ks-console"))],
    endpointSlices: [inSystem(slice("ks-console", true))],
  };
  expect(await ask(console, "ks.example.org")).toEqual([200, "GET to the console"]);
  expect(await ask(console, "ks.example.org", "/login", "POST")).toEqual([200, "POST to the console"]);
  expect(await ask({ ...console, endpointSlices: [] }, "ks.example.org")).toEqual([
    503,
    "503 Service Temporarily Unavailable: no ready endpoint for Service kubesphere-system/ks-console:80 (Ingress kubesphere-system/ks-console)\n",
  ]);
  expect((await ask(routes, "demo.127.0.0.1.nip.io", "/", "POST"))[0]).toBe(405);
});

const inSystem = <T extends { metadata: object }>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, namespace: "kubesphere-system" },
});

test("a host would answer with another host's certificate", () => {
  const ingresses = [
    tlsIngress("any", "wild", [{ hosts: ["*.example.org"], secretName: "wild" }]),
    tlsIngress("own", "own", [{ hosts: ["other.example.net", "own.example.org"], secretName: "own" }, { hosts: ["bare.example.net"] }]),
    tlsIngress("foreign", "foreign", [{ hosts: ["foreign.example.net"], secretName: "foreign" }], "other"),
  ];
  const secretOf = (host: string) => tlsSecret(host, { ...routes, ingresses });
  expect(secretOf("own.example.org")).toEqual({ namespace: "own", name: "own" });
  expect(secretOf("any.example.org")).toEqual({ namespace: "any", name: "wild" });
  for (const host of ["bare.example.net", "foreign.example.net", "a.b.example.org", "example.net"]) expect(secretOf(host)).toBeUndefined();
  expect([ingresses.slice(0, 1), ingresses.slice(2), routes.ingresses].map((some) => hasTls({ ...routes, ingresses: [...some] }))).toEqual([
    true,
    false,
    false,
  ]);
});
