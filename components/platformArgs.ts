/** The arguments of a platform, and how they become settings. The schema of a stack's configuration checks them, too. */
import * as pulumi from "@pulumi/pulumi";
import type { ExtensionArgs } from "./extensionArgs";
import { ingressWarnings } from "../settings/ingressWarnings";
import { checkLogins } from "../settings/oauthChecks";
import type { OAuthClientArgs } from "./oauthClient";
import { given, parseSettings } from "../settings/parsedSettings";
import type { Settings } from "../settings/settings";
import type { HarborOidcOptions } from "../kubesphere/login/harbor";
import type { ChartAccess } from "../kubesphere/chart/chartAccess";
import type { ControllerName } from "../kubesphere/ingress/controllers";
import type { Values } from "../kubesphere/chart/helmValues";

/** A Helm chart: where it comes from, and its values. With a `password`, name the part among `secrets`. */
export interface ChartArgs extends ChartAccess {
  /** The URL of a .tgz, `oci://…`, a .tgz file, a chart's folder, or a chart's name in `repository`. Default: the chart that this package pins. */
  readonly chart?: string | undefined;
  /** The https URL of the Helm repository in which `chart` is a name. */
  readonly repository?: string | undefined;
  /** The chart's version, such as 1.2.3. */
  readonly version?: string | undefined;
  /** Further values. A value that another argument decides is refused. @default {} */
  readonly values?: Values | undefined;
}

/** Where the console's certificate comes from. Give exactly one of these; `certificate` and `key` count as one. */
export interface ConsoleTlsArgs {
  /** The name of a Secret of type kubernetes.io/tls in KubeSphere's namespace. The program does not make it. */
  readonly secretName?: string | undefined;
  /** The certificate in PEM, with its chain. */
  readonly certificate?: string | undefined;
  /** The private key in PEM; a secret. */
  readonly key?: string | undefined;
  /** `true` for a certificate that ks-core's chart generates. No browser trusts it. */
  readonly generate?: true | undefined;
  /** A certificate that cert-manager issues. Give one of the two. */
  readonly certManager?:
    | {
        /** The name of an Issuer in KubeSphere's namespace. */
        readonly issuer?: string | undefined;
        /** The name of a ClusterIssuer. */
        readonly clusterIssuer?: string | undefined;
      }
    | undefined;
}

/** ks-core of a platform: its chart, and how the console is reached. */
export interface KsCoreSettingsArgs extends ChartArgs {
  /** KubeSphere's version, such as 4.1.3. Default: the chart's appVersion, or what is known of the chart's version. */
  readonly kubesphereVersion?: string | undefined;
  /** The registry of all images. Default: the chart's own. */
  readonly imageRegistry?: string | undefined;
  /** KubeSphere's own address, if it differs from what `access` and `ports` say. The OAuth issuer is made from it. Not together with `https`. */
  readonly portal?:
    | {
        /** Default: the host of `access`. */
        readonly hostname?: string | undefined;
        /** KubeSphere over HTTP. */
        readonly http?:
          | {
              /** The port in the address. */
              readonly port: number;
            }
          | undefined;
        /** KubeSphere over HTTPS; it wins over `http`. */
        readonly https?:
          | {
              /** The port in the address. */
              readonly port: number;
            }
          | undefined;
      }
    | undefined;
  /** Serves the console over HTTPS, through the ingress controller. Default: over HTTP at its NodePort only. */
  readonly https?:
    | {
        /** @default the domain of `access` */
        readonly hostname?: string | undefined;
        /** @default ingress.className */
        readonly className?: string | undefined;
        /** The port that people use. @default ports.ingressHttps */
        readonly port?: number | undefined;
        /** The console's certificate. */
        readonly tls: ConsoleTlsArgs;
      }
    | undefined;
  /** Whether the vendor's extension repository is deployed, too. @default false */
  readonly ksExtensionRepository?: boolean | undefined;
}

/** A {@link MemberCluster} of a platform. */
export interface MemberClusterSettingsArgs {
  /** The member's name on the host, and the name of its Cluster object. */
  readonly name: string;
  /** The contents of a kubeconfig, or a path to one; a secret. Files that it names are read in. */
  readonly kubeconfig: string;
  /** What the console shows. Default: the name. */
  readonly displayName?: string | undefined;
  /** Labels of the Cluster object, which extensions' selectors read. Default: none. */
  readonly labels?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Values of ks-core's chart on the member, over the host's registry of images. @default {} */
  readonly values?: Values | undefined;
  /** Who runs the cluster, in any words. Default: none. */
  readonly provider?: string | undefined;
}

/** An {@link ExtensionRepository} of a platform. */
export interface ExtensionRepositorySettingsArgs {
  /** The name of the Repository in the cluster. */
  readonly name: string;
  /** The http or https URL of the folder that has index.yaml. */
  readonly url: string;
  /** A description for the console. Default: none. */
  readonly description?: string | undefined;
  /** The user of HTTP Basic authentication; only together with `password`. */
  readonly username?: string | undefined;
  /** The user's password; a secret. */
  readonly password?: string | undefined;
  /** Trusted certificates in PEM. Default: the system's. */
  readonly caBundle?: string | undefined;
  /** Whether any certificate of the server is accepted. @default false */
  readonly insecure?: boolean | undefined;
  /** How often KubeSphere reads the index, in hours, minutes and seconds, such as 1h30m. @default "1h" */
  readonly pollInterval?: string | undefined;
}

type SameOfClients =
  | ("rotate" | "secretName" | "grantMethod" | "trusted" | "respondWithChallenges" | "scopes")
  | ("accessTokenMaxAgeSeconds" | "accessTokenInactivityTimeoutSeconds");

/** An {@link OAuthClient} of a platform. */
export interface OAuthClientSettingsArgs extends Pick<OAuthClientArgs, SameOfClients> {
  /** The client_id. */
  readonly name: string;
  /** The client's former name. The preview then shows a replacement. */
  readonly renamedFrom?: string | undefined;
  /** The client_secret. Default: one that is generated once and kept. */
  readonly secret?: string | undefined;
  /** Absolute URLs. KubeSphere compares them character by character. */
  readonly redirectURIs: readonly string[];
}

/** A Harbor that the platform deploys, and whose users log in at KubeSphere. */
export interface HarborSettingsArgs extends ChartArgs, HarborOidcOptions {
  /** The address at which people reach Harbor, such as https://harbor.example.com. */
  readonly externalURL: string;
}

/** The parts of a platform's arguments that may be, or hold, a secret. */
export type SecretPart = "adminPassword" | "extensions" | "ingress" | "ingressNginx" | "ksCore" | "memberClusters" | "harbor";

/** The arguments of a {@link Platform}. They are those of a stack's file, where each key is explained as well. */
export interface PlatformArgs {
  /** How people reach the cluster: exactly one of the two, or its value alone (`"192.168.50.208"`, `"ks.example.com"`). */
  readonly access:
    | string
    | {
        /** The IPv4 address of a node. Names are made of it under nip.io. */
        readonly nodeIP?: string | undefined;
        /** A domain. DNS leads the domain itself and all names under it (a wildcard record) to the cluster. */
        readonly domain?: string | undefined;
      };
  /** NodePorts, 30000–32767. */
  readonly ports?:
    | {
        /** The ingress controller over HTTP; any port if you bring the controller yourself. @default 30888 */
        readonly ingress?: number | undefined;
        /** The ingress controller over HTTPS; any port, as `ingress`. Default: the cluster chooses one. */
        readonly ingressHttps?: number | undefined;
        /** The console. @default 30880 */
        readonly console?: number | undefined;
      }
    | undefined;
  /** The cluster that the platform belongs to. */
  readonly cluster?:
    | {
        /** Any name that stays the same for the life of the cluster. A cluster that has another identifier is refused. @default the component's name */
        readonly identifier?: string | undefined;
      }
    | undefined;
  /** The ingress controller. */
  readonly ingress?:
    | (ChartArgs & {
        /** Which controller is installed; `none` if the cluster has one already. @default "ingress-nginx" */
        readonly controller?: ControllerName | "none" | undefined;
        /** The IngressClass that the controller serves. With `nginx`, Traefik takes the place of ingress-nginx. Default: the controller's own. */
        readonly className?: string | undefined;
      })
    | undefined;
  /** The ingress controller, by its former key. @deprecated Use `ingress`. */
  readonly ingressNginx?:
    | (ChartArgs & {
        /** Whether ingress-nginx is installed; `false` if the cluster has a controller already. @default true */
        readonly install?: boolean | undefined;
        /** The IngressClass that the controller serves. @default "nginx" */
        readonly className?: string | undefined;
      })
    | undefined;
  /** KubeSphere itself. */
  readonly ksCore?: KsCoreSettingsArgs | undefined;
  /** Clusters that KubeSphere manages from here, and that extensions may place agents on. @default [] */
  readonly memberClusters?: readonly MemberClusterSettingsArgs[] | undefined;
  /** Extensions to publish and install. @default [] */
  readonly extensions?: readonly Omit<ExtensionArgs, "members">[] | undefined;
  /** Marketplaces of your own. @default [] */
  readonly extensionRepositories?: readonly ExtensionRepositorySettingsArgs[] | undefined;
  /** Applications whose users log in at KubeSphere. @default [] */
  readonly oauthClients?: readonly OAuthClientSettingsArgs[] | undefined;
  /** A Harbor whose users log in at KubeSphere. Default: none. */
  readonly harbor?: HarborSettingsArgs | undefined;
  /** The password of `admin` at the first login, or its bcrypt hash. Default: KubeSphere's own, which is public. */
  readonly adminPassword?: string | undefined;
  /** Whether risky settings are errors and the platform's resources are protected from deletion. @default false */
  readonly production?: boolean | undefined;
  /** The parts that are secrets in state and previews. @default [] */
  readonly secrets?: readonly SecretPart[] | undefined;
}

/**
 * @param name the component's name
 * @param root the prefix of the arguments' keys in messages
 * @throws {@link mistake} with one line for each problem
 */
export function platformSettings({ secrets = [], ...args }: PlatformArgs, name: string, root: string): Settings {
  const settings = parseSettings(given(args) as Readonly<Record<string, unknown>>, name, secrets, [], root);
  for (const warning of [...ingressWarnings(settings), ...checkLogins(settings, new Date()).warnings]) void pulumi.log.warn(warning);
  return settings;
}
