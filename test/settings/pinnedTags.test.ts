/** A tag that stays behind: the chart is upgraded, "upgraded" is told, and the old images run on. */
import * as pulumi from "@pulumi/pulumi";
import { parseSettings } from "../../settings/parsedSettings";
import { pinnedTags, warnOfPinnedTags } from "../../settings/pinnedTags";

const settings = (raw: object) => parseSettings({ access: { nodeIP: "192.168.50.208" }, ...raw }, "dev");
const core = (appVersion?: string) => ({
  ksCore: { chart: "./ks-core", ...(appVersion && { appVersion }) },
  ingress: undefined,
  harbor: undefined,
});
const pinning = (tag: unknown, more: object = {}) => settings({ ksCore: { chart: "./ks-core", values: { global: { tag } }, ...more } });
const told = (path: string, tag: string, better: string) =>
  `kubesphere:${path}: ${tag} is a risk; better: ${better}. With it an upgrade of the chart leaves the images as they are. Leave it out.`;
const TAG = "ksCore.values.global.tag";

test("a tag of another version than the chart's is told in each run", () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  warnOfPinnedTags(pinning("v4.1.2"), core("v4.1.3"));
  expect(warn.mock.calls).toEqual([[told(TAG, '"v4.1.2"', "v4.1.3, the chart's appVersion")]]);
  warn.mockRestore();
});

test.each(["v4.1.3", "4.1.3", "", null])("the chart's own tag is called another one (%s)", (tag) => {
  expect(pinnedTags(pinning(tag), core("v4.1.3"))).toEqual([]);
});

test("a chart's version that the configuration states counts where the chart is elsewhere, and an unknown one hides nothing", () => {
  expect(pinnedTags(pinning("v4.1.2", { kubesphereVersion: "4.1.3" }), core())).toEqual([
    told(TAG, '"v4.1.2"', "4.1.3, the chart's appVersion"),
  ]);
  expect(pinnedTags(pinning("v4.1.2", { kubesphereVersion: "4.1.2" }), core())).toEqual([]);
  expect(pinnedTags(pinning(4.1), core())).toEqual([told(TAG, "4.1", "none")]);
  // What the chart says of itself counts more.
  expect(pinnedTags(pinning("v4.1.2", { kubesphereVersion: "4.1.2" }), core("v4.1.3"))).toHaveLength(1);
});

test("of the platform's other images and charts, a tag that stays behind is not told", () => {
  const all = settings({
    ksCore: {
      https: { tls: { secretName: "own" } },
      chart: "./ks-core",
      values: { apiserver: { image: { tag: "v4.1.1" } }, redis: { image: { tag: "7.2.4-alpine" } } },
    },
    ingress: { chart: "./ingress-nginx", values: { controller: { image: { tag: "v1.12.0" } } } },
    ports: { ingressHttps: 30443 },
    harbor: {
      externalURL: "https://harbor.example.com",
      chart: "./harbor",
      values: { registry: { controller: { image: { tag: "v2.14.0" } } } },
    },
  });
  const sources = {
    ...core("v4.1.2"),
    ingress: { chart: "./ingress-nginx", appVersion: "1.15.1" },
    harbor: { chart: "./harbor", appVersion: "2.15.1" },
  };
  expect(pinnedTags(all, sources).map((line) => line.split(" ")[0])).toEqual([
    "kubesphere:ksCore.values.apiserver.image.tag:",
    "kubesphere:ingress.values.controller.image.tag:",
    "kubesphere:harbor.values.registry.controller.image.tag:",
  ]);
  expect(pinnedTags(all, core("v4.1.1"))).toEqual([]);
});
