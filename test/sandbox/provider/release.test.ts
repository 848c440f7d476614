import {
  chartAddress,
  fillRelease,
  releaseArguments,
  RELEASE_DEFAULTS,
  valuesOf,
} from "../../../sandbox/src/provider/kubernetes/releaseInputs";

const inputs = { ...RELEASE_DEFAULTS, name: "web", namespace: "team", chart: "./chart", version: "1.0.0", timeout: 300 };
const resource = { urn: "urn:pulumi:s::p::kubernetes:helm.sh/v3:Release::Web", seed: Buffer.from("seed") };

test("an install waits, within its timeout, and gets its values on standard input only", () => {
  const values = ["--values", "-", "--output", "json"];
  expect(releaseArguments("install", inputs, 0)).toEqual([
    "install",
    "web",
    "./chart",
    "--namespace",
    "team",
    ...values,
    "--wait",
    "--timeout",
    "300s",
  ]);
  const unawaited = { ...inputs, skipAwait: true, timeout: 0 };
  expect(releaseArguments("install", unawaited, 0)).toEqual(["install", "web", "./chart", "--namespace", "team", ...values]);
  expect(releaseArguments("install", inputs, 20).slice(-1)).toEqual(["20s"]);
});

test("every setting that is served reaches helm", () => {
  const set = {
    ...inputs,
    atomic: true,
    resetValues: true,
    replace: true,
    disableWebhooks: true,
    maxHistory: 3,
    description: "sha256:1",
    devel: true,
  };
  const install = ["--atomic", "--no-hooks", "--replace", "--description", "sha256:1", "--wait", "--timeout", "300s"];
  expect(releaseArguments("install", set, 0).slice(-install.length)).toEqual(install);
  const upgrade = [
    "--atomic",
    "--no-hooks",
    "--reset-values",
    "--description",
    "sha256:1",
    "--history-max",
    "3",
    "--wait",
    "--timeout",
    "300s",
  ];
  expect(releaseArguments("upgrade", set, 0).slice(-upgrade.length)).toEqual(upgrade);
});

test("a chart from a repository or a registry is pinned; a path or URL is the version itself", () => {
  const repository = "https://charts.example";
  const pinned = chartAddress({ chart: "web", version: "1.0.0", repositoryOpts: { repo: repository, username: "", password: "" } });
  expect(pinned).toEqual({ chart: "web", version: "1.0.0", repository });
  expect(chartAddress({ chart: "oci://r.example/web", version: "1.0.0" })).toEqual({ chart: "oci://r.example/web", version: "1.0.0" });
  expect(chartAddress({ chart: "https://x.example/web.tgz", version: "1.0.0" })).toEqual({ chart: "https://x.example/web.tgz" });
});

test("what the stand-in cannot do is refused by the property's name, not left out", () => {
  const given = { chart: "c", postrender: "x", verify: true, repositoryOpts: { repo: "r", password: "fake", certFile: "c" } };
  const { failures } = fillRelease(resource, {}, given, "default");
  expect(failures.map(({ property }) => property)).toEqual(["postrender", "verify", "repositoryOpts.certFile"]);
});

test("certificates of a registry are heeded where the official provider drops them: without a login", () => {
  const login = { username: "reader", password: "fake" };
  const given = (chart: string, options: object) => chartAddress({ chart, version: "1.0.0", repositoryOpts: { caFile: "ca", ...options } });
  expect(given("oci://r.example/web", {}).caFile).toBeUndefined();
  expect(given("oci://r.example/web", login).caFile).toBe("ca");
  expect(given("https://r.example/web.tgz", {}).caFile).toBe("ca");
});

test("a release without a name keeps the one it was given first", () => {
  const { inputs: first } = fillRelease(resource, {}, { chart: "c", compat: "true" }, "team");
  expect(first).toEqual({
    ...RELEASE_DEFAULTS,
    chart: "c",
    name: expect.stringMatching(/^web-[0-9a-f]{8}$/) as string,
    namespace: "team",
    timeout: 300,
  });
  const again = fillRelease({ ...resource, seed: Buffer.from("another") }, first, { chart: "c" }, "team");
  expect(again.inputs["name"]).toBe(first["name"]);
});

test("a null among the values does not remove a chart's default unless that is allowed", () => {
  const values = { a: null, b: { c: null, d: 1 } };
  expect(valuesOf({ values })).toEqual({ b: { d: 1 } });
  expect(valuesOf({ values, allowNullValues: true })).toEqual(values);
});
