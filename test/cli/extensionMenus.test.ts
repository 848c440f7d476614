import { menuFaults } from "../../cli/extension/menus";
import type { RenderedObject } from "../../kubesphere/chart/renderedObject";

const entry = (parent: string): RenderedObject => ({
  ...{
    apiVersion: "extensions.kubesphere.io/v1alpha1",
    kind: "ExtensionEntry",
    metadata: { name: "shop" },
    templateFile: "templates/entry.yaml",
  },
  spec: { entries: [{ parent, name: "shop" }] },
});
const faults = (objects: readonly RenderedObject[], kubesphere?: string, ksVersion = ">=4.0.0-0") =>
  menuFaults(objects, { ksVersion }, kubesphere).map(({ found, isRisk }) => ({ found, isRisk }));
const TOPBAR = "ExtensionEntry shop has its menu entry at topbar, which KubeSphere 4.2 no longer has: it shows none";

test("an extension without a menu entry on 4.2 would pass for one that is shown there", () => {
  expect(faults([entry("topbar")], "4.2.1")).toEqual([{ found: TOPBAR, isRisk: false }]);
  expect(faults([entry("topbar")], "4.2.0-rc.1")).toHaveLength(1);
  expect(faults([entry("topbar")], "4.1.3")).toEqual([]);
  expect(faults([entry("global")], "4.2.1")).toEqual([]);
});

test("where nobody says which KubeSphere it is, ksVersion does: what keeps 4.2 out need not fit it", () => {
  expect(faults([entry("topbar")])).toEqual([{ found: TOPBAR, isRisk: true }]);
  expect(faults([entry("topbar")], undefined, ">=4.1.0-0 <4.2.0-0")).toEqual([]);
  expect(faults([entry("topbar")], undefined, ">=4.2.0-0")).toHaveLength(1);
});

test("a way to mend it would lead nowhere: project's entries go to workspace, with all that hangs on it", () => {
  const mends = ["topbar", "project"].map((place) => menuFaults([entry(place)], { ksVersion: "*" }, "4.2.1")[0]?.mend);
  expect(mends).toEqual([
    "Say global, which 4.1 and 4.2 have; or keep 4.2 out with ksVersion in extension.yaml.",
    "Say workspace, which 4.1 and 4.2 have, and see to its routes and rights; or keep 4.2 out with ksVersion in extension.yaml.",
  ]);
});

test("a FrontendIntegration would wait for a builder that nobody has installed", () => {
  const integration: RenderedObject = {
    ...{ apiVersion: "frontend-forge.kubesphere.io/v1alpha1", kind: "FrontendIntegration", metadata: { name: "shop" } },
    spec: { menus: [{ placement: "topbar" }] },
  };
  const wrong = { found: "FrontendIntegration shop has a menu at topbar, which is none of cluster, workspace, global", isRisk: false };
  expect(faults([integration])).toEqual([
    {
      found: "FrontendIntegration shop is built by the extension frontend-forge alone, and only where its controller is switched on",
      isRisk: true,
    },
    wrong,
  ]);
  const externalDependencies = [{ name: "frontend-forge", version: ">=1.0.0", required: true }];
  expect(menuFaults([integration], { ksVersion: "*", externalDependencies }, undefined).map(({ found }) => found)).toEqual([wrong.found]);
});
