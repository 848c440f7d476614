/** What a render with the texts of its templates costs before Helm is asked. */
import * as within from "../../../kubesphere/chart/chartsWithin";
import { pack, readExtension } from "../../../kubesphere/extension/extensionPackage";
import { SMALL_CHART, temporaryFolders, type Files } from "../../support/charts";
import { service } from "../../support/rendered";
import { standInRendering } from "../../support/rendering";

jest.mock("../../../kubesphere/chart/chartsWithin", () => {
  const actual = jest.requireActual<typeof within>("../../../kubesphere/chart/chartsWithin");
  return { chartsWithin: jest.fn(actual.chartsWithin) };
});

const folder = temporaryFolders();

test("the charts within one that is rendered as an upgrade too are not unpacked once more for it", async () => {
  const unpacked = async (files: Files) => {
    const extension = await readExtension(await folder({ ...SMALL_CHART, ...files }));
    const before = jest.mocked(within.chartsWithin).mock.calls.length;
    const charts: string[] = [];
    await pack(
      extension,
      standInRendering(({ chart }) => (charts.push(chart), [service("web", "http:8080")])),
    );
    return { times: jest.mocked(within.chartsWithin).mock.calls.length - before, isUpgraded: charts.some((it) => it.includes("-upgrade")) };
  };
  const { times, isUpgraded } = await unpacked({});
  expect(isUpgraded).toBe(false);
  expect(await unpacked({ "templates/later.yaml": "{{ if .Release.IsUpgrade }}\n{{ end }}\n" })).toEqual({ times, isUpgraded: true });
});
