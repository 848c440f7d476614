/** What a reviewer reads, from previews that the real engine printed. */
import { readFileSync } from "fs";
import { join } from "path";
import { asMarkdown } from "../../../cli/preview/markdown";
import { countsOf, exitCodeOf, resourceChangesOf, untoldBy, type Report } from "../../../cli/preview/model";
import { knownLater } from "../../../cli/shared/unknown";
import { resourcesOf } from "../../../cli/preview/resources";
import { asText } from "../../../cli/preview/text";
import type { Step } from "../../../cli/shared/preview";

const recorded = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, `../../vectors/preview/${name}.json`), "utf8")) as { readonly steps: readonly Step[] };
const [replaced, chart] = [recorded("replaced"), recorded("chart")];

const NONE = new Map<string, never>();
const resourcesIn = ({ steps }: { readonly steps: readonly Step[] }) => resourcesOf({ steps, inputs: NONE });
const reportOf = (preview: { readonly steps: readonly Step[] }): Report => {
  const resources = resourcesIn(preview);
  return { stack: "dev", counts: countsOf(resources), warnings: [], resources: resourceChangesOf(resources), packages: [], releases: [] };
};

describe("the resources of a preview", () => {
  test("what is replaced and deleted comes first, with the reason; nothing is told that only repeats something else", () => {
    expect(asText(reportOf(replaced)).split("\n")).toEqual([
      "preview of dev: 2 replaced, 3 deleted, 6 updated, 1 unchanged",
      "!! replaced: demo-namespace, demo-plan; deleted: oauth-test, oauth-test-config, oauth-test-secret",
      "",
      "-/+ Namespace demo-namespace replaced (metadata.name)",
      '      metadata.name: "extension-demo" → "elsewhere"',
      "-/+ InstallPlan demo-plan replaced (together with demo-namespace)",
      "      spec.config: (text of 2 lines) → [secret]",
      "-   OAuthClient oauth-test deleted",
      "-   Secret oauth-test-config deleted",
      "-   RandomPassword oauth-test-secret deleted",
      "~   Extension demo updated",
      "      install.config: {} → [secret]",
      '      install.namespace: "extension-demo" → "elsewhere"',
      "~   ExtensionVersion demo-0.1.0 updated",
      '      spec.namespace: added "elsewhere"',
      "~   ConfigMap demo-0.1.0-chart updated",
      '      binaryData["chart.tgz"]: changed (not shown)',
      "~   ClusterRoleBinding demo-executor-binding updated",
      '      subjects[name=helm-executor.demo].namespace: "extension-demo" → "elsewhere"',
      "~   KsCore ks-core updated",
      "      values: {} → [secret]",
      "~   Release ks-core-release updated",
      "      values: (map of 5) → [secret]",
    ]);
  });

  test("the exit code tells changes from what is lost, and both from nothing", () => {
    const same = { steps: replaced.steps.filter(({ op }) => op === "same") };
    expect([replaced, chart, same].map((preview) => exitCodeOf(reportOf(preview)))).toEqual([3, 2, 0]);
    expect(asText(reportOf(same))).toBe("preview of dev: nothing changes, 1 unchanged");
  });

  test("what the engine leaves in the cluster is no loss: not when it goes from the state, and not when it is made in the place of one that is gone", () => {
    const urn = (name: string) => `urn:pulumi:dev::p::kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition::${name}`;
    const kept = (name: string) => ({
      urn: urn(name),
      type: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
      retainOnDelete: true,
    });
    const of = (op: string, name: string): Step => ({ op, urn: urn(name), oldState: kept(name), newState: kept(name) });
    const goes = { op: "delete", urn: urn("a.example"), oldState: kept("a.example") };
    const steps = [goes, of("create-replacement", "b.example"), of("replace", "b.example"), of("delete-replaced", "b.example")];
    const report = reportOf({ steps });
    expect(report.resources.map(({ operation, name }) => `${operation} ${name}`)).toEqual(["create b.example"]);
    expect([exitCodeOf(report), exitCodeOf(reportOf({ steps: [goes] }))]).toEqual([2, 0]);
  });

  test("a replacement told in several steps is one, whichever of them comes first", () => {
    const [both] = replaced.steps.filter(({ op }) => op === "replace");
    const { newState, oldState, ...step } = both as Step;
    const created = { ...step, op: "create-replacement", newState } as Step;
    const deleted = { ...step, op: "delete-replaced", oldState, replaceReasons: null } as Step;
    const tried = [
      [created, both as Step, deleted],
      [deleted, both as Step, created],
    ];
    for (const steps of tried) expect(resourcesIn({ steps })).toMatchObject([{ name: "demo-namespace", operation: "replace", step: both }]);
  });

  test("what only the run finds out is told in words", () => {
    expect(knownLater("at 04da6b54-80e4-46f7-96ec-b56ff0331ba9, not at 12345678-80e4-46f7-96ec-b56ff0331ba9")).toBe(
      "at (known after apply), not at 12345678-80e4-46f7-96ec-b56ff0331ba9",
    );
  });
});

const report: Report = {
  stack: "prod",
  counts: { delete: 1, update: 1 },
  warnings: [],
  resources: [
    { operation: "delete", type: "kubernetes:core/v1:Secret", name: "old", reasons: [], changes: [] },
    {
      operation: "update",
      type: "kubernetes:core/v1:ConfigMap",
      name: "c",
      reasons: [],
      changes: [{ path: "data.a|b", before: "@all", after: "#1 <b>" }],
    },
  ],
  packages: [
    {
      extension: "web",
      from: "1.0.0",
      version: "1.1.0",
      files: [
        { path: "new.yaml", change: "added" },
        { path: "README.md", change: "changed", diff: ["@@ -1,1 +1,1 @@", "-```sh", "+````sh"] },
      ],
    },
    { extension: "young", version: "1.0.0", files: [] },
  ],
  releases: [
    {
      release: "web",
      namespace: "extension-web",
      extension: "web",
      objects: [
        { apiVersion: "v1", kind: "Service", name: "web", change: "changed", changes: [{ path: "spec.port", before: 80, after: 81 }] },
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          namespace: "n",
          name: "c",
          change: "changed",
          changes: [{ path: "data.text", before: "a: 1\nb: 2\n", after: "a: 1\nb: 3\n" }],
        },
        { apiVersion: "v1", kind: "Secret", name: "gone", change: "deleted", changes: [] },
      ],
    },
    { release: "far", namespace: "n", objects: [], problem: "no such host" },
    { release: "still", namespace: "n", objects: [] },
  ],
};

describe("the report", () => {
  test("for a terminal", () => {
    expect(asText(report).split("\n")).toEqual([
      "preview of prod: 1 deleted, 1 updated, 0 unchanged",
      "!! deleted: old",
      "",
      "-   Secret old deleted",
      "~   ConfigMap c updated",
      '      data.a|b: "@all" → "#1 <b>"',
      "",
      "package of web 1.0.0 → 1.1.0:",
      "  + new.yaml added",
      "  ~ README.md changed",
      "      @@ -1,1 +1,1 @@",
      "      -```sh",
      "      +````sh",
      "package of young 1.0.0: published for the first time",
      "",
      "objects of web in extension-web:",
      "  ~ Service web changed",
      "      spec.port: 80 → 81",
      "  ~ ConfigMap n/c changed",
      "      data.text: - b: 2; + b: 3",
      "  - Secret gone deleted",
      "objects of far in n: they cannot be told: no such host",
      "objects of still in n: none changes",
    ]);
  });

  test("what the program warns of, a CRD that Helm will not change and what stays are no less to see than what changes", () => {
    const kept: Report = {
      ...report,
      counts: {},
      warnings: ["web: CRD foos.example.com: Helm leaves it so <b>"],
      resources: [],
      packages: [{ extension: "web", from: "1.0.0", version: "1.1.0", files: [{ path: "charts/web/crds/foos.yaml", change: "changed" }] }],
      releases: [{ release: "web", namespace: "n", objects: [], stays: ["PriorityClass first stays: its chart has Helm keep it"] }],
    };
    const note = "(Helm makes CRDs at a first install, and changes and removes none)";
    expect(asText(kept).split("\n")).toEqual([
      "preview of prod: nothing changes, 0 unchanged",
      "",
      "warning: web: CRD foos.example.com: Helm leaves it so <b>",
      "",
      "package of web 1.0.0 → 1.1.0:",
      `  ~ charts/web/crds/foos.yaml changed ${note}`,
      "",
      "objects of web in n: none changes",
      "  = PriorityClass first stays: its chart has Helm keep it",
    ]);
    expect(asMarkdown(kept)).toBe(
      [
        "### Preview of <code>prod</code>: nothing changes, 0 unchanged",
        "> [!WARNING]\n> web: CRD foos.example.com: Helm leaves it so &#60;b&#62;",
        `**Package of web 1.0.0 → 1.1.0**\n\n- changed <code>charts/web/crds/foos.yaml</code> ${note}`,
        "**Objects of web in n**: none changes\n\n- PriorityClass first stays: its chart has Helm keep it",
      ].join("\n\n"),
    );
  });

  test("for a pull request: no name in it mentions anybody, ends a table's cell or a fence", () => {
    expect(asMarkdown(report)).toBe(
      [
        "### Preview of <code>prod</code>: 1 deleted, 1 updated, 0 unchanged",
        "> [!CAUTION]\n> **deleted: old**",
        [
          "|  | resource | why | changed properties |",
          "| --- | --- | --- | --- |",
          "| **deleted** | Secret <code>old</code> |  |  |",
          '| updated | ConfigMap <code>c</code> |  | <code>data.a&#124;b</code>: "&#64;&#8203;all" → "&#35;&#8203;1 &#60;b&#62;" |',
        ].join("\n"),
        "**Package of web 1.0.0 → 1.1.0**",
        "- added <code>new.yaml</code>\n- changed <code>README.md</code>",
        "<details><summary>diffs</summary>",
        "`````diff\n--- README.md\n+++ README.md\n@@ -1,1 +1,1 @@\n-```sh\n+````sh\n`````",
        "</details>",
        "**Package of young 1.0.0**: published for the first time",
        "**Objects of web in extension-web**",
        "<details><summary>3 objects, 1 deleted</summary>",
        [
          "|  | object | properties |",
          "| --- | --- | --- |",
          "| changed | Service web | <code>spec.port</code>: 80 → 81 |",
          "| changed | ConfigMap n/c | <code>data.text</code>: &#45; b: 2; + b: 3 |",
          "| **deleted** | Secret gone |  |",
        ].join("\n"),
        "</details>",
        "**Objects of far in n**: they cannot be told\n\n```\nno such host\n```",
        "**Objects of still in n**: none changes",
      ].join("\n\n"),
    );
  });

  test("too long for a comment it is told in brief where it must be, says so, and keeps what is lost", () => {
    const changes = Array.from({ length: 300 }, (_, index) => ({
      path: `spec.property${index}`,
      before: "a".repeat(60),
      after: "b".repeat(60),
    }));
    const diff = Array.from({ length: 2000 }, (_, index) => `+a line of the diff, the ${index}th`);
    const objects = [{ apiVersion: "v1", kind: "Service", name: "brief", change: "changed", changes } as const];
    const long: Report = {
      ...report,
      packages: [{ extension: "web", from: "1.0.0", version: "1.1.0", files: [{ path: "large.txt", change: "changed", diff }] }],
      releases: [{ release: "web", namespace: "n", objects }, ...report.releases],
    };
    const cut = asMarkdown(long);
    expect(cut.length).toBeLessThan(60_000);
    expect(cut).toContain("**deleted: old**");
    expect(cut).toContain("- changed <code>large.txt</code>");
    expect(cut).not.toContain("a line of the diff");
    expect(cut).toContain("| changed | Service brief |");
    expect(cut).toContain("| **deleted** | Secret gone |");
    expect(cut).toContain("_Not all of it fits into a comment: <code>npx luban preview --stack prod</code> shows it._");
    expect(asMarkdown(report)).not.toContain("Not all of it");
  });
});

test("what the report says itself the program does not say in it once more", () => {
  const stays = "CustomResourceDefinition foos.example stays: Helm never removes it; kubectl delete crd foos.example";
  const releases = [{ release: "shop", namespace: "shops", objects: [], stays: [stays] }];
  const there = (...names: string[]) =>
    `${names.join(", ")}: already in the cluster, and made by no Pulumi program. To take it in: npx luban adopt`;
  const inTheWay = ["Namespace shops", "ClusterRole web"];
  const warnings = [`extension shop goes, and ${stays}`, "extension shop goes, and nobody knows", there(...inTheWay), "else"];
  expect(untoldBy({ releases, inTheWay }, warnings)).toEqual(["extension shop goes, and nobody knows", "else"]);
  expect(untoldBy({ releases: [], inTheWay }, [there("Secret a/b", ...inTheWay)])).toEqual([there("Secret a/b")]);
});
