import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { INGRESS_NGINX_NAMESPACE } from "../kubesphere/api";
import type { ChartSource } from "../kubesphere/chartSource";
import { mergeValues, type Values } from "../kubesphere/helmValues";
import { helmRelease } from "./helmRelease";

export interface IngressNginxArgs {
  readonly chart: ChartSource;
  /** The IngressClass that the controller serves. */
  readonly className: string;
  /** NodePort for HTTP, 30000–32767. */
  readonly httpNodePort: number;
  /** NodePort for HTTPS, 30000–32767. Default: the cluster chooses one. */
  readonly httpsNodePort?: number | undefined;
  /** Further values of the chart; they win over the program's own. */
  readonly values: Values;
}

/** The ingress controller in its namespace `ingress-nginx`, reached through NodePorts. */
export class IngressNginx extends pulumi.ComponentResource {
  readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: IngressNginxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubesphere:index:IngressNginx", name, args, opts);
    const namespace = new k8s.core.v1.Namespace(`${name}-namespace`, { metadata: { name: INGRESS_NGINX_NAMESPACE } }, { parent: this });
    this.release = helmRelease(
      `${name}-release`,
      { name: "ingress-nginx", namespace: namespace.metadata.name, chart: args.chart, values: ingressNginxValues(args) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

const ingressNginxValues = ({ className, httpNodePort, httpsNodePort, values }: Omit<IngressNginxArgs, "chart">): Values =>
  mergeValues(
    {
      controller: {
        ingressClass: className,
        ingressClassResource: { name: className },
        service: {
          type: "NodePort",
          nodePorts: { http: httpNodePort, ...(httpsNodePort !== undefined && { https: httpsNodePort }) },
        },
      },
    },
    values,
  );
