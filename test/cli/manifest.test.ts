import { objectsIn } from "../../cli/extension/helm";

test("a CRD of crds/ stays one, though its author says in the same words where it is from: it takes no rights of the release, and never meets kustomize", () => {
  const crd = "kind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\nmetadata: { name: a.example }";
  const from = "# Source: https://raw.example.com/a/crds/a.yaml\n# Version: 1.0.0";
  const printed = `---\n# Source: web/charts/db/crds/a.yaml\n${from}\n${crd}\n---\n${from}\n${crd.replace("a.example", "b.example")}\n`;
  expect(objectsIn(printed).map(({ templateFile }) => templateFile)).toEqual(["charts/db/crds/a.yaml", "charts/db/crds/a.yaml"]);
});

test("a template is named by its path in the package, whatever its text says of others", () => {
  const printed = "---\n# Source: web/templates/a.yaml\n# Source: other/a.yaml\nkind: A\napiVersion: v1\nmetadata: { name: a }\n";
  expect(objectsIn(printed)).toEqual([{ kind: "A", apiVersion: "v1", metadata: { name: "a" }, templateFile: "templates/a.yaml" }]);
});
