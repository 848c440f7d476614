import { Namespace } from "@pulumi/kubernetes/core/v1";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { INGRESS_NGINX_NAMESPACE } from "../kubesphere/api";
import type { ChartSource } from "../kubesphere/chartSource";
import { mergeValues, type Values } from "../kubesphere/helmValues";
import { systemLabels } from "../kubesphere/systemNamespaces";
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
  /** Whether the values hold a secret, such as the login of a metrics endpoint. @default false */
  readonly isSecret?: boolean | undefined;
}

/** The ingress controller in its namespace `ingress-nginx`, reached through NodePorts. */
export class IngressNginx extends pulumi.ComponentResource {
  readonly release: Release;

  constructor(name: string, args: IngressNginxArgs, opts?: pulumi.ComponentResourceOptions) {
    const { isSecret = false, ...rest } = args;
    super("kubesphere:index:IngressNginx", name, { ...rest, values: isSecret ? pulumi.secret(args.values) : args.values }, opts);
    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: { name: INGRESS_NGINX_NAMESPACE, labels: systemLabels } },
      { parent: this },
    );
    const values = { ...ingressNginxValues(args) };
    this.release = helmRelease(
      `${name}-release`,
      {
        name: "ingress-nginx",
        namespace: namespace.metadata.name,
        chart: args.chart,
        values: isSecret ? pulumi.secret(values) : values,
      },
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
