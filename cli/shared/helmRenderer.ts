/** Renders charts with Helm's executable, for commands and tests. */
import { RenderError, type ChartRenderer, type RenderRequest } from "../../kubesphere/chart/chartRenderer";
import { helmTemplate } from "./helmTemplate";
import type { RenderedObject } from "../../kubesphere/chart/renderedObject";
import { objectsIn } from "../extension/helm";
import { Failure } from "./command";

/** @param helm the executable @param version its version, such as `3.22.0` */
export const helmRenderer = (helm: string, version: string): ChartRenderer => ({
  id: `helm ${version}`,
  async render(request: RenderRequest): Promise<readonly RenderedObject[]> {
    const { isRendered, stdout, stderr } = await helmTemplate(helm, request);
    if (!isRendered) throw new RenderError(readable(stderr));
    return objectsFrom(stdout);
  },
});

/** Unlike Helm, this limits the size of YAML aliases. */
function objectsFrom(rendered: string): readonly RenderedObject[] {
  try {
    return objectsIn(rendered);
  } catch (error) {
    throw error instanceof Failure ? new RenderError(error.message) : error;
  }
}

const readable = (stderr: string) =>
  (/^Error: ([^]*)/m.exec(stderr)?.[1] ?? stderr)
    .replace(/^(?:INSTALLATION FAILED: )/, "")
    .replace(/\n\nUse --debug flag[^\n]*/, "")
    .trim();
