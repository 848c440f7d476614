import { Namespace } from "@pulumi/kubernetes/core/v1";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import type { Values } from "../kubesphere/chart/helmValues";
import { systemLabels } from "../kubesphere/cluster/systemNamespaces";
import { controllerOf, type ControllerName } from "../kubesphere/ingress/controllers";
import type { Entry } from "../kubesphere/ingress/controller";
import { helmRelease, shownChart, type DeclaredChart } from "./shared/helmRelease";
import { mergedValues } from "./shared/inputValues";

/** The arguments of an {@link IngressController}. */
export interface IngressControllerArgs {
  /** Which one: ingress-nginx, traefik, haproxy, nginx (F5's) or contour. @default "ingress-nginx" */
  readonly controller?: ControllerName | undefined;
  /** Of the controller. A chart on disk is read; one elsewhere has its `version`, unless its URL says it. */
  readonly chart: DeclaredChart;
  /** The IngressClass that it serves; `nginx` of Traefik, as plain text: it takes the place of ingress-nginx. Default: the controller's own, such as "nginx". */
  readonly className?: pulumi.Input<string> | undefined;
  /** NodePort for HTTP, 30000–32767. @default 30888 */
  readonly httpNodePort?: pulumi.Input<number> | undefined;
  /** NodePort for HTTPS, 30000–32767. Default: the cluster chooses one. */
  readonly httpsNodePort?: pulumi.Input<number> | undefined;
  /** Further values of the chart; they win over the component's own. A secret stays one in state and preview. @default {} */
  readonly values?: pulumi.Input<Values> | undefined;
}

/**
 * An ingress controller in a namespace of its own, reached through NodePorts.
 *
 * @throws when the chart is not there, is no chart, or is another version than the one wanted.
 */
export class IngressController extends pulumi.ComponentResource {
  /** The Helm release of the controller. */
  readonly release: Release;

  constructor(name: string, args: IngressControllerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { controller, chart, httpNodePort = 30888, httpsNodePort, values = {} } = args;
    const kind = controllerOf(controller ?? "ingress-nginx", typeof args.className === "string" ? args.className : undefined);
    const { className = kind.className } = args;
    // What it was called in versions before 0.2.0.
    const aliases = [...(opts.aliases ?? []), { type: "kubesphere:index:IngressNginx" }];
    const asked = { className, httpNodePort, httpsNodePort, values };
    const inputs = { ...(controller !== undefined && { controller }), chart: shownChart(chart), ...asked };
    super("kubesphere:index:IngressController", name, inputs, { ...opts, aliases });
    const namespace = new Namespace(`${name}-namespace`, { metadata: { name: kind.release, labels: systemLabels } }, { parent: this });
    // Outputs pass through: the values only hold them.
    const own = kind.values({ className, http: httpNodePort, https: httpsNodePort } as Entry);
    this.release = helmRelease(
      `${name}-release`,
      { name: kind.release, namespace: namespace.metadata.name, chart, values: mergedValues(own, values) },
      // Of two controllers the ports can be one's only.
      { parent: this, deleteBeforeReplace: true },
    );
    this.registerOutputs({});
  }
}
