/**
 * The components for programs in other languages: what `pulumi package add` makes an SDK of. Each has the arguments of its namesake in
 * `components/`, flat, in the forms that Pulumi's inference of a schema takes: `schema.json` is that schema.
 */
// Loaded as a whole: a provider that the program passes is then more than a reference, and its kubeconfig can be read.
import "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as components from "kubesphere-luban";

/** One version of an extension: one of the two at least. */
export interface ExtensionPackageArgs {
  /** A chart's folder or packed chart (.tgz), an extension's folder or a packed extension: a path, relative to the program's folder. */
  source?: string;
  /** Where KubeSphere fetches the packed extension itself: `https://…`, or `oci://…:1.2.3` with a `source` that describes it. */
  chartURL?: string;
  /** At the server of `chartURL`, with `password`. The package is then fetched by the component and put into a ConfigMap. */
  username?: pulumi.Input<string>;
  /** Secret. */
  password?: pulumi.Input<string>;
  /** Certificates in PEM. Default: the system's. */
  caBundle?: string;
  /** Whether the registry is asked without TLS. Default: false. */
  plainHttp?: boolean;
}

/** What the policy of pull requests refuses, and an extension may do even so. */
export interface AllowanceArgs {
  /** The rule's name. */
  rule: string;
  /** Why. */
  reason: string;
}

export interface ExtensionArgs {
  /** A chart's folder or packed chart (.tgz), an extension's folder or a packed extension: a path, relative to the program's folder. */
  source?: string;
  /** Where KubeSphere fetches the packed extension itself: `https://…`, or `oci://…:1.2.3` with a `source` that describes it. */
  chartURL?: string;
  /** At the server of `chartURL`, with `password`. The package is then fetched by the component and put into a ConfigMap. */
  username?: pulumi.Input<string>;
  /** Secret. */
  password?: pulumi.Input<string>;
  /** Certificates in PEM. Default: the system's. */
  caBundle?: string;
  /** Whether the registry is asked without TLS. Default: false. */
  plainHttp?: boolean;
  /** Several versions, which the Marketplace all offers. Instead of `source` and `chartURL`. */
  versions?: ExtensionPackageArgs[];
  /** Publishes it only, and uninstalls what was installed. Default: false. */
  publishOnly?: boolean;
  /** The version to install. Default: the highest release, or the highest prerelease where there is nothing else. */
  version?: string;
  /** Whether the console shows it; a disabled one stays installed. Default: true. */
  enabled?: boolean;
  /** Made for it, and deleted with it. Default: the extension's own, else `extension-<name>`. */
  namespace?: string;
  /** Labels of the namespace, over the component's own. */
  namespaceLabels?: { [name: string]: string };
  /** Reaches the charts as `global.storageClass`. Default: what they say themselves. */
  storageClass?: string;
  /** Values for the extension's charts, under the charts' names: a map, or a YAML map as text. A secret one stays secret in state. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the inference takes no other type for a value of any form
  config?: pulumi.Input<any>;
  /** Where the agents of a multi-cluster extension go: `placement` and `overrides`. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the inference takes no other type for a value of any form
  clusterScheduling?: any;
  /** Another word rolls the same out again. */
  attempt?: string;
  /** What the policy of pull requests refuses, and this extension may do even so. */
  allow?: AllowanceArgs[];
  /** The extension's name before, where its chart has another one now: the preview says what that takes away. */
  renamedFrom?: string;
}

/** An extension, published and installed. Its charts are rendered and checked before anything of it is declared. */
export class Extension extends pulumi.ComponentResource {
  /** `Installed` once KubeSphere is done; nothing where nothing is installed. */
  public readonly state: pulumi.Output<string | undefined>;

  constructor(name: string, args: ExtensionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("luban:index:Extension", name, {}, opts);
    const { source, chartURL, username, password, caBundle, plainHttp, versions, renamedFrom, publishOnly = false, ...install } = args;
    const what = { source, chartURL, username, password, caBundle, plainHttp, versions, renamedFrom };
    this.state = new components.Extension(name, { ...what, install: publishOnly ? false : install }, { parent: this }).state;
    this.registerOutputs({ state: this.state });
  }
}

export interface OAuthClientArgs {
  /** The client_id. Another one replaces the client. */
  clientName: string;
  /** Absolute; KubeSphere compares them character by character. */
  redirectURIs: pulumi.Input<string>[];
  /** The client_secret. Default: generated once and kept. */
  secret?: pulumi.Input<string>;
  /** Any text: another one generates another secret, and the old one works no more. Not beside `secret`. */
  rotate?: string;
  /** The Secret that holds the client. Default: `oauthclient-<clientName>`. */
  secretName?: string;
  /** auto, prompt or deny. Default: auto. */
  grantMethod?: string;
  /** Default: false. */
  trusted?: boolean;
  /** Default: false. */
  respondWithChallenges?: boolean;
  /** Of openid, email and profile. Default: all three. */
  scopes?: string[];
  /** Seconds: 0, or 600 and more. Default: 0, KubeSphere's own. */
  accessTokenMaxAgeSeconds?: number;
  /** Seconds: 0, or 600 and more. Default: 0, KubeSphere's own. */
  accessTokenInactivityTimeoutSeconds?: number;
  /** Whether a login that returns over a public network in clear is an error, not a warning. Default: false. */
  production?: boolean;
  /** The namespace of KubeSphere, whose admission webhook reads the Secret. Default: kubesphere-system. */
  namespace?: pulumi.Input<string>;
}

/** An OAuth client of KubeSphere: a Secret in the very form that KubeSphere's admission webhook stores, so that it never drifts. */
export class OAuthClient extends pulumi.ComponentResource {
  /** The client_id. */
  public readonly clientId: pulumi.Output<string>;
  /** The client_secret; secret. */
  public readonly clientSecret: pulumi.Output<string>;

  constructor(name: string, args: OAuthClientArgs, opts?: pulumi.ComponentResourceOptions) {
    super("luban:index:OAuthClient", name, {}, opts);
    // Judged by the component itself.
    const client = new components.OAuthClient(name, args as components.OAuthClientArgs, { parent: this });
    this.clientId = pulumi.output(client.clientId);
    this.clientSecret = client.clientSecret;
    this.registerOutputs({ clientId: this.clientId, clientSecret: this.clientSecret });
  }
}

export interface ExtensionRepositoryArgs {
  /** Of the Repository in the cluster. */
  repositoryName: string;
  /** http(s) URL of the folder with index.yaml, without a login. */
  url: pulumi.Input<string>;
  /** KubeSphere's version such as 4.1.3, which decides the form of the object. */
  kubesphereVersion: string;
  description?: pulumi.Input<string>;
  /** With `password`, or neither. */
  username?: pulumi.Input<string>;
  /** Secret. */
  password?: pulumi.Input<string>;
  /** Certificates in PEM. Default: the system's. */
  caBundle?: pulumi.Input<string>;
  /** Whether any certificate will do. Default: false. */
  insecure?: boolean;
  /** How often KubeSphere reads the index: hours, minutes, seconds, such as 1h30m. Default: 1h. */
  pollInterval?: string;
}

/** A private marketplace: a Helm repository whose extensions KubeSphere lists beside those that are declared. */
export class ExtensionRepository extends pulumi.ComponentResource {
  constructor(name: string, args: ExtensionRepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("luban:index:ExtensionRepository", name, {}, opts);
    const { repositoryName, ...rest } = args;
    new components.ExtensionRepository(name, { name: repositoryName, ...rest }, { parent: this });
    this.registerOutputs({});
  }
}

export interface MemberClusterArgs {
  /** The member's name on the host, and the name of its Cluster object. */
  clusterName: string;
  /** The contents of a kubeconfig with the rights of an administrator, at an address that KubeSphere's manager reaches, too; or its path. Secret. */
  kubeconfig: pulumi.Input<string>;
  /** KubeSphere's version on the host, such as 4.1.3. A changed one makes KubeSphere upgrade ks-core on the member. */
  kubesphereVersion: pulumi.Input<string>;
  /** The secret with which the host signs tokens. A changed one reaches the member. Default: changes do not reach it. Secret. */
  jwtSecret?: pulumi.Input<string>;
  /** The host's registry of all images. Default: the chart's own. */
  imageRegistry?: pulumi.Input<string>;
  /** Values of ks-core's chart on the member; they win over `imageRegistry`. A secret one stays secret in state. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the inference takes no other type for a value of any form
  values?: pulumi.Input<any>;
  /** What the console shows. Default: the name. */
  displayName?: pulumi.Input<string>;
  /** Labels of the Cluster object, which extensions' selectors read. Default: none. */
  labels?: { [name: string]: pulumi.Input<string> };
  /** Who runs the cluster, in any words. Default: none. */
  provider?: pulumi.Input<string>;
}

/** A cluster that KubeSphere manages from its host. What depends on it waits until the member has joined, and the host's webhooks hold. */
export class MemberCluster extends pulumi.ComponentResource {
  /** The name to place agents by. */
  public readonly clusterName: pulumi.Output<string>;

  constructor(name: string, args: MemberClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("luban:index:MemberCluster", name, {}, opts);
    // Known once it has joined: `construct` would otherwise end before it.
    const member = new components.MemberCluster(name, args, { parent: this });
    this.clusterName = pulumi.output(member.joined.then(() => member.clusterName));
    this.registerOutputs({ clusterName: this.clusterName });
  }
}
