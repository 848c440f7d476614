import { labelManifests } from "../../../sandbox/src/sim/postRender.js";

const objects = (manifests: string): unknown[] =>
  manifests
    .split("---\n")
    .filter((it) => it !== "")
    .map((it) => JSON.parse(it));

test("objects of an extension would not carry its label, and disabling it would not find them", () => {
  const manifests = `---
# Source: demo/templates/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: a }
---
# nothing here
---
apiVersion: v1
kind: Service
metadata:
  name: b
  labels: { app: b, kubesphere.io/extension-ref: other }
`;
  expect(objects(labelManifests(manifests, "demo"))).toEqual([
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", labels: { "kubesphere.io/extension-ref": "demo" } } },
    { apiVersion: "v1", kind: "Service", metadata: { name: "b", labels: { app: "b", "kubesphere.io/extension-ref": "demo" } } },
  ]);
});

test("a chart's values would change on the way: modes, dates and switches are read as Kubernetes reads them", () => {
  const manifests = "kind: X\nmetadata: { name: x }\nspec: { mode: 0755, day: 2026-01-01, start: yes, stop: 'no', port: 080 }\n";
  expect(objects(labelManifests(manifests, "demo"))).toEqual([
    {
      kind: "X",
      metadata: { name: "x", labels: { "kubesphere.io/extension-ref": "demo" } },
      spec: { mode: 493, day: "2026-01-01", start: true, stop: "no", port: 80 },
    },
  ]);
});
