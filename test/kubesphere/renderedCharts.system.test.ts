/** Charts of every construct, by the real Helm: which UI each is found to have, and which rights it takes, no more and no less. */
import { pack, readExtension, type ExtensionPackage } from "../../kubesphere/extensionPackage";
import type { Rendering } from "../../kubesphere/rendering";
import { temporaryFolders } from "../support/charts";
import { allRows, refusedRows, type RefusedRow } from "../support/chartTable";
import { rightsIn } from "../support/rightsText";
import { helmRendering } from "../support/rendering";

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

describe("what Helm would not install is refused before anything is made, with the way out", () => {
  test.each(refusedRows.map((row) => [row.what, row] as const))("%s", async (_, row) => {
    const [path, pkg] = await packRow(row);
    await expect(pkg).rejects.toThrow(row.refused.replaceAll("PATH", path));
  });
});
