/** Which ingress controller a stack has, by its present key, its former one, or none. */
import { controllerOf } from "../../kubesphere/ingress/controllers";
import { ingressWarnings } from "../../settings/ingressWarnings";
import { parseSettings } from "../../settings/parsedSettings";

const parse = (raw: Record<string, unknown>) => parseSettings({ access: { domain: "ks.example.com" }, ...raw }, "dev");
const warnings = (raw: Record<string, unknown>) => ingressWarnings(parse(raw));

test("each controller comes with the chart that the program pins, and a class of its own", () => {
  for (const controller of ["traefik", "haproxy", "nginx", "contour"] as const) {
    const { chart, className } = controllerOf(controller);
    expect(parse({ ingress: { controller } }).ingress).toEqual({
      key: "ingress",
      className,
      installed: { controller, ...chart, values: {} },
    });
  }
});

test("a mirror's chart is taken as it is, with its version alone", () => {
  const { ingress } = parse({ ingress: { controller: "traefik", chart: "oci://registry.example.com/charts/traefik", version: "41.3.0" } });
  expect(ingress.installed).toEqual({
    controller: "traefik",
    chart: "oci://registry.example.com/charts/traefik",
    version: "41.3.0",
    values: {},
  });
});

test("behind somebody else's controller people use any port, and none stands in an address", () => {
  const { ingress, ports, ksCore } = parse({
    ...{ ingress: { controller: "none", className: "traefik" }, ports: { ingress: 80, ingressHttps: 443 } },
    ksCore: { https: { tls: { generate: true } } },
  });
  expect(ingress).toEqual({ key: "ingress", className: "traefik" });
  expect(ports).toMatchObject({ ingress: 80, ingressHttps: 443 });
  expect(ksCore.portal.https).toEqual({ port: 443 });
  expect(parse({ ingressNginx: { install: false }, ports: { ingress: 80 } }).ports.ingress).toBe(80);
});

test("the former key goes on, and what to write instead is said; a stack that names no controller is left in peace", () => {
  expect(parse({ ingressNginx: { install: false, className: "inner" } }).ingress).toMatchObject({
    key: "ingressNginx",
    className: "inner",
  });
  const renamed = "kubesphere:ingressNginx: this key is called kubesphere:ingress now. Write instead: kubesphere:ingress:";
  expect(warnings({ ingressNginx: { install: false, className: "inner" } })).toEqual([`${renamed} {controller: none, className: inner}.`]);
  expect(warnings({ ingressNginx: { chart: "./nginx", version: "4.15.1", values: { a: "hush" } } })).toEqual([
    `${renamed} {controller: ingress-nginx, chart: ./nginx, version: 4.15.1, values: … as they are}.`,
  ]);
  // As the engine hands it over where a stack says nothing of it.
  expect(warnings({ ingress: {} })).toEqual([]);
  expect(parse({ ingress: {}, ingressNginx: { className: "inner" } }).ingress).toMatchObject({ key: "ingressNginx", className: "inner" });
});

test("production is told that nobody mends ingress-nginx, and what goes on with its Ingresses", () => {
  const told = ingressWarnings({ ...parse({}), production: true });
  expect(told).toEqual([
    'kubesphere:ingress: "ingress-nginx" is a risk; better: a controller that somebody keeps, as `production` is true: its project ended in March 2026, ' +
      "and nobody mends what is found in it. `kubesphere:ingress: {controller: traefik, className: nginx}` goes on with its Ingresses and their annotations.",
  ]);
  expect(ingressWarnings({ ...parse({ ingress: { controller: "traefik" } }), production: true })).toEqual([]);
});

test("a console over HTTPS is told of controllers that answer for extensions over HTTP alone", () => {
  const of = (controller: string) =>
    warnings({ ingress: { controller }, ports: { ingressHttps: 30443 }, ksCore: { https: { tls: { generate: true } } } });
  expect(of("contour")).toEqual([expect.stringContaining('kubesphere:ingress: "Contour" is a risk')]);
  expect(of("nginx")).toHaveLength(1);
  expect([...of("traefik"), ...of("haproxy")]).toEqual([]);
});

test("what to write instead of the former key shows no login of a chart's address, and no token", () => {
  const login = { chart: "ingress-nginx", repository: "https://me:hush@charts.example.com/", version: "4.15.1" };
  const told = [login, { chart: "https://charts.example.com/a.tgz?token=hush" }].flatMap((ingressNginx) => warnings({ ingressNginx }));
  expect(told).toHaveLength(2);
  expect(told.join("\n")).not.toContain("hush");
});
