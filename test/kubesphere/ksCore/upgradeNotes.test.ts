import { lineOfChart, type ChartLine } from "../../../kubesphere/ksCore/chartLines";
import { menuNotes, upgradeNotes, type UpgradedExtension } from "../../../kubesphere/ksCore/upgradeNotes";

const line = (chart: string) => lineOfChart(chart) as ChartLine;
const notes = (from: string, to: string, extensions: readonly UpgradedExtension[] = []) =>
  upgradeNotes({ from: line(from), to: line(to), extensions });

const OLD: UpgradedExtension = {
  name: "shop",
  gone: [
    { place: "topbar", by: "JSBundle shop-js" },
    { place: "project", by: "ExtensionEntry shop" },
  ],
};

test("an upgrade would move what no release's diff shows: values, a webhook, finalizers, Repositories", () => {
  expect(notes("1.1.3", "1.1.5")).toEqual([
    "ks-core goes from KubeSphere 4.1.2 to 4.1.3: of the chart's values, role is multicluster.role, hostClusterName is multicluster.hostClusterName, apiserver.image.pullSecrets is global.imagePullSecrets, console.image.pullSecrets is global.imagePullSecrets, controller.image.pullSecrets is global.imagePullSecrets, ksExtensionRepository.image.pullSecrets is global.imagePullSecrets; hook.resources and ksCRDs.kubectl.resources are read no more; what this program writes itself it writes under the new name",
    "ks-core goes from KubeSphere 4.1.2 to 4.1.3: a webhook is new, protector.kubesphere.io: while ks-core runs, nobody deletes kubesphere-system, kubesphere-controls-system, default or kube-*",
    "ks-core goes from KubeSphere 4.1.2 to 4.1.3: its finalizer kubesphere.io/cascading-deletion is on namespaces of a workspace alone. Others that were there before keep finalizers.kubesphere.io/namespaces, which nobody takes off any more: `npx luban doctor --fix` does",
    "ks-core goes from KubeSphere 4.1.2 to 4.1.3: Repositories need updateStrategy.timeout, which this program writes, and have no spec.image; those of others are to be looked at",
  ]);
});

test("menu entries would be gone after the way to 4.2, and nobody would have been told whose", () => {
  const step = "ks-core goes from KubeSphere 4.1.3 to 4.2 (known from documents): ";
  const value =
    "of the chart's values, ksExtensionRepository is kseExtensionRepository; what this program writes itself it writes under the new name";
  const licence = "it wants a licence, which is bound to the output clusterId: without one, the console asks for it";
  expect(notes("1.1.5", "1.2.4", [OLD, { name: "demo", gone: [] }])).toEqual([
    step + value,
    `${step}the console's menus topbar and project are gone, and with them the menu entries of shop (JSBundle shop-js: topbar → global), shop (ExtensionEntry shop: project → workspace)`,
    step + licence,
  ]);
  expect(notes("1.1.5", "1.2.4")[1]).toBe(
    `${step}the console's menus topbar and project are gone; no extension of this stack is known to have an entry there`,
  );
});

test("an upgrade over two lines would tell of one of them", () => {
  expect(notes("1.1.2", "1.2.1")).toEqual([...notes("1.1.3", "1.1.4"), ...notes("1.1.5", "1.2.4")]);
});

test("every run would warn of an upgrade that is done, or of one that is undone", () => {
  expect([notes("1.1.2", "1.1.3"), notes("1.2.1", "1.2.4"), notes("1.2.4", "1.1.5")]).toEqual([[], [], []]);
});

test("a first install of 4.2 would hide a menu entry without a word", () => {
  expect(menuNotes(line("1.2.4"), [OLD])).toEqual([
    expect.stringContaining("the menu entries of shop (JSBundle shop-js: topbar → global)"),
  ]);
  expect([menuNotes(line("1.1.5"), [OLD]), menuNotes(line("1.2.4"), [{ name: "demo", gone: [] }])]).toEqual([[], []]);
});
