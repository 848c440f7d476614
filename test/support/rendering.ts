/** What stands for Helm where no chart is to be rendered: it gives the objects that it was told. */
import { homedir } from "os";
import { join } from "path";
import { RenderError, type ChartRenderer, type RenderRequest } from "../../kubesphere/chart/chartRenderer";
import type { Values } from "../../kubesphere/chart/helmValues";
import type { RenderedObject } from "../../kubesphere/chart/renderedObject";
import type { Rendering } from "../../kubesphere/extension/rendering";
import { findHelm } from "../../cli/extension/helm";
import { noCluster, renderingWith, SAMPLE_VALUES } from "../../cli/shared/rendering";
import { service } from "./rendered";

export const standInRenderer = (render: (request: RenderRequest) => readonly RenderedObject[]): ChartRenderer => ({
  id: "stand-in",
  render: (request) => Promise.resolve().then(() => render(request)),
});

/** @param render what each request gives. Default: the Service of {@link ./charts.SMALL_CHART} */
export const standInRendering = (
  render: (request: RenderRequest) => readonly RenderedObject[] = () => [service("web", "http:8080")],
): Rendering => ({
  renderer: standInRenderer(render),
  cluster: noCluster(),
  injected: SAMPLE_VALUES,
});

/** For charts whose rendering is no concern of the test. */
export const RENDERING = standInRendering();

export const fails = (message: string) => (): never => {
  throw new RenderError(message);
};

/** The real Helm, for tests that may start processes; nothing is remembered from one to the next. */
export async function helmRendering(injected: Values = SAMPLE_VALUES): Promise<Rendering> {
  return renderingWith(await findHelm(sandboxCache()), noCluster(), injected);
}

/** Where the sandbox keeps its tools. */
export const sandboxCache = (): string =>
  process.env["KUBESPHERE_SANDBOX_HOME"] || join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubesphere-luban");
