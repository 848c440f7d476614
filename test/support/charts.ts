/** Charts for tests, on disk. */
import { mkdir, mkdtemp, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { dirname, join } from "path";
import type { ChartFile } from "../../kubesphere/chart/chart";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** The least that an extension can be made of. */
export const SMALL_CHART: Files = {
  "Chart.yaml": "name: web\nversion: 1.2.3\n",
  "values.yaml": "service:\n  port: 8080\n",
  "templates/service.yaml":
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports:\n    - port: {{ .Values.service.port }}\n",
};

/** An extension as its author keeps it for the publishing tool, and with everything that one may say. */
export const EXTENSION: Files = {
  "extension.yaml": `apiVersion: kubesphere.io/v1alpha1
name: shop
version: 2.0.0-rc.1
displayName: { en: Shop, zh: 商店 }
description: { en: Sells things, zh: 卖东西 }
category: database
keywords: [shop]
home: https://shop.example
docs: https://docs.shop.example
sources: [https://git.shop.example]
kubeVersion: ">=1.28.0-0, !=1.30.0"
ksVersion: "~4.1"
maintainers: [{ name: Ann, email: "", url: https://ann.example }]
provider: { en: { name: Shop Ltd., email: "", url: "" } }
icon: ./static/favicon.svg
screenshots: [./static/shot.png, "https://shop.example/shot.png"]
dependencies: [{ name: web, tags: [extension] }]
installationMode: Multicluster
namespace: shop-system
externalDependencies: [{ name: ledger, type: extension, version: ">=1.2", required: true }]
images: [nginx:1.16.0]
`,
  "permissions.yaml": `kind: ClusterRole
rules:
  - { verbs: [get], nonResourceURLs: [/metrics] }
---
kind: Role
rules:
  - { verbs: ["*"], apiGroups: [""], resources: ["*"] }
`,
  "values.yaml": "web: { greeting: hello }\n",
  "README.md": "# Shop\n",
  "README_zh.md": "# 商店\n",
  "CHANGELOG.md": "",
  "static/favicon.svg": "<svg/>",
  "static/shot.png": "png",
  "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.3.0\n",
  "charts/web/templates/configmap.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-web\ndata:\n  greeting: {{ .Values.greeting }}\n",
  "charts/agent/Chart.yaml": "apiVersion: v2\nname: agent\nversion: 0.4.0\n",
  "charts/agent/templates/configmap.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-agent\n",
};

export const chartFiles = (files: Files): ChartFile[] => Object.entries(files).map(([path, data]) => ({ path, data: Buffer.from(data) }));

/** Folders that go when the test file is done. */
export function temporaryFolders() {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
  return async (files: Files): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "chart-"));
    folders.push(folder);
    for (const [path, data] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), data);
    }
    return folder;
  };
}
