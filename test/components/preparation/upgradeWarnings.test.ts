import * as pulumi from "@pulumi/pulumi";
import { runningLine, warnOfUpgrade } from "../../../components/preparation/upgradeWarnings";
import { lineOfChart } from "../../../kubesphere/ksCore/chartLines";
import type { DeclaredExtension } from "../../../settings/extensionSources";

const running = (labels?: Record<string, string>) =>
  runningLine({ read: <T>() => Promise.resolve(labels && ({ metadata: { labels } } as T)) }).then((line) => line?.kubesphere);

test("an upgrade would be taken for none: the running release is what ks-core's own Deployment says", async () => {
  expect(await running({ version: "v4.1.2" })).toBe("4.1.2");
  expect(await running({ version: "v4.2.1" })).toBe("4.2");
  expect([await running({}), await running({ version: "ours" }), await running()]).toEqual([undefined, undefined, undefined]);
});

const shop = (installed: string) =>
  ({
    packages: [
      { package: { name: "shop", version: "1.0.0", learnt: { goneEntries: [{ place: "topbar", by: "JSBundle shop-js" }] } } },
      { package: { name: "shop", version: "2.0.0", learnt: { goneEntries: [] } } },
    ],
    install: { version: installed },
  }) as unknown as DeclaredExtension;

test.each([
  ["the version that is installed", "1.0.0", "and with them the menu entries of shop (JSBundle shop-js: topbar → global)"],
  ["not another version", "2.0.0", "no extension of this stack is known to have an entry there"],
])("a menu entry's end would be told of another version: %s", (_, version, told) => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  warnOfUpgrade(lineOfChart("1.1.5"), lineOfChart("1.2.4"), [shop(version)]);
  expect(warn.mock.calls.flat()).toContainEqual(expect.stringContaining(told));
  warn.mockClear();
  // Nobody knows; or nothing moves.
  warnOfUpgrade(lineOfChart("1.1.5"), undefined, [shop(version)]);
  warnOfUpgrade(lineOfChart("1.1.5"), lineOfChart("1.1.4"), [shop(version)]);
  expect(warn.mock.calls).toEqual([]);
  warnOfUpgrade(undefined, lineOfChart("1.2.4"), [shop(version)]);
  expect(warn.mock.calls).toHaveLength(version === "1.0.0" ? 1 : 0);
  warn.mockRestore();
});
