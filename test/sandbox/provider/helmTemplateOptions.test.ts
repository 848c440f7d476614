import { readTemplateOptions } from "../../../sandbox/src/provider/kubernetes/helmTemplateOptions";
import { UNKNOWN } from "../../../sandbox/src/provider/values";

const read = (options: unknown) => readTemplateOptions({ jsonOpts: typeof options === "string" ? options : JSON.stringify(options) });

const SERVED = "path, release_name, namespace, values, kube_version, api_versions, skip_crd_rendering, include_test_hook_resources";

test("every option reaches Helm, and what is left out or empty is Go's nothing, as in the official plugin", () => {
  const options = {
    ...{ path: "chart", release_name: "demo", namespace: "extension-demo", values: { a: { b: null } } },
    ...{ kube_version: "1.30", api_versions: ["a/v1"], skip_crd_rendering: true, include_test_hook_resources: true },
  };
  expect(read(options)).toEqual({
    ...{ path: "chart", releaseName: "demo", namespace: "extension-demo", values: { a: { b: null } } },
    ...{ kubeVersion: "1.30", apiVersions: ["a/v1"], skipCrds: true, includeTestHooks: true },
  });
  const nothing = {
    releaseName: "",
    namespace: "",
    values: {},
    kubeVersion: "",
    apiVersions: [],
    skipCrds: false,
    includeTestHooks: false,
  };
  expect(read({ path: "chart" })).toEqual({ path: "chart", ...nothing });
  expect(read({ path: "chart", namespace: null, values: null, chart: "", fetch_opts: null, helm_chart_debug: false })).toEqual({
    path: "chart",
    ...nothing,
  });
});

test.each([
  ["a chart of a repository", { chart: "nginx", repo: "bitnami" }, "chart, repo"],
  ["how to fetch it", { path: "chart", fetch_opts: { repo: "https://example.com" } }, "fetch_opts"],
  ["a name spelled otherwise, which the official plugin passes over", { path: "chart", releaseName: "demo" }, "releaseName"],
])("an option that the stand-in does not serve is named, instead of rendering something else: %s", (_, options, named) => {
  expect(() => read(options)).toThrow(
    new Error(
      `the sandbox's stand-in for the plugin "kubernetes" serves of kubernetes:helm:template only the options ${SERVED}, not ${named}`,
    ),
  );
});

test("options of another form are refused with what was given", () => {
  const said = "failed to unmarshal 'jsonOpts': ";
  expect(() => read({ path: "chart", values: ["a"] })).toThrow(`${said}values is ["a"], not an object`);
  expect(() => read({ path: "chart", api_versions: "v1" })).toThrow(`${said}api_versions is "v1", not a list of strings`);
  expect(() => read({ path: "chart", skip_crd_rendering: "yes" })).toThrow(`${said}skip_crd_rendering is "yes", not true or false`);
  expect(() => read("{")).toThrow(said);
  expect(() => read("[]")).toThrow(`${said}not an object`);
  expect(() => read({ release_name: "demo" })).toThrow("kubernetes:helm:template needs the option path");
  for (const jsonOpts of [UNKNOWN, 1])
    expect(() => readTemplateOptions({ jsonOpts })).toThrow("missing required field 'jsonOpts' of type string");
  expect(() => readTemplateOptions({})).toThrow("missing required field 'jsonOpts' of type string");
});
