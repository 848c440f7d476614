/** Charts rendered by Helm's own program: what commands and tests have at hand. */
import { RenderError, type ChartRenderer, type RenderRequest } from "../../kubesphere/chartRenderer";
import { doubleKeyText, refusedDoubleKeys } from "../../kubesphere/doubleKeys";
import { helmTemplate } from "../../kubesphere/helmTemplate";
import type { RenderedObject } from "../../kubesphere/renderedObject";
import { objectsIn } from "../extension/helm";
import { Failure } from "./command";

/** @param helm the executable @param version its own, such as `3.22.0` */
export const helmRenderer = (helm: string, version: string): ChartRenderer => ({
  id: `helm ${version}`,
  async render(request: RenderRequest): Promise<readonly RenderedObject[]> {
    const { isRendered, stdout, stderr } = await helmTemplate(helm, request);
    if (!isRendered) throw new RenderError(readable(stderr));
    return objectsFrom(stdout);
  },
});

/** Other than Helm, this is bounded in what aliases may stand for, and takes no key that the install would be refused for. */
function objectsFrom(rendered: string): readonly RenderedObject[] {
  try {
    const objects = objectsIn(rendered);
    const [double] = refusedDoubleKeys(rendered);
    if (double !== undefined) throw new RenderError(doubleKeyText(double));
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
