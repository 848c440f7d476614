import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Namespace, Secret } from "@pulumi/kubernetes/core/v1";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { clusterIdentifierAnnotation, CONSOLE_TLS_SECRET, KS_CORE_RELEASE, SYSTEM_NAMESPACE } from "../kubesphere/api";
import { consoleCertificate, consoleIngressValues, type ConsoleHttps } from "../kubesphere/login/consoleIngress";
import { valueAt, type Values } from "../kubesphere/chart/helmValues";
import { lineOfChart, versionOfChart, type ChartLine } from "../kubesphere/ksCore/chartLines";
import type { Portal } from "../kubesphere/urls";
import { helmRelease, readChartOf, shownChart, type DeclaredChart } from "./shared/helmRelease";
import { mergedValues } from "./shared/inputValues";

/** The arguments of a {@link KsCore}. */
export interface KsCoreArgs {
  /** Of ks-core. A chart on disk is read; one elsewhere has its `version`, unless its URL says it. */
  readonly chart: DeclaredChart;
  /** Written on KubeSphere's namespace: any name that stays the same for the life of the cluster. */
  readonly clusterIdentifier: string;
  /** KubeSphere's own address; the OAuth issuer is made from it. */
  readonly portal: pulumi.Input<Portal>;
  /** The console behind the ingress controller, for the portal's host. Default: its NodePort alone. */
  readonly https?: ConsoleHttps | undefined;
  /** NodePort of the console, 30000–32767. */
  readonly consoleNodePort: pulumi.Input<number>;
  /** What extensions' charts are told, so that their Ingresses are reached. */
  readonly ingress: {
    /** The IngressClass that the controller serves. */
    readonly className: pulumi.Input<string>;
    /** What follows `<extension>.` in an extension's host name: wildcard DNS that leads to the controller. */
    readonly domainSuffix: pulumi.Input<string>;
    /** Ports at which people reach the controller, such as its NodePorts. */
    readonly httpPort: pulumi.Input<number>;
    /** The same over HTTPS. Default: none. */
    readonly httpsPort?: pulumi.Input<number> | undefined;
  };
  /** Registry that all images come from. Default: the chart's own. */
  readonly imageRegistry?: pulumi.Input<string> | undefined;
  /** The vendor's extension museum; it is of no use where its image cannot be had. @default false */
  readonly ksExtensionRepository?: pulumi.Input<boolean> | undefined;
  /** `admin`'s password at the first login, plain or its bcrypt hash. Default: KubeSphere's own, which everybody knows. */
  readonly adminPassword?: pulumi.Input<string> | undefined;
  /** @internal Which names the chart's values have. Default: by the chart's version; if nothing says it, those of KubeSphere 4.1. */
  readonly line?: ChartLine | undefined;
  /** Further values of the chart; they win over the component's own. A secret stays one in state and preview. @default {} */
  readonly values?: pulumi.Input<Values> | undefined;
}

/**
 * KubeSphere itself: its namespace and the ks-core release, with a token-signing secret that stays the same.
 *
 * @throws when the chart is not there, is no chart, or is another version than the one wanted.
 */
export class KsCore extends pulumi.ComponentResource {
  /** The Helm release of ks-core. */
  readonly release: Release;
  /** `kubesphere-system`, known once it exists. */
  readonly namespace: pulumi.Output<string>;
  /** The secret with which KubeSphere signs tokens; a secret in state, too. Members have the same. */
  readonly jwtSecret: pulumi.Output<string>;

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
    this.jwtSecret = pulumi.secret(
      pulumi.all([args.values ?? {}, jwtSecret.result]).apply(([values, generated]) => {
        const own = valueAt(values as Values, "authentication.issuer.jwtSecret");
        return typeof own === "string" && own !== "" ? own : generated;
      }),
    );
    const certificate = args.https && this.certificate(`${name}-certificate`, args.https);
    const read = args.line === undefined ? readChartOf(`${name}-release`, args.chart) : undefined;
    const values = (line: ChartLine | undefined) =>
      mergedValues(ksCoreValues(args, line, pulumi.secret(jwtSecret.result)), args.values ?? {});
    this.release = helmRelease(
      `${name}-release`,
      {
        name: KS_CORE_RELEASE,
        namespace: this.namespace,
        chart: args.chart,
        read,
        values:
          read === undefined
            ? values(args.line ?? lineOfChart(versionOfChart(args.chart)))
            : pulumi.output(read.then((chart) => values(lineOfChart(versionOfChart(chart))))),
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
const shown = ({ chart, https, values = {}, adminPassword, ...rest }: KsCoreArgs) => ({
  ...rest,
  chart: shownChart(chart),
  // It follows from the chart.
  line: undefined,
  https: https && { ...https, tls: "key" in https.tls ? { certificate: https.tls.certificate } : https.tls },
  ...(adminPassword !== undefined && { adminPassword: pulumi.secret(adminPassword) }),
  values,
});

const ksCoreValues = (args: KsCoreArgs, line: ChartLine | undefined, jwtSecret: pulumi.Input<string>): Values => ({
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
  [line?.museum ?? "ksExtensionRepository"]: { enabled: args.ksExtensionRepository ?? false },
});
