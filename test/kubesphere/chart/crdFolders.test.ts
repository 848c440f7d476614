import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { withCrdFolders } from "../../../kubesphere/chart/crdFolders";
import { isOfCrdsFolder } from "../../../kubesphere/chart/renderedObject";
import { chartFiles } from "../../support/charts";
import { rendered } from "../../support/rendered";

const crd = (name: string) => `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${name} }\n`;
const object = (name: string) => rendered(`apiextensions.k8s.io/v1 CustomResourceDefinition ${name}`);

test("CRDs of crds/ are told from those of templates where a renderer does not say it, also in charts within, packed or not", async () => {
  const files = chartFiles({
    "charts/web/crds/own.yaml": `${crd("own.example")}---\n${crd("second.example")}`,
    "charts/web/charts/db/crds/nested/db.yaml": crd("db.example"),
    "charts/web/charts/packed-1.0.0.tgz": await writeChartArchive(
      "packed",
      chartFiles({ "Chart.yaml": "name: packed\n", "crds/packed.yaml": crd("packed.example") }),
    ),
    "charts/web/templates/crd.yaml": crd("template.example"),
    "charts/web/crds/broken.yaml": "a: 'b\n",
  });
  const names = ["own.example", "second.example", "db.example", "packed.example", "template.example"];
  const found = await withCrdFolders(names.map(object), files);
  expect(found.filter(isOfCrdsFolder).map(({ metadata }) => metadata.name)).toEqual(names.slice(0, 4));
});

test("what a renderer has said stands, and other objects are left as they are", async () => {
  const files = chartFiles({ "crds/a.yaml": crd("a.example") });
  const objects = [{ ...object("a.example"), templateFile: "templates/a.yaml" }, rendered("v1 Secret a.example")];
  expect(await withCrdFolders(objects, files)).toEqual(objects);
});
