/** Who renders charts: Helm itself, be it as a program or within the Kubernetes provider. */
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
  /** What renders, with its version, such as `helm 3.22.0`: two of the same name render alike. */
  readonly id: string;
  /**
   * @returns objects of an install: CRDs and hooks included, test hooks left out, lists taken apart, each with a kind, a name and an apiVersion
   * @throws {@link RenderError}
   */
  render(request: RenderRequest): Promise<readonly RenderedObject[]>;
}

/** The cluster that is rendered for. */
export interface TargetCluster {
  /** Such as `v1.34.3`. */
  readonly kubeVersion: string;
  /** As Helm's `.Capabilities.APIVersions` has them: `apps/v1` and `apps/v1/Deployment`. Empty: Helm's own list. */
  readonly apiVersions: readonly string[];
  /** The kinds that it serves. Empty where nobody could be asked. */
  readonly resources: readonly ApiResource[];
}

/** In Helm's words, without the folders of this machine. */
export class RenderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RenderError";
  }
}
