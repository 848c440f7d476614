/** What a platform is declared with, and how it becomes settings: the schema of a stack's configuration judges both. */
import * as pulumi from "@pulumi/pulumi";
import type { ExtensionArgs } from "./extensionArgs";
import { checkLogins } from "../settings/oauthChecks";
import type { OAuthClientArgs } from "./oauthClient";
import { given, parseSettings } from "../settings/parsedSettings";
import type { Settings } from "../settings/settings";
import type { HarborOidcOptions } from "../kubesphere/login/harbor";
import type { Values } from "../kubesphere/chart/helmValues";

/** Where a chart comes from, and its values. */
export interface ChartArgs {
  /** A URL of a .tgz, `oci://…`, a .tgz file, a chart's folder, or with `repository` a chart's name. Default: the one that this package pins. */
  readonly chart?: string | undefined;
  /** https URL of a Helm repository. */
  readonly repository?: string | undefined;
  /** Such as 1.2.3. */
  readonly version?: string | undefined;
  /** Further values; those that another argument decides are refused. @default {} */
  readonly values?: Values | undefined;
}

/** Where the certificate of the console comes from: exactly one of these, `certificate` and `key` together. */
export interface ConsoleTlsArgs {
  /** A Secret of type kubernetes.io/tls in KubeSphere's namespace, which somebody else keeps. */
  readonly secretName?: string | undefined;
  /** In PEM. */
  readonly certificate?: string | undefined;
  /** In PEM; secret. */
  readonly key?: string | undefined;
  /** ks-core's own, which nobody trusts. */
  readonly generate?: true | undefined;
  readonly certManager?: { readonly issuer?: string | undefined; readonly clusterIssuer?: string | undefined } | undefined;
}

export interface KsCoreSettingsArgs extends ChartArgs {
  /** KubeSphere's version, such as 4.1.3. Default: as the chart says it. */
  readonly kubesphereVersion?: string | undefined;
  /** Registry that all images come from. Default: the chart's own. */
  readonly imageRegistry?: string | undefined;
  /** KubeSphere's own address, where it is not the one of `access`. */
  readonly portal?:
    | {
        readonly hostname?: string | undefined;
        readonly http?: { readonly port: number } | undefined;
        readonly https?: { readonly port: number } | undefined;
      }
    | undefined;
  /** The console behind the ingress controller. Default: its NodePort alone. */
  readonly https?:
    | {
        /** @default the domain of `access` */
        readonly hostname?: string | undefined;
        /** @default ingressNginx.className */
        readonly className?: string | undefined;
        /** The port that people use. @default ports.ingressHttps */
        readonly port?: number | undefined;
        readonly tls: ConsoleTlsArgs;
      }
    | undefined;
  /** The vendor's extension museum. @default false */
  readonly ksExtensionRepository?: boolean | undefined;
}

export interface ExtensionRepositorySettingsArgs {
  readonly name: string;
  /** http(s) URL of the folder with index.yaml. */
  readonly url: string;
  readonly description?: string | undefined;
  /** With `password`, or neither. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Certificates in PEM. Default: the system's. */
  readonly caBundle?: string | undefined;
  /** @default false */
  readonly insecure?: boolean | undefined;
  /** Hours, minutes, seconds, such as 1h30m. @default "1h" */
  readonly pollInterval?: string | undefined;
}

type SameOfClients =
  | ("rotate" | "secretName" | "grantMethod" | "trusted" | "respondWithChallenges" | "scopes")
  | ("accessTokenMaxAgeSeconds" | "accessTokenInactivityTimeoutSeconds");

export interface OAuthClientSettingsArgs extends Pick<OAuthClientArgs, SameOfClients> {
  /** The client_id. */
  readonly name: string;
  /** The client's name before: a preview then shows a replacement. */
  readonly renamedFrom?: string | undefined;
  /** The client_secret. Default: generated once and kept. */
  readonly secret?: string | undefined;
  /** Absolute; KubeSphere compares them character by character. */
  readonly redirectURIs: readonly string[];
}

export interface HarborSettingsArgs extends ChartArgs, HarborOidcOptions {
  /** Where people reach Harbor, such as https://harbor.example.com. */
  readonly externalURL: string;
}

/** The parts of a platform's arguments that may be, or hold, a secret. */
export type SecretPart = "adminPassword" | "extensions" | "ingressNginx" | "ksCore" | "harbor";

export interface PlatformArgs {
  /** How people reach the cluster: exactly one of a node's IPv4 address (names under nip.io) and a domain (wildcard DNS), or its value alone. */
  readonly access: string | { readonly nodeIP?: string | undefined; readonly domain?: string | undefined };
  /** NodePorts, 30000–32767. */
  readonly ports?:
    | {
        /** @default 30888 */
        readonly ingress?: number | undefined;
        /** Default: the cluster chooses one. */
        readonly ingressHttps?: number | undefined;
        /** @default 30880 */
        readonly console?: number | undefined;
      }
    | undefined;
  readonly cluster?:
    | {
        /** Any name that stays the same for the life of the cluster; another one's is refused. @default the component's name */
        readonly identifier?: string | undefined;
      }
    | undefined;
  readonly ingressNginx?:
    | (ChartArgs & {
        /** `false` where there is a controller already. @default true */
        readonly install?: boolean | undefined;
        /** The IngressClass. @default "nginx" */
        readonly className?: string | undefined;
      })
    | undefined;
  readonly ksCore?: KsCoreSettingsArgs | undefined;
  /** @default [] */
  readonly extensions?: readonly ExtensionArgs[] | undefined;
  /** @default [] */
  readonly extensionRepositories?: readonly ExtensionRepositorySettingsArgs[] | undefined;
  /** @default [] */
  readonly oauthClients?: readonly OAuthClientSettingsArgs[] | undefined;
  /** Default: none. */
  readonly harbor?: HarborSettingsArgs | undefined;
  /** `admin`'s password at the first login, or its bcrypt hash. Default: KubeSphere's own, which everybody knows. */
  readonly adminPassword?: string | undefined;
  /** Refuses what no production should have, and protects the platform's resources. @default false */
  readonly production?: boolean | undefined;
  /** What of these is a secret to state and preview. @default [] */
  readonly secrets?: readonly SecretPart[] | undefined;
}

/**
 * @param name of the component
 * @param root how the arguments' keys begin in messages
 * @throws {@link mistake} naming every problem, one line each
 */
export function platformSettings({ secrets = [], ...args }: PlatformArgs, name: string, root: string): Settings {
  const settings = parseSettings(given(args) as Readonly<Record<string, unknown>>, name, secrets, [], root);
  for (const warning of checkLogins(settings, new Date()).warnings) void pulumi.log.warn(warning);
  return settings;
}
