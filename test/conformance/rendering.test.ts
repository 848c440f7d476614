/** `kubernetes:helm:template`, by which the program renders charts inside a run, beside what Helm's own executable says of them. */
import { mkdirSync } from "fs";
import { join } from "path";
import { CORE_SCHEMA, boolYaml11Tag, intYaml11Tag, loadAll } from "js-yaml";
import { run, succeeded } from "../support/sandbox";
import { answersOf, pulumi, type Invoked, type Outcome, type Stack } from "./engine";
import { kubeconfig } from "./kubeconfigs";
import { eventually } from "./lifecycle/platform";
import { charts, writeChart, type RenderedChart } from "./renderedCharts";
import { place, type Place } from "./sandbox";
import { withStack } from "./stack";
import { isObject, type JsonObject } from "./vectors";

const [RELEASE, NAMESPACE] = ["release", "extension-rendered"];

let here: Place;
beforeAll(async () => {
  here = await place();
});

/** Calls the function once for each of the options, in one preview. */
async function rendered(
  stack: Stack,
  options: readonly JsonObject[],
  config = "$admin",
): Promise<{ answers: readonly JsonObject[]; outcome: Outcome }> {
  const invoked: Invoked = Object.fromEntries(
    options.map((each, index) => [index, ["kubernetes:helm:template", { jsonOpts: JSON.stringify(each) }]]),
  );
  const outcome = await pulumi(stack, { command: "preview" }, [], { kubeconfig: kubeconfig(here, config, stack.cwd) }, invoked);
  return { answers: Object.values(answersOf(stack)), outcome };
}

const schema = CORE_SCHEMA.withTags(intYaml11Tag, boolYaml11Tag);

/** What Helm's executable renders of the chart: with CRDs and without tests, as the function by default. */
async function byHelm({ env }: Stack, chart: string, flags: readonly string[], values?: JsonObject): Promise<JsonObject[]> {
  const set = Object.entries(values ?? {}).flatMap(([key, value]) => ["--set-json", `${key}=${JSON.stringify(value)}`]);
  const args = ["template", RELEASE, chart, "--namespace", NAMESPACE, ...flags, ...set];
  return (loadAll(succeeded(await run("helm", args, { env })), { schema }) as unknown[]).filter(isObject);
}

/** As the plugin's documentation has it: objects without kind or version are none, and those of namespaces are in the given one. */
function expected(objects: readonly JsonObject[], { clusterWide = [] }: Partial<RenderedChart> = {}): JsonObject[] {
  return objects
    .filter(({ apiVersion, kind }) => apiVersion && kind)
    .map((object) => {
      const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
      if (clusterWide.includes(`${String(object["kind"])}/${String(metadata["name"])}`)) return object;
      return { ...object, metadata: { namespace: NAMESPACE, ...metadata } };
    });
}

const asSet = (objects: unknown) => new Set((objects as JsonObject[]).map((object) => canonical(object)));
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );

test("a chart would be rendered in a run otherwise than Helm installs it", async () => {
  await withStack(here, "rendering", async (stack) => {
    const folders = await Promise.all(charts.map((chart, index) => writeChart(join(stack.cwd, `charts/${index}`), chart)));
    const { answers } = await rendered(
      stack,
      charts.map(({ values }, index) => ({ path: folders[index], release_name: RELEASE, namespace: NAMESPACE, ...(values && { values }) })),
    );
    for (const [index, chart] of charts.entries()) {
      const found = answers[index]?.["result"] ?? answers[index];
      const objects = await byHelm(stack, folders[index] as string, ["--include-crds", "--skip-tests"], chart.values);
      expect({ chart: chart.name, objects: asSet(found) }).toEqual({ chart: chart.name, objects: asSet(expected(objects, chart)) });
      expect(objects.length > 0 || chart.name === "no object at all").toBe(true);
    }
  });
});

test("what the program asks for would be passed over: no CRDs, tests, a package instead of a folder, no namespace", async () => {
  const [hooks, crds] = charts.filter(({ name }) => /^(hooks|CRDs)/.test(name)) as [RenderedChart, RenderedChart];
  await withStack(here, "options", async (stack) => {
    const folder = await writeChart(join(stack.cwd, "charts/rendered"), { files: { ...crds.files, ...hooks.files } });
    succeeded(await run("helm", ["package", folder, "--destination", stack.cwd], { env: stack.env }));
    const asked = { path: folder, release_name: RELEASE, namespace: NAMESPACE };
    const { answers } = await rendered(stack, [
      { ...asked, skip_crd_rendering: true },
      { ...asked, include_test_hook_resources: true },
      { ...asked, path: "rendered-0.1.0.tgz" },
      { path: folder, release_name: RELEASE },
    ]);
    const [plain, withTests, withoutNamespace] = await Promise.all([
      byHelm(stack, folder, ["--skip-tests"]),
      byHelm(stack, folder, ["--include-crds"]),
      byHelm(stack, folder, ["--include-crds", "--skip-tests"]),
    ]);
    const wanted = [expected(plain), expected(withTests, crds), expected(withoutNamespace, crds), withoutNamespace];
    expect(answers.map(({ result }) => asSet(result))).toEqual(wanted.map(asSet));
    // Hooks come last, as Helm prints them.
    const names = (answers[1]?.["result"] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
    expect(names.filter((name) => !name.includes("."))).toEqual(
      ["own", "before", "after", "tested", "tested-as-formerly"].sort(asHelm(withTests)),
    );
  });
});

/** The order in which Helm printed them. */
function asHelm(objects: readonly JsonObject[]): (a: string, b: string) => number {
  const order = objects.map(({ metadata }) => String((metadata as JsonObject)["name"]));
  return (a, b) => order.indexOf(a) - order.indexOf(b);
}

/** Tells in `data` all that Helm knows of the cluster. */
const ASKING: RenderedChart = {
  name: "capabilities",
  files: {
    "Chart.yaml": '{ apiVersion: v2, name: rendered, version: 0.1.0, kubeVersion: ">=1.25.0-0" }',
    "templates/all.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: capabilities }
data:
  version: {{ .Capabilities.KubeVersion.Version }}
  minor: {{ .Capabilities.KubeVersion.Minor | quote }}
  apiVersions: {{ .Capabilities.APIVersions | sortAlpha | toJson | quote }}
`,
  },
};

const told = (objects: unknown) => {
  const [{ data }] = objects as [{ data: { version: string; minor: string; apiVersions: string } }];
  return { ...data, apiVersions: JSON.parse(data.apiVersions) as string[] };
};

test("a chart for new clusters only would be refused, and others rendered as for an old one: Helm takes the cluster for its own version", async () => {
  await withStack(here, "kube-version", async (stack) => {
    const folder = await writeChart(join(stack.cwd, "charts/rendered"), ASKING);
    const { version, minor } = told(await byHelm(stack, folder, []));
    expect(version).toMatch(/^v1\.\d+\.\d+$/);
    expect(Number(minor)).toBeGreaterThanOrEqual(25);
  });
});

test("a chart would be rendered for another cluster than it is installed on: version and API groups are the cluster's, or those given", async () => {
  await withStack(here, "capabilities", async (stack) => {
    const folder = await writeChart(join(stack.cwd, "charts/rendered"), ASKING);
    const asked = { path: folder, release_name: RELEASE, namespace: NAMESPACE };
    const given = ["monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor"];
    const always = told(await byHelm(stack, folder, [])).apiVersions;
    // Other tests install CRDs meanwhile, and take them away.
    const ofOthers = await eventually(async () => {
      const { answers } = await rendered(stack, [asked, { ...asked, kube_version: "v1.28.3", api_versions: given }]);
      const [ofCluster, others] = answers.map(({ result }) => told(result)) as [ReturnType<typeof told>, ReturnType<typeof told>];
      // This one asks the cluster, and knows nothing beside it.
      const cluster = told(await byHelm(stack, folder, ["--validate"]));
      const apiVersions = [...new Set([...cluster.apiVersions, ...always])].sort();
      expect({ ...ofCluster, apiVersions: [...new Set(ofCluster.apiVersions)].sort() }).toEqual({ ...cluster, apiVersions });
      return others;
    });
    expect(ofOthers).toEqual({ version: "v1.28.3", minor: "28", apiVersions: [...always, ...given].sort() });
  });
});

test("a preview would fail where the cluster is not there yet: Helm's own version and API groups are told, with a warning", async () => {
  await withStack(here, "unreachable", async (stack) => {
    const folder = await writeChart(join(stack.cwd, "charts/rendered"), ASKING);
    const { answers, outcome } = await rendered(stack, [{ path: folder, release_name: RELEASE, namespace: NAMESPACE }], "$unreachable");
    expect(told(answers[0]?.["result"])).toEqual(told(await byHelm(stack, folder, [])));
    expect(outcome.warnings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^unable to determine cluster's API version: could not get server version from Kubernetes: /),
      ]),
    );
  });
});

test("a chart that fails would fail without its reason", async () => {
  await withStack(here, "failing", async (stack) => {
    const template = (text: string) => writeChart(join(stack.cwd, `charts/${text.length}`), { files: { "templates/a.yaml": text } });
    const empty = join(stack.cwd, "charts/empty");
    mkdirSync(empty, { recursive: true });
    const asked = { release_name: RELEASE, namespace: NAMESPACE };
    const refusing = await template(`{{ fail "why" }}`);
    const { answers } = await rendered(stack, [
      { ...asked, path: refusing },
      { ...asked, path: await template("a: b\n c: d\n") },
      { ...asked, path: empty },
      { ...asked, path: join(stack.cwd, "charts/nowhere") },
      { ...asked, path: refusing, kube_version: "new" },
      { path: refusing },
    ]);
    const said = "failed to generate YAML for specified Helm chart: failed to";
    const reasons = [
      `${said} create chart from template: execution error at (rendered/templates/a.yaml:1:3): why`,
      `${said} create chart from template: YAML parse error on rendered/templates/a.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context`,
      `${said} load chart from temp directory: Chart.yaml file is missing`,
      `${said} load chart from temp directory: stat ${join(stack.cwd, "charts/nowhere")}: no such file or directory`,
      `failed to generate YAML for specified Helm chart: could not get parse kube_version "new" from chart options: could not parse "new" as version`,
      `${said} create chart from template: release name "": no name provided`,
    ];
    expect(answers).toEqual(reasons.map((reason) => ({ error: expect.stringContaining(reason) as string })));
  });
});
