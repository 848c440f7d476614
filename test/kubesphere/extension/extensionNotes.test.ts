import { notesOf } from "../../../kubesphere/extension/extensionNotes";
import { readExtension } from "../../../kubesphere/extension/extensionPackage";
import { learn } from "../../../kubesphere/extension/rendering";
import type { RenderedObject } from "../../../kubesphere/chart/renderedObject";
import { SMALL_CHART, temporaryFolders, type Files } from "../../support/charts";
import { ingress, rendered, service } from "../../support/rendered";
import { standInRendering } from "../../support/rendering";

const folder = temporaryFolders();
const notes = async (objects: readonly RenderedObject[], files: Files = {}, values = {}) =>
  (
    await learn(
      await readExtension(await folder({ ...SMALL_CHART, ...files })),
      standInRendering(() => objects),
      { values, path: "config" },
    )
  ).notes;
const CHOOSE =
  "to choose: `base: {extSvcName: …, extSvcPort: …}` in the extension's install.config, or `service: {name: …, port: …}` in an extension.yaml beside the chart's Chart.yaml (`service: false`: none)";
const TWO = [service("web", "http:80"), service("admin", "http:81")];

describe("what was decided for the user is told, with the line that says otherwise", () => {
  test("which of several Services the UI is", async () => {
    expect(await notes(TWO)).toEqual([`its UI is web:80, since it is named after the release; it could be admin:81; ${CHOOSE}`]);
  });

  test("that none of several was chosen", async () => {
    expect(await notes([service("a", "http:80"), service("b", "http:81")])).toEqual([
      `it gets no UI, as it could be a:80 or b:81; ${CHOOSE}`,
    ]);
  });

  test("and nothing where there was nothing to decide, or somebody has", async () => {
    expect(await notes([service("web", "http:80")])).toEqual([]);
    expect(await notes([rendered("v1 ConfigMap web")])).toEqual([]);
    expect(await notes([...TWO, ingress("web", "x", "/ admin:81")])).toEqual([]);
    expect(await notes(TWO, { "extension.yaml": "service: {name: admin, port: 81}\n" })).toEqual([]);
    expect(await notes(TWO, { "extension.yaml": "service: false\n" })).toEqual([]);
    expect(await notes(TWO, {}, { base: { extSvcName: "admin", extSvcPort: 81 } })).toEqual([]);
  });
});

describe("rights over the whole cluster that are wide are told, derived or stated", () => {
  const role = (kind: string, verbs: string[], more = {}) =>
    rendered(`rbac.authorization.k8s.io/v1 ${kind} web`, { rules: [{ apiGroups: ["*"], resources: ["*"], verbs, ...more }] });

  test("by what they allow, a few of many", async () => {
    expect(await notes([role("ClusterRole", ["*"])])).toEqual([
      "its executor gets wide rights in the whole cluster: * *.*. `npx luban extension inspect SOURCE` says what for",
    ]);
    const stated = { "permissions.yaml": "kind: ClusterRole\nrules: [{nonResourceURLs: ['/logs/*'], verbs: [get]}]\n" };
    expect(await notes([], stated)).toEqual([expect.stringContaining(": get /logs/*. ")]);
    const twice = "kind: ClusterRole\nrules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]\n";
    expect(await notes([], { "permissions.yaml": `${twice}---\n${twice}` })).toEqual([expect.stringContaining(": * *.*. ")]);
  });

  test("but not those within its own namespace, nor any that name what they allow", async () => {
    expect(await notes([role("Role", ["*"])])).toEqual([]);
    expect(await notes([role("ClusterRole", ["get"], { apiGroups: [""], resources: ["pods"] })])).toEqual([]);
  });
});

test("an extension with a front end of its own has no UI to be chosen", () => {
  const told = {
    ui: undefined,
    undecided: ["a:80"],
    clusterRules: [],
    rules: [],
    added: { clusterRules: [], rules: [] },
    hosts: [],
    hasFrontEnd: true,
  };
  expect(notesOf({ wrapped: undefined, rights: () => told } as never, told)).toEqual([]);
});
