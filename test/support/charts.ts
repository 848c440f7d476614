/** Charts for tests, on disk. */
import { mkdir, mkdtemp, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { dirname, join } from "path";
import type { ChartFile } from "../../kubesphere/chart";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** The least that an extension can be made of. */
export const SMALL_CHART: Files = {
  "Chart.yaml": "name: web\nversion: 1.2.3\n",
  "values.yaml": "service:\n  port: 8080\n",
  "templates/service.yaml":
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include "web.fullname" . }}\nspec:\n  ports:\n    - port: {{ .Values.service.port }}\n',
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
