import { kubesphereOfChart, lineOfChart, lineOfKubeSphere, versionOfChart } from "../../../kubesphere/ksCore/chartLines";

test.each([
  ["1.0.0", "4.1.2"],
  ["1.1.2", "4.1.2"],
  ["1.1.3", "4.1.2"],
  ["1.1.4", "4.1.3"],
  ["1.1.5", "4.1.3"],
  ["1.2.0-rc.1", "4.2"],
  ["1.2.3-20251118", "4.2"],
  ["v1.2.4", "4.2"],
  ["2.0.0", "4.2"],
])("a stack's values would be written for another release: ks-core %s is one of KubeSphere %s", (chart, kubesphere) => {
  expect(lineOfChart(chart)?.kubesphere).toBe(kubesphere);
});

test.each([undefined, "latest", ""])("what is no version (%s) would be guessed at", (chart) => {
  expect([lineOfChart(chart), lineOfKubeSphere(chart), kubesphereOfChart(chart)]).toEqual([undefined, undefined, undefined]);
});

test.each([
  ["v4.1.1", "4.1.2"],
  ["4.1.2", "4.1.2"],
  ["v4.1.3", "4.1.3"],
  ["4.2.0-community", "4.2"],
  ["v4.2.1", "4.2"],
])("a running KubeSphere %s would be taken for another line than %s", (version, kubesphere) => {
  expect(lineOfKubeSphere(version)?.kubesphere).toBe(kubesphere);
});

test("the museum of 4.2 would be switched on behind the stack's back: its key is another one, which is known from documents alone", () => {
  const museums = ["1.1.3", "1.1.5", "1.2.4"].map((chart) => lineOfChart(chart)).map((line) => [line?.museum, line?.isOpen]);
  expect(museums).toEqual([
    ["ksExtensionRepository", true],
    ["ksExtensionRepository", true],
    ["kseExtensionRepository", false],
  ]);
});

test("extensions would be judged by a KubeSphere that nobody has told of", () => {
  expect(["1.1.3", "1.1.5", "1.2.1", "1.2.3-20251118", "1.2.4", "1.2.9"].map(kubesphereOfChart)).toEqual([
    ...["4.1.2", "4.1.3", "4.2.0", "4.2.0", "4.2.1"],
    undefined,
  ]);
});

test.each([
  ["its own Chart.yaml", { chart: "https://m.example/ks-core-1.1.3.tgz", stated: { version: "1.2.4" } }, "1.2.4"],
  ["the version beside an OCI address", { chart: "oci://m.example/kse/ks-core", version: "1.2.4" }, "1.2.4"],
  ["the version beside a repository", { chart: "ks-core", repository: "https://m.example/main", version: "1.1.5" }, "1.1.5"],
  ["an archive's name", { chart: "https://m.example/main/ks-core-1.1.5.tgz?token=a-1.2.4.tgz" }, "1.1.5"],
  ["an archive's name without a folder", { chart: "ks-core-1.1.5.tgz" }, "1.1.5"],
  ["nothing", { chart: "https://m.example/ks-core.tgz" }, undefined],
  ["nothing, of a chart of somebody else's", { chart: "https://m.example/our-ks-core-1.1.5.tgz" }, undefined],
])("the chart's version is not guessed: %s says it", (_, chart, version) => {
  expect(versionOfChart(chart)).toBe(version);
});
