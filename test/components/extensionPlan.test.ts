/** What stands in an extension's plan beside its config: where its agents go, and what it was rolled out again for. */
import * as pulumi from "@pulumi/pulumi";
import type { PreparedExtension } from "../../components/extensionArgs";
import type { Installation } from "../../kubesphere/extension/extensionInstall";
import { installPlan } from "../../kubesphere/extension/extensionObjects";
import type { Values } from "../../kubesphere/chart/helmValues";
import type { ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { install, installation, pkg } from "../support/declaredExtension";
import { only, type Options } from "../support/mocks";

describe("agents on member clusters", () => {
  const multicluster: ExtensionPackage = { ...pkg, metadata: { ...pkg.metadata, installationMode: "Multicluster" } };
  interface Plan {
    readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
    readonly spec: Readonly<Record<string, unknown>>;
  }
  const planOf = async (clusterScheduling?: Installation["clusterScheduling"], more: Partial<Installation> = {}, of = multicluster) => {
    const args = { versions: [of], install: { ...installation, ...more, clusterScheduling } };
    return only((await install({}, args)).resources, "demo-plan").inputs as unknown as Plan;
  };
  const spec = async (...given: Parameters<typeof planOf>) => (await planOf(...given)).spec["clusterScheduling"];
  const NOBODY = { clusterSelector: { matchLabels: { "cluster.kubesphere.io/none": "true" } } };

  test("no cluster is a selector that matches none: without a placement KubeSphere's manager dies at each start, or the agents stay", async () => {
    expect(await spec()).toEqual({ placement: NOBODY });
    expect(await spec({ placement: {} })).toEqual({ placement: NOBODY });
    expect(await spec({ placement: { clusters: [] } })).toEqual({ placement: NOBODY });
    expect(await spec({ placement: { clusters: [], clusterSelector: { matchLabels: { zone: "eu" } } } })).toEqual({
      placement: { clusterSelector: { matchLabels: { zone: "eu" } } },
    });
  });

  test("an extension for the host alone says nothing of clusters, and its plan is as it always was", async () => {
    const { metadata, spec } = await planOf(undefined, {}, pkg);
    expect([Object.keys(metadata.annotations), Object.keys(spec)]).toEqual([
      ["pulumi.com/deletionPropagationPolicy"],
      ["config", "enabled", "extension", "upgradeStrategy"],
    ]);
  });

  test("a run waits for the agents on the clusters that it knows of", async () => {
    const follow = jest.fn(() => Promise.resolve(undefined));
    await install({}, { versions: [multicluster], clusters: ["east"], follow });
    expect(follow).toHaveBeenCalledWith(expect.objectContaining({ name: "demo", clusters: ["east"] }));
  });

  describe("another package reaches agents with values of their own, of which KubeSphere drops the comments", () => {
    const placement = { clusters: ["east"] };
    const words = "\n    package: sha256:0123\n    platform: b550b28d994039e2\n";
    const override = async (config: Values | string, more: Partial<Installation> = {}) =>
      ((await spec({ placement, overrides: { east: config } }, more)) as { overrides: { east: string } }).overrides.east;

    test.each<readonly [string, Values | string, string]>([
      ["a map", { demo: { a: 1 } }, `demo:\n  a: 1\nglobal:\n  kubesphereLuban:${words}`],
      ["nothing", {}, `global:\n  kubesphereLuban:${words}`],
      ["an empty text", "  ", `global:\n  kubesphereLuban:${words}`],
      ["a text, kept as written", "# ours\ndemo: {a: 1}  ", `# ours\ndemo: {a: 1}\nglobal:\n  kubesphereLuban:${words}`],
      ["a text in brackets", "{demo: {a: 1}}", `demo:\n  a: 1\nglobal:\n  kubesphereLuban:${words}`],
      ["a text with global values", "global: {x: 1}\n", `global:\n  x: 1\n  kubesphereLuban:${words}`],
      ["a text that ends in a document's end", "demo: {a: 1}\n...\n", `demo:\n  a: 1\nglobal:\n  kubesphereLuban:${words}`],
    ])("%s", async (_, given, written) => {
      expect(await override(given)).toBe(written);
      expect(await override(given)).toBe(written);
    });

    test("and so does another attempt, but no repair, which is of objects on the host", async () => {
      expect(await override({}, { attempt: "2" })).toBe(`global:\n  kubesphereLuban:${words}    attempt: '2'\n`);
      const scheduled = { ...installation, clusterScheduling: { placement, overrides: { east: {} } } };
      const { spec } = installPlan(multicluster, scheduled, { repaired: "0123456789abcdef: Deployment web is gone" });
      expect(spec.clusterScheduling?.overrides).toEqual({ east: `global:\n  kubesphereLuban:${words}` });
    });
  });

  test("clusters are named or selected, and their values are texts, trimmed as KubeSphere stores them", async () => {
    expect(
      await spec({
        placement: { clusters: ["east"], clusterSelector: { matchLabels: { zone: "eu" } } },
        overrides: { east: { demo: { replicaCount: 3 } }, west: "demo: {replicaCount: 1}  \n" },
      }),
    ).toEqual({
      placement: { clusters: ["east"], clusterSelector: { matchLabels: { zone: "eu" } } },
      overrides: {
        east: "demo:\n  replicaCount: 3\nglobal:\n  kubesphereLuban:\n    package: sha256:0123\n    platform: b550b28d994039e2\n",
        west: "demo: {replicaCount: 1}\nglobal:\n  kubesphereLuban:\n    package: sha256:0123\n    platform: b550b28d994039e2\n",
      },
    });
  });
});

test("what is lost within a release is in its plan, so that it is rolled out again, and is told of; else the plan is as it always was", async () => {
  const plan = async (earlier: PreparedExtension["earlier"], options: Options = {}) =>
    only((await install(options, { earlier })).resources, "demo-plan").inputs as {
      metadata: { annotations: Record<string, string> };
      spec: { config: string };
    };
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const nothing = { mark: undefined, loss: undefined };
  const repair = { mark: "0123456789abcdef: Deployment web is gone", broken: "Deployment web is gone", told: ["the rest"] };
  const [before, after] = [await plan(undefined), await plan({ ...nothing, repair })];
  expect(after.metadata.annotations).toEqual({ ...before.metadata.annotations, "kubesphere-luban/repaired": repair.mark });
  expect(after.spec).toEqual({ ...before.spec, config: `${before.spec.config}# repair 0123456789abcdef\n` });
  expect(warn.mock.calls.map(([words]) => words)).toEqual([
    "extension demo: Deployment web is gone: it is rolled out again, which brings that back",
    "extension demo: the rest",
  ]);
  warn.mockClear();
  expect(await plan({ ...nothing, repair }, { preview: true })).toEqual(after);
  expect(warn).toHaveBeenCalledTimes(2);
  warn.mockClear();
  // In later runs.
  expect(await plan({ ...nothing, repair: { mark: repair.mark, broken: undefined, told: [] } })).toEqual(after);
  expect(await plan(nothing)).toEqual(before);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test("the plan of a lost release says which one it has replaced, and is told of; any other plan says nothing", async () => {
  const annotations = async (args: Partial<PreparedExtension>) =>
    (only((await install({}, args)).resources, "demo-plan").inputs["metadata"] as { annotations: Record<string, string> }).annotations;
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  expect(await annotations({ earlier: { mark: "uid-1", loss: "the namespace extension-demo is gone" } })).toMatchObject({
    "kubesphere-luban/reinstalled": "uid-1",
  });
  expect(warn.mock.calls.map(([words]) => words)).toEqual([expect.stringMatching(/^the namespace extension-demo is gone, /)]);
  warn.mockRestore();
  expect(Object.keys(await annotations({ earlier: { mark: undefined, loss: undefined } }))).not.toContain("kubesphere-luban/reinstalled");
});
