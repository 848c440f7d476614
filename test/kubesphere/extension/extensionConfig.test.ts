import { configProblems, configText, yamlMistake, type ExtensionConfig } from "../../../kubesphere/extension/extensionConfig";
import type { ExtensionPackage } from "../../../kubesphere/extension/extensionPackage";
import { describeProblem } from "../../../kubesphere/errors";

const PATH = "kubesphere:extensions[0].install.config";
const told = (config: ExtensionConfig, configKeys: string[] | undefined = ["base", "demo", "global"]) =>
  configProblems(PATH, { name: "demo", configKeys } as unknown as ExtensionPackage, config).map(describeProblem);

describe("a config is the YAML text that KubeSphere stores", () => {
  test("text is kept as written, comments too, but for white space at the ends of lines", () => {
    expect(configText("# ours  \ndemo: {a: 1}\t\n")).toBe("# ours\ndemo: {a: 1}\n");
  });

  test("an object becomes YAML, and an empty one nothing", () => {
    expect(configText({ demo: { replicaCount: 2 } })).toBe("demo:\n  replicaCount: 2\n");
    expect(configText({})).toBe("");
  });

  test("trimming takes nothing out of an object's values", () => {
    const config = { demo: { motd: "hello \nworld\n" } };
    expect(JSON.parse(configText(config))).toEqual(config);
  });
});

describe("text that is no YAML map is refused where it goes wrong", () => {
  test.each([
    ["a: 1\nb: [", "line 2: unexpected end of the stream within a flow collection"],
    ["a: 1\na: 2", "line 2: the key a stands twice"],
    ["- a", "this is a list"],
    ["a", "this is a single value"],
    ["a: 1\n---\nb: 2", "these are several documents"],
  ])("%j", (text, mistake) => {
    expect(yamlMistake(text)).toBe(mistake);
  });

  test.each(["", "# nothing yet\n", "a: &x {b: 1}\nc:\n  <<: *x\n"])("%j is one", (text) => {
    expect(yamlMistake(text)).toBeUndefined();
  });
});

describe("what no chart would read is refused, since Helm says nothing of it", () => {
  test("values at the root belong under the chart's name", () => {
    expect(told({ replicaCount: 2 })).toEqual([
      `${PATH}.replicaCount: "[not shown]" is not allowed; allowed: base, demo, global. Values go under the chart's name: demo: {replicaCount: …}.`,
    ]);
    expect(told("replicaCount: 2\n")).toEqual(told({ replicaCount: 2 }));
  });

  test("a misspelt name is told the one that was meant", () => {
    expect(told({ globals: {} })).toEqual([
      `${PATH}.globals: "[not shown]" is not allowed; allowed: base, demo, global. Did you mean global?`,
    ]);
  });

  test("an author's own package may read whatever it likes", () => {
    expect(
      configProblems(PATH, { name: "demo", configKeys: undefined } as ExtensionPackage, { anything: 1, base: { mine: true } }),
    ).toEqual([]);
  });
});

test.each(["https://registry.example.com", "registry.example.com/"])(
  "images are fetched from %s/…, which no runtime takes",
  (imageRegistry) => {
    expect(told({ global: { imageRegistry } })).toEqual([
      `${PATH}.global.imageRegistry: "[not shown]" is not allowed; allowed: a registry host, with port and path where it has them, such as registry.example.com:5000/mirror. Write it without https:// and without a slash at its end.`,
    ]);
  },
);

test.each(["", "registry.lan", "localhost:5000", "10.0.0.1:5000/mirror/kube_sphere", "[fd00::1]:5000"])(
  "%s is called no registry",
  (imageRegistry) => {
    expect(told({ global: { imageRegistry } })).toEqual([]);
  },
);

test("what the base chart and KubeSphere read is typed", () => {
  const good = { extSvcName: "web", extSvcPort: 80, extParent: "topbar", extTitle: "Demo", extDesc: "A demo", extEmbed: "link" };
  expect(told({ base: good, global: { imageRegistry: "registry.example.com", nodeSelector: { disk: "ssd" } }, demo: { any: 1 } })).toEqual(
    [],
  );
  expect(
    told({ base: { extEmbed: "tab", extSvcPort: "80", extName: "x" }, global: { imageRegistry: 1, nodeSelector: { disk: 1 } } }),
  ).toEqual([
    `${PATH}.global.imageRegistry: "[not shown]" is not allowed; allowed: a registry host such as registry.example.com.`,
    `${PATH}.global.nodeSelector.disk: "[not shown]" is not allowed; allowed: a text. Write it in quotes.`,
    `${PATH}.base.extSvcPort: "[not shown]" is not allowed; allowed: a port. Write it without quotes.`,
    `${PATH}.base.extEmbed: "[not shown]" is not allowed; allowed: iframe, link.`,
    `${PATH}.base.extName: "[not shown]" is not allowed; allowed: extSvcName, extSvcPort, extSvcProtocol, extIngress, extAnnotations, extParent, extTitle, extDesc, extEmbed.`,
  ]);
});
