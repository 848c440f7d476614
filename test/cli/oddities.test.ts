import { readExtension } from "../../kubesphere/extension/extensionPackage";
import { oddities } from "../../cli/extension/oddities";
import { SMALL_CHART, temporaryFolders, type Files } from "../support/charts";

const folder = temporaryFolders();
const told = async (files: Files) => (await oddities(await readExtension(await folder({ ...SMALL_CHART, ...files })))).map(textOf);
const textOf = ({ path, found }: { path: string; found: string }) => `${path}: ${found}`;

describe("what Helm takes of a chart, and its author may not have meant, is told with key and line", () => {
  test("a key that stands twice", async () => {
    expect(await told({ "values.yaml": "service: {port: 80}\nservice:\n  port: 81\n" })).toEqual([
      "charts/web/values.yaml: line 2: the key service stands twice in one map, and the last one counts",
    ]);
  });

  test("a map that is merged into another, and not a text that only looks like it", async () => {
    const values = 'service: &all\n  port: 80\n  text: |\n    <<: *all\n  quoted: "<<"\n  more:\n    <<: {a: 1}\n';
    expect(await told({ "values.yaml": values })).toEqual([
      "charts/web/values.yaml: line 7: the key << merges another map, as YAML 1.1 has it and YAML 1.2 no more",
    ]);
  });

  test.each([
    ["name: web\nversion: 1.0.0\nmaintainers:\n  - name: Ann\n  - email: bob@b.example\n", 3],
    ['{"name": "web", "version": "1.0.0", "maintainers": [{"url": "https://b.example"}]}', 1],
  ])("a maintainer without a name: %j", async (chart, line) => {
    expect(await told({ "Chart.yaml": chart })).toEqual([
      `charts/web/Chart.yaml: line ${line}: maintainers: one of them has no name, and the Marketplace shows none of that`,
    ]);
  });

  test("and nothing of a chart that has none of it, or that somebody else reads and refuses", async () => {
    const chart = "name: web\nversion: 1.0.0\nmaintainers: [{name: Ann}]\n";
    expect(
      await told({ "Chart.yaml": chart, "charts/db/Chart.yaml": "name: db\nversion: 1.0.0\n", "charts/db/values.yaml": "a: 'b\n" }),
    ).toEqual([]);
  });
});
