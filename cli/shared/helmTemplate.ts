/** `helm template` of a local chart, without network access and without the user's Helm settings. */
import { execFile } from "child_process";
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import type { RenderRequest } from "../../kubesphere/chart/chartRenderer";
import { renderEnvironment } from "../../kubesphere/chart/helmEnvironment";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";

export interface Templated {
  readonly isRendered: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param helm the executable; if it cannot be started, `stderr` has the reason */
export async function helmTemplate(
  helm: string,
  { chart, release, namespace, values, cluster, withCrds = true }: RenderRequest,
): Promise<Templated> {
  const folder = await temporaryFolder("values");
  try {
    const file = join(folder, "values.yaml");
    await writeFile(file, JSON.stringify(values), { mode: 0o600 });
    const versions = cluster.apiVersions.flatMap((it) => ["--api-versions", it]);
    const args = [
      ...["template", release, chart, "--namespace", namespace, "--values", file, ...(withCrds ? ["--include-crds"] : []), "--skip-tests"],
      ...["--kube-version", cluster.kubeVersion, ...versions],
    ];
    return await new Promise((done) => {
      const options = { env: renderEnvironment(folder), maxBuffer: Infinity };
      execFile(helm, args, options, (error, stdout, stderr) =>
        done({ isRendered: error === null, stdout, stderr: stderr || (error?.message ?? "") }),
      );
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
