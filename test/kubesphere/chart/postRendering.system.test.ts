/** What the real kustomize refuses of Helm's output, as the executor passes it on, is what we refuse before anything is made. */
import { spawnSync } from "child_process";
import { mkdtemp } from "fs/promises";
import { join } from "path";
import { checkTwins } from "../../../kubesphere/chart/postRendering";
import { objectsIn } from "../../../cli/extension/helm";
import { readTexts } from "../../../kubesphere/chart/doubleKeys";
import { sharedPaths } from "../../../sandbox/src/paths";
import { writePostRenderer } from "../../../sandbox/src/sim/postRender";
import { getTools } from "../../../sandbox/src/tools";
import { tools, type Tool } from "../../../sandbox/src/tools/catalogue";
import { temporaryFolders } from "../../support/charts";
import { sandboxCache } from "../../support/rendering";

jest.setTimeout(5 * 60_000);

const folder = temporaryFolders();
let kustomize: string;
beforeAll(async () => {
  const paths = sharedPaths({ checkout: join(__dirname, "../../.."), cache: sandboxCache(), bundle: "" });
  const found = await getTools(paths, [tools.find(({ name }) => name === "kustomize") as Tool]);
  kustomize = found.paths["kustomize"] as string;
});

/** What a template renders to, as Helm prints it. */
const document = (template: string, text: string) => `---\n# Source: web/templates/${template}.yaml\n${text}\n`;
/** The same by template, as a render of ours hands it on. */
const textsOf = (manifest: string) =>
  new Map(
    [...manifest.matchAll(/^---\n# Source: web\/(.*)\n([^]*?)(?=^---\n|(?![^]))/gm)].map(
      ([, template, text]) => [template, text] as [string, string],
    ),
  );
const refusedDoubleKeys = (manifest: string) => readTexts(textsOf(manifest)).doubles;
const configMap = (metadata: string, rest = "") => `apiVersion: v1\nkind: ConfigMap\nmetadata: {${metadata}}${rest}`;

const REFUSED: Readonly<Record<string, string>> = {
  "a key twice": document("a", configMap("name: a", "\ndata: {a: b, a: c}")),
  "a key twice in a list": document(
    "a",
    `apiVersion: v1\nkind: List\nitems:\n  - ${configMap("name: a, name: b").replaceAll("\n", "\n    ")}`,
  ),
  "two of one name": document("a", configMap("name: a")) + document("b", configMap("name: a")),
  "two of one name, one with the namespace that none means":
    document("a", configMap("name: a")) + document("b", configMap("name: a, namespace: default")),
  "two of one name in a list":
    document("a", configMap("name: a")) +
    document("b", `apiVersion: v1\nkind: List\nitems:\n  - ${configMap("name: a").replaceAll("\n", "\n    ")}`),
};
const TAKEN: Readonly<Record<string, string>> = {
  "the same name in two namespaces": document("a", configMap("name: a, namespace: b")) + document("a", configMap("name: a, namespace: c")),
  "the same name with and without a namespace": document("a", configMap("name: a")) + document("a", configMap("name: a, namespace: c")),
  "the same name of two kinds": document("a", configMap("name: a")) + document("b", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}"),
  "the same name of two versions":
    document("a", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}") +
    document("b", "apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: a}"),
  "a key twice, but in two maps": document("a", configMap("name: a, labels: {name: a}")),
};

/** What each refuses. */
async function verdicts(manifest: string): Promise<{ kustomize: boolean; ours: boolean }> {
  const place = await mkdtemp(join(await folder({}), "executor-"));
  const { status } = spawnSync(await writePostRenderer(place, "web", kustomize), { cwd: place, input: manifest });
  const refusesTwins = () => {
    try {
      checkTwins("web", objectsIn(manifest));
      return false;
    } catch {
      return true;
    }
  };
  return { kustomize: status !== 0, ours: refusedDoubleKeys(manifest).length > 0 || refusesTwins() };
}

test.each(Object.entries(REFUSED))("%s fails an install half-way, and nobody says so before", async (_, manifest) => {
  expect(await verdicts(manifest)).toEqual({ kustomize: true, ours: true });
});

test.each(Object.entries(TAKEN))("%s installs, and is refused all the same", async (_, manifest) => {
  expect(await verdicts(manifest)).toEqual({ kustomize: false, ours: false });
});

test("hooks and the CRDs of crds/ are refused for what kustomize never sees", () => {
  const hook = configMap("name: a, annotations: {helm.sh/hook: pre-install}", "\ndata: {a: b, a: c}");
  const crd = `---\n# Source: web/crds/a.yaml\n${configMap("name: a")}\n`;
  const manifest = document("a", hook) + document("b", hook) + crd + crd;
  expect(refusedDoubleKeys(manifest)).toEqual([]);
  expect(() => checkTwins("web", objectsIn(manifest))).not.toThrow();
});

test("who has to mend it is told the template, the key and the line; or both templates", () => {
  const manifest = document("first", configMap("name: a")) + document("second", configMap("name: a", "\ndata:\n  a: b\n  a: c"));
  expect(refusedDoubleKeys(manifest)).toEqual([{ key: "a", template: "templates/second.yaml", line: 6 }]);
  expect(() => checkTwins("charts/web", objectsIn(manifest))).toThrow(
    'charts/web: "ConfigMap a twice, by templates/first.yaml and templates/second.yaml" is not allowed; allowed: each object once: ',
  );
});
