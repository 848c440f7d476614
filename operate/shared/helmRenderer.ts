/** Charts rendered by Helm's own program: what commands and tests have at hand. */
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { RenderError, type ChartRenderer, type RenderRequest } from "../../kubesphere/chartRenderer";
import type { RenderedObject } from "../../kubesphere/renderedObject";
import { temporaryFolder } from "../../kubesphere/temporaryFolder";
import { renderEnvironment } from "../../sandbox/src/helmEnvironment";
import { run } from "../../sandbox/src/processes";
import { objectsIn } from "../extension/helm";
import { Failure } from "./command";
import { refusedDoubleKeys } from "./manifest";

/** @param helm the executable @param version its own, such as `3.22.0` */
export const helmRenderer = (helm: string, version: string): ChartRenderer => ({
  id: `helm ${version}`,
  async render({ chart, release, namespace, values, cluster }: RenderRequest): Promise<readonly RenderedObject[]> {
    const folder = await temporaryFolder("values");
    try {
      const file = join(folder, "values.yaml");
      await writeFile(file, JSON.stringify(values), { mode: 0o600 });
      const versions = cluster.apiVersions.flatMap((it) => ["--api-versions", it]);
      const args = [
        ...["template", release, chart, "--namespace", namespace, "--values", file, "--include-crds", "--skip-tests"],
        ...["--kube-version", cluster.kubeVersion, ...versions],
      ];
      const { code, stdout, stderr } = await run(helm, args, { env: renderEnvironment(folder) });
      if (code !== 0) throw new RenderError(readable(stderr));
      return objectsFrom(stdout);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

/** Other than Helm, this is bounded in what aliases may stand for, and takes no key that the install would be refused for. */
function objectsFrom(rendered: string): readonly RenderedObject[] {
  try {
    const objects = objectsIn(rendered);
    const [double] = refusedDoubleKeys(rendered);
    if (double !== undefined)
      throw new RenderError(
        `${double.template}: line ${double.line} of what Helm renders of it: the key ${double.key} stands there twice, which KubeSphere's kustomize refuses`,
      );
    return objects;
  } catch (error) {
    throw error instanceof Failure ? new RenderError(error.message) : error;
  }
}

const readable = (stderr: string) =>
  (/^Error: ([^]*)/m.exec(stderr)?.[1] ?? stderr)
    .replace(/^(?:INSTALLATION FAILED: )/, "")
    .replace(/\n\nUse --debug flag[^\n]*/, "")
    .trim();
