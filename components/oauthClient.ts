import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { OAUTH_CLIENT_SECRET_TYPE } from "../kubesphere/api";
import { oauthClientConfiguration, oauthClientLabels, type GrantMethod } from "../kubesphere/oauthClientConfig";

export interface OAuthClientArgs {
  /** The client_id. */
  readonly clientName: string;
  /** The client_secret. Default: generated once and kept. */
  readonly secret?: pulumi.Input<string> | undefined;
  readonly grantMethod: GrantMethod;
  readonly scopes: readonly string[];
  /** Absolute; KubeSphere compares them character by character. */
  readonly redirectURIs: readonly string[];
  /** The namespace of KubeSphere, whose admission webhook reads the Secret. */
  readonly namespace: pulumi.Input<string>;
}

/** An OAuth client of KubeSphere: a Secret in the very form that KubeSphere's admission webhook stores, so that it never drifts. */
export class OAuthClient extends pulumi.ComponentResource {
  readonly clientId: string;
  readonly clientSecret: pulumi.Output<string>;

  constructor(name: string, args: OAuthClientArgs, opts?: pulumi.ComponentResourceOptions) {
    const { clientName, grantMethod, scopes, redirectURIs, namespace } = args;
    // All but the secret are inputs of the component: a preview shows what changes although the Secret's text is masked.
    super("kubesphere:index:OAuthClient", name, { clientName, grantMethod, scopes, redirectURIs }, opts);
    this.clientId = clientName;
    this.clientSecret = pulumi.secret(
      args.secret ?? new random.RandomPassword(`${name}-secret`, { length: 32, special: false }, { parent: this }).result,
    );
    const configuration = this.clientSecret.apply((secret) =>
      oauthClientConfiguration({ name: clientName, secret, grantMethod, scopeRestrictions: scopes, redirectURIs }),
    );
    new k8s.core.v1.Secret(
      `${name}-config`,
      {
        metadata: { name: `oauthclient-${clientName}`, namespace, labels: oauthClientLabels(clientName) },
        type: OAUTH_CLIENT_SECRET_TYPE,
        stringData: { "configuration.yaml": configuration },
      },
      // KubeSphere refuses a second client of a name, so the old one goes first.
      { parent: this, deleteBeforeReplace: true },
    );
    this.registerOutputs({ clientId: this.clientId, clientSecret: this.clientSecret });
  }
}
