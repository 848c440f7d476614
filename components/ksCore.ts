import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Namespace, Secret } from "@pulumi/kubernetes/core/v1";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { clusterIdentifierAnnotation, CONSOLE_TLS_SECRET, KS_CORE_RELEASE, SYSTEM_NAMESPACE } from "../kubesphere/api";
import type { ChartSource } from "../kubesphere/chartSource";
import { consoleCertificate, consoleIngressValues, type ConsoleHttps } from "../kubesphere/consoleIngress";
import { mergeValues, type Values } from "../kubesphere/helmValues";
import type { Portal } from "../kubesphere/urls";
import { helmRelease } from "./helmRelease";

export interface KsCoreArgs {
  readonly chart: ChartSource;
  /** Written on KubeSphere's namespace, for `checkCluster` to find. */
  readonly clusterIdentifier: string;
  /** KubeSphere's own address; the OAuth issuer is made from it. */
  readonly portal: Portal;
  /** The console behind the ingress controller, for the portal's host. Default: its NodePort alone. */
  readonly https?: ConsoleHttps | undefined;
  /** NodePort of the console, 30000–32767. */
  readonly consoleNodePort: number;
  /** What extensions' charts are told, so that their Ingresses are reached. */
  readonly ingress: {
    readonly className: string;
    readonly domainSuffix: string;
    readonly httpPort: number;
    readonly httpsPort?: number | undefined;
  };
  /** Registry that all images come from. Default: the chart's own. */
  readonly imageRegistry?: string | undefined;
  /** The vendor's extension museum; it is of no use where its image cannot be had. */
  readonly ksExtensionRepository: boolean;
  /** `admin`'s password at the first login, plain or its bcrypt hash. Default: KubeSphere's own, which everybody knows. */
  readonly adminPassword?: string | undefined;
  /** Further values of the chart; they win over the program's own. */
  readonly values: Values;
  /** Whether the values hold a secret, such as those of an object store. @default false */
  readonly isSecret?: boolean | undefined;
}

/** KubeSphere itself: its namespace and the ks-core release, with a token-signing secret that stays the same. */
export class KsCore extends pulumi.ComponentResource {
  readonly release: Release;
  /** `kubesphere-system`, known once it exists. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: KsCoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubesphere:index:KsCore", name, shown(args), opts);
    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: { name: SYSTEM_NAMESPACE, annotations: { [clusterIdentifierAnnotation]: args.clusterIdentifier } } },
      { parent: this },
    );
    this.namespace = namespace.metadata.name;
    // Left to the chart, every upgrade would make a new one and sign everybody out.
    const jwtSecret = new random.RandomPassword(`${name}-jwt-secret`, { length: 32, special: false }, { parent: this });
    const certificate = args.https && this.certificate(`${name}-certificate`, args.https);
    const values = { ...ksCoreValues(args, pulumi.secret(jwtSecret.result)) };
    this.release = helmRelease(
      `${name}-release`,
      {
        name: KS_CORE_RELEASE,
        namespace: this.namespace,
        chart: args.chart,
        values: args.isSecret ? pulumi.secret(values) : values,
      },
      // Before the Ingress, or the ingress controller would present a certificate of its own for a while.
      { parent: this, dependsOn: certificate ?? [] },
    );
    this.registerOutputs({});
  }

  /** What the console's Ingress names; nothing where the chart or somebody else makes it. */
  private certificate(name: string, { hostname, tls }: ConsoleHttps): pulumi.Resource | undefined {
    // Of what is protected as a whole, the one thing that may come from elsewhere any day.
    const opts = { parent: this, protect: false };
    if ("certManager" in tls) return new CustomResource(name, consoleCertificate(hostname, tls.certManager, this.namespace), opts);
    if (!("key" in tls)) return undefined;
    const metadata = { name: CONSOLE_TLS_SECRET, namespace: this.namespace };
    const stringData = { "tls.crt": tls.certificate, "tls.key": pulumi.secret(tls.key) };
    return new Secret(name, { metadata, type: "kubernetes.io/tls", stringData }, opts);
  }
}

/** A component's inputs are kept in state, and shown. */
const shown = ({ https, values, isSecret = false, adminPassword, ...rest }: KsCoreArgs) => ({
  ...rest,
  https: https && { ...https, tls: "key" in https.tls ? { certificate: https.tls.certificate } : https.tls },
  ...(adminPassword !== undefined && { adminPassword: pulumi.secret(adminPassword) }),
  values: isSecret ? pulumi.secret(values) : values,
});

const ksCoreValues = (args: Omit<KsCoreArgs, "chart" | "clusterIdentifier">, jwtSecret: pulumi.Input<string>): Values =>
  mergeValues(
    {
      ...(args.imageRegistry !== undefined && { global: { imageRegistry: args.imageRegistry } }),
      portal: args.portal,
      ...(args.https && consoleIngressValues(args.https)),
      console: { nodePort: args.consoleNodePort },
      authentication: {
        ...(args.adminPassword !== undefined && { adminPassword: pulumi.secret(args.adminPassword) }),
        issuer: { jwtSecret },
      },
      extension: {
        // Extensions' charts get it as global.imageRegistry.
        ...(args.imageRegistry !== undefined && { imageRegistry: args.imageRegistry }),
        ingress: {
          ingressClassName: args.ingress.className,
          domainSuffix: args.ingress.domainSuffix,
          httpPort: args.ingress.httpPort,
          ...(args.ingress.httpsPort !== undefined && { httpsPort: args.ingress.httpsPort }),
        },
      },
      ksExtensionRepository: { enabled: args.ksExtensionRepository },
    },
    args.values,
  );
