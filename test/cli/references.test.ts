import type { RenderedObject } from "../../cli/extension/helm";
import { brokenReferences } from "../../cli/extension/references";

const object = (apiVersion: string, kind: string, name: string, more: object = {}): RenderedObject =>
  ({ templateFile: "templates/all.yaml", apiVersion, kind, metadata: { name }, ...more }) as RenderedObject;
const found = (...objects: RenderedObject[]) => brokenReferences(objects, "extension-web").map((broken) => broken.found);

const service = object("v1", "Service", "web", { spec: { ports: [{ name: "http", port: 80 }] } });
const ingress = (backend: object) =>
  object("networking.k8s.io/v1", "Ingress", "web", { spec: { rules: [{ host: "web" }, { http: { paths: [{ path: "/", backend }] } }] } });
const bundle = (rawFrom: object) => object("extensions.kubesphere.io/v1alpha1", "JSBundle", "web-js", { spec: { rawFrom } });
const configMap = object("v1", "ConfigMap", "web-cm", { data: { "index.js": "" } });

test("an Ingress that leads nowhere is told, where a browser would only get a 503", () => {
  expect(found(service, ingress({ service: { name: "web", port: { number: 80 } } }))).toEqual([]);
  expect(found(service, ingress({ service: { name: "web", port: { name: "http" } } }))).toEqual([]);
  expect(found(service, ingress({ service: { name: "web", port: { number: 81 } } }))).toEqual([
    "leads to port 81 of the Service web, which has 80 http",
  ]);
  expect(found(service, ingress({ service: { name: "demo", port: { number: 80 } } }))).toEqual([
    "leads to the Service demo, which is not rendered",
  ]);
  const byDefault = { spec: { defaultBackend: { service: { name: "web", port: { name: "https" } } } } };
  expect(found(service, object("networking.k8s.io/v1", "Ingress", "web", byDefault))).toEqual([
    "leads to port https of the Service web, which has 80 http",
  ]);
  const elsewhere = { ...service, metadata: { name: "web", namespace: "default" } };
  expect(found(elsewhere, ingress({ service: { name: "web", port: { number: 80 } } }))).toHaveLength(1);
});

test("a front end that is not in the package is told, where the console would show nothing", () => {
  const key = { name: "web-cm", namespace: "extension-web", key: "index.js" };
  expect(found(configMap, bundle({ configMapKeyRef: key }))).toEqual([]);
  expect(found(configMap, bundle({ configMapKeyRef: { ...key, key: "main.js" } }))).toEqual([
    "reads key main.js of the ConfigMap web-cm, which has index.js",
  ]);
  expect(found(configMap, bundle({ configMapKeyRef: { ...key, namespace: "default" } }))).toEqual([
    "reads the ConfigMap web-cm, which is not rendered",
  ]);
  expect(found(configMap, bundle({ secretKeyRef: key }))).toEqual(["reads the Secret web-cm, which is not rendered"]);
  expect(found(bundle({ url: "http://web" }))).toEqual([]);
});

test("an object that two templates make is told, where Helm would stop", () => {
  expect(found(service, { ...service, template: "templates/other.yaml" })).toEqual(["is made twice, also by templates/all.yaml"]);
});
