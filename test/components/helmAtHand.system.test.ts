/** What a run learns from a machine's Helm, beyond the provider's objects. */
import { dirname, join } from "path";
import { helmOn, readByHelm } from "../../components/helmAtHand";
import type { RenderRequest } from "../../kubesphere/chartRenderer";
import { pack, readExtension } from "../../kubesphere/extensionPackage";
import { findHelm } from "../../operate/extension/helm";
import { temporaryFolders, SMALL_CHART } from "../support/charts";
import { sandboxCache, standInRendering } from "../support/rendering";
import { service } from "../support/rendered";

const folder = temporaryFolders();
let helm: string;
beforeAll(async () => {
  helm = await findHelm(sandboxCache());
});

const TWICE = {
  ...SMALL_CHART,
  "templates/labels.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  labels:\n    app: a\n    tier: b\n    app: c\n",
};

async function packed(files: Record<string, string | Uint8Array>, by: string | undefined) {
  const plain = standInRendering(() => [service("web", "http:8080")]);
  return pack(await readExtension(await folder(files)), { ...plain, renderer: readByHelm(plain.renderer, by) });
}

test("a key that stands twice is told before anything is made, with template, key and line, where a run has only objects", async () => {
  await expect(packed(TWICE, helm)).rejects.toThrow(
    "charts/web/templates/labels.yaml: line 8 of what Helm renders of it: the key app stands there twice, which KubeSphere's kustomize refuses",
  );
});

test("a machine's Helm changes nothing of a package, and neither does a machine without one or with one that cannot render", async () => {
  const archives = await Promise.all(
    [helm, undefined, "/nowhere/helm", process.execPath].map(async (by) => (await packed({ ...SMALL_CHART }, by)).archive),
  );
  expect(new Set(archives.map((archive) => Buffer.from(archive).toString("base64"))).size).toBe(1);
});

test("a Helm that appears later reads what was rendered without it: nothing remembered hides a key that stands twice", () => {
  const { renderer } = standInRendering();
  expect(readByHelm(renderer, helm).id).not.toBe(renderer.id);
});

test("Helm is found as a shell finds it, but never in the folder that a command was started from", () => {
  expect(helmOn(`/nowhere:${dirname(helm)}`)).toBe(join(dirname(helm), "helm"));
  expect([helmOn(""), helmOn("/nowhere"), helmOn(`.:`)]).toEqual([undefined, undefined, undefined]);
});

test("a chart that the provider refuses is told in the words of the provider", async () => {
  const request = { values: {} } as unknown as RenderRequest;
  const renderer = { id: "broken", render: () => Promise.reject(new Error("as the provider says it")) };
  await expect(
    readByHelm(renderer, "/nowhere/helm").render({ ...request, cluster: { kubeVersion: "v1.34.0", apiVersions: [], resources: [] } }),
  ).rejects.toThrow("as the provider says it");
});
