/** Renders charts with Helm itself: as an executable, or within the Kubernetes provider. */
import type { ApiResource } from "./apiResources";
import type { Values } from "./helmValues";
import type { RenderedObject } from "./renderedObject";

export interface RenderRequest {
  /** An absolute path: a packed chart (.tgz) or a folder. */
  readonly chart: string;
  readonly release: string;
  readonly namespace: string;
  readonly values: Values;
  readonly cluster: TargetCluster;
  /** Whether the CRDs of folders `crds/` are among the objects: they may be megabytes, and no value changes them. Default: true */
  readonly withCrds?: boolean;
}

export interface ChartRenderer {
  /** The renderer with its version, such as `helm 3.22.0`: two renderers of the same name give the same result. */
  readonly id: string;
  /**
   * @returns the objects of an installation, each with kind, name and apiVersion: with CRDs and hooks, without test hooks, and with the items of lists
   * @throws {@link RenderError}
   */
  render(request: RenderRequest): Promise<readonly RenderedObject[]>;
}

/** The cluster for which charts are rendered. */
export interface TargetCluster {
  /** Such as `v1.34.3`. */
  readonly kubeVersion: string;
  /** In the form of Helm's `.Capabilities.APIVersions`: `apps/v1` and `apps/v1/Deployment`. Empty for Helm's own list. */
  readonly apiVersions: readonly string[];
  /** The kinds that it serves. Empty if there is no cluster. */
  readonly resources: readonly ApiResource[];
}

/** Helm's message, without paths of this machine. */
export class RenderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RenderError";
  }
}
