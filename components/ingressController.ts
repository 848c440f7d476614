import { Namespace } from "@pulumi/kubernetes/core/v1";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { INGRESS_NGINX_NAMESPACE } from "../kubesphere/api";
import type { ChartReference } from "../kubesphere/chart/chartSource";
import type { Values } from "../kubesphere/chart/helmValues";
import { systemLabels } from "../kubesphere/cluster/systemNamespaces";
import { helmRelease } from "./shared/helmRelease";
import { mergedValues } from "./shared/inputValues";

/** The arguments of an {@link IngressController}. */
export interface IngressControllerArgs {
  /** Of ingress-nginx. A chart on disk is read; one elsewhere has its `version`, unless its URL says it. */
  readonly chart: ChartReference;
  /** The IngressClass that the controller serves. @default "nginx" */
  readonly className?: pulumi.Input<string> | undefined;
  /** NodePort for HTTP, 30000–32767. @default 30888 */
  readonly httpNodePort?: pulumi.Input<number> | undefined;
  /** NodePort for HTTPS, 30000–32767. Default: the cluster chooses one. */
  readonly httpsNodePort?: pulumi.Input<number> | undefined;
  /** Further values of the chart; they win over the component's own. A secret stays one in state and preview. @default {} */
  readonly values?: pulumi.Input<Values> | undefined;
}

/**
 * The ingress controller, ingress-nginx, in its namespace of that name, reached through NodePorts.
 *
 * @throws when the chart is not there, is no chart, or is another version than the one wanted.
 */
export class IngressController extends pulumi.ComponentResource {
  /** The Helm release of ingress-nginx. */
  readonly release: Release;

  constructor(name: string, args: IngressControllerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { chart, className = "nginx", httpNodePort = 30888, httpsNodePort, values = {} } = args;
    // What it was called in versions before 0.2.0.
    const aliases = [...(opts.aliases ?? []), { type: "kubesphere:index:IngressNginx" }];
    super("kubesphere:index:IngressController", name, { chart, className, httpNodePort, httpsNodePort, values }, { ...opts, aliases });
    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: { name: INGRESS_NGINX_NAMESPACE, labels: systemLabels } },
      { parent: this },
    );
    const own: Values = {
      controller: {
        ingressClass: className,
        ingressClassResource: { name: className },
        service: { type: "NodePort", nodePorts: { http: httpNodePort, ...(httpsNodePort !== undefined && { https: httpsNodePort }) } },
      },
    };
    this.release = helmRelease(
      `${name}-release`,
      { name: "ingress-nginx", namespace: namespace.metadata.name, chart, values: mergedValues(own, values) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
