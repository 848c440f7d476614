/** Charts of every construct, by the real Helm: which UI each is found to have, and which rights it takes, no more and no less. */
import { writeFile } from "fs/promises";
import { join } from "path";
import { pack, packagePieces, readExtension, type ExtensionPackage } from "../../../kubesphere/extension/extensionPackage";
import { mergeValues, type Values } from "../../../kubesphere/chart/helmValues";
import type { Rendering } from "../../../kubesphere/extension/rendering";
import { temporaryFolders, type Files } from "../../support/charts";
import { allRows, refusedRows, type RefusedRow, type TableRow } from "../../support/chartTable";
import { rightsIn } from "../../support/rightsText";
import { helmRendering } from "../../support/rendering";

const folder = temporaryFolders();
let rendering: Rendering;
beforeAll(async () => {
  rendering = await helmRendering();
});

const PATH = "kubesphere:extensions[0].install.config";
async function packRow({
  files,
  config = {},
}: Pick<RefusedRow, "files" | "config">): Promise<[path: string, pkg: Promise<ExtensionPackage>]> {
  const path = await folder(typeof files === "function" ? await files() : files);
  return [path, readExtension(path).then((draft) => pack(draft, rendering, { values: config, path: PATH }))];
}

const uiText = ({ learnt: { ui } }: ExtensionPackage) =>
  ui && `${ui.service.name}:${ui.service.port}${ui.service.protocol === undefined ? "" : ` ${ui.service.protocol}`}`;

/** What every release takes, with the base chart's objects in it. */
const usual = (name: string) => ({
  rules: ["configmaps", "ingresses.networking.k8s.io", "secrets create,delete,get,list,patch,update,watch"],
  clusterRules: ["jsbundles.extensions.kubesphere.io create", `jsbundles.extensions.kubesphere.io/${name}-js delete,get,patch`],
});

describe("an extension is what Helm renders", () => {
  test.each(allRows.map((row) => [row.what, row] as const))("%s", async (_, row) => {
    const pkg = await (await packRow(row))[1];
    const { rules, clusterRules } = usual(row.name);
    expect({
      name: pkg.name,
      version: pkg.version,
      ui: uiText(pkg),
      rules: rightsIn(pkg.rules),
      clusterRules: rightsIn(pkg.clusterRules),
    }).toEqual({
      name: row.name,
      version: row.version ?? "1.0.0",
      ui: row.ui,
      rules: [...rules, ...(row.rules ?? [])].sort(),
      clusterRules: [...clusterRules, ...(row.clusterRules ?? [])].sort(),
    });
  });
});

describe("the Ingress that leads to the UI", () => {
  const annotationsOf = async (name: string, values: Values = {}) => {
    const row = allRows.find((it) => it.name === name) as TableRow;
    const pkg = await (await packRow(row))[1];
    const chart = join(await folder({}), "package.tgz");
    await writeFile(chart, packagePieces(pkg));
    const request = {
      chart,
      release: name,
      namespace: "extensions",
      values: mergeValues(rendering.injected, values),
      cluster: rendering.cluster,
    };
    const objects = await rendering.renderer.render(request);
    const [ingress] = objects.filter(({ kind, metadata }) => kind === "Ingress" && metadata.name === `${name}-extension`);
    return ingress?.metadata.annotations;
  };

  test("says by which protocol ingress-nginx is to speak to its Service, and whatever else a stack has it say", async () => {
    const further = { "nginx.ingress.kubernetes.io/proxy-body-size": "64m" };
    expect(await annotationsOf("secure", { base: { extAnnotations: further } })).toEqual({
      ...further,
      "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS",
    });
  });

  test("says nothing else: paths reach the Service as they are asked for", async () => {
    expect(await annotationsOf("role")).toBeUndefined();
  });
});

test("the CRDs of crds/ are rendered for who does not ask for them", async () => {
  const row = allRows.find(({ name }) => name === "crds-folder") as TableRow;
  const request = { chart: await folder(row.files as Files), release: "a", namespace: "b", values: {}, cluster: rendering.cluster };
  const kinds = async (withCrds?: boolean) =>
    (await rendering.renderer.render({ ...request, ...(withCrds !== undefined && { withCrds }) })).map(({ kind }) => kind);
  expect([await kinds(), await kinds(false)]).toEqual([["CustomResourceDefinition", "Mouse"], ["Mouse"]]);
});

describe("what Helm would not install is refused before anything is made, with the way out", () => {
  test.each(refusedRows.map((row) => [row.what, row] as const))("%s", async (_, row) => {
    const [path, pkg] = await packRow(row);
    await expect(pkg).rejects.toThrow(row.refused.replaceAll("PATH", path));
  });
});
