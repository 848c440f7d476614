import { settingsSchema } from "../../settings/settings";
import { loadExtensions } from "../../settings/extensionSources";
import { describeProblem } from "../../kubesphere/errors";
import { valueAt } from "../../kubesphere/chart/helmValues";
import { EXTENSION, temporaryFolders } from "../support/charts";
import { fails, standInRendering } from "../support/rendering";

const folder = temporaryFolders();

test("a chart that forbids the value by which an agent is rolled out is refused by the override's key, not by Helm on the member", async () => {
  const source = await folder(EXTENSION);
  const install = { clusterScheduling: { placement: { clusters: ["edge"] }, overrides: { edge: {} } } };
  const { extensions } = settingsSchema.parse({ access: { domain: "www.ks.com" }, extensions: [{ source, install }] });
  const rendering = standInRendering(({ values }) =>
    valueAt(values, "global.kubesphereLuban") === undefined ? [] : fails("global: Additional property kubesphereLuban is not allowed")(),
  );
  const { problems } = await loadExtensions(extensions, rendering);
  expect(problems.map(describeProblem)).toEqual([
    expect.stringMatching(
      /install\.clusterScheduling\.overrides\.edge: "on a member cluster: global: Additional property kubesphereLuban is not allowed" is not allowed/,
    ),
  ]);
});
