import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { label, OAUTH_CLIENT_SECRET_TYPE, oauthClientSecretName, SYSTEM_NAMESPACE } from "../kubesphere/api";
import type { Problem } from "../kubesphere/errors";
import {
  checkOAuthClient,
  SCOPES,
  oauthClientConfiguration,
  oauthClientLabels,
  type GrantMethod,
} from "../kubesphere/login/oauthClientConfig";
import { insecureRedirects } from "../kubesphere/login/redirectUri";
import { describeWarning } from "../kubesphere/login/warnings";
import { refuse } from "./shared/mistake";

export interface OAuthClientArgs {
  /** The client_id. Another one replaces the client. */
  readonly clientName: string;
  /** The client_secret. Default: generated once and kept. */
  readonly secret?: pulumi.Input<string> | undefined;
  /** Any text: another one generates another secret, and the old one works no more. Not beside `secret`. */
  readonly rotate?: string | undefined;
  /** The Secret that holds the client. Default: `oauthclient-<clientName>` */
  readonly secretName?: string | undefined;
  /** @default "auto" */
  readonly grantMethod?: GrantMethod | undefined;
  /** @default false */
  readonly trusted?: boolean | undefined;
  /** @default false */
  readonly respondWithChallenges?: boolean | undefined;
  /** Of openid, email and profile. @default all three */
  readonly scopes?: readonly string[] | undefined;
  /** Absolute; KubeSphere compares them character by character. */
  readonly redirectURIs: readonly pulumi.Input<string>[];
  /** Seconds: 0, or 600 and more. @default 0, KubeSphere's own */
  readonly accessTokenMaxAgeSeconds?: number | undefined;
  /** Seconds: 0, or 600 and more. @default 0, KubeSphere's own */
  readonly accessTokenInactivityTimeoutSeconds?: number | undefined;
  /** Whether a login that returns over a public network in clear is an error, not a warning. @default false */
  readonly production?: boolean | undefined;
  /** The namespace of KubeSphere, whose admission webhook reads the Secret. @default "kubesphere-system" */
  readonly namespace?: pulumi.Input<string> | undefined;
}

/**
 * An OAuth client of KubeSphere: a Secret in the very form that KubeSphere's admission webhook stores, so that it never drifts.
 *
 * @throws naming every argument that KubeSphere would refuse or never work with; of an output as soon as it is known.
 */
export class OAuthClient extends pulumi.ComponentResource {
  readonly clientId: string;
  readonly clientSecret: pulumi.Output<string>;

  constructor(name: string, args: OAuthClientArgs, opts?: pulumi.ComponentResourceOptions) {
    const { clientName, secret, scopes = SCOPES, namespace = SYSTEM_NAMESPACE, production = false, ...rest } = args;
    const { redirectURIs, secretName = oauthClientSecretName(clientName) } = rest;
    refuseMistakes(name, args, redirectURIs.map(plain), plain(secret));
    // All but the secret are inputs of the component: a preview shows what changes although the Secret's text is masked.
    super("kubesphere:index:OAuthClient", name, { clientName, scopes, ...rest }, opts);
    this.clientId = clientName;
    this.clientSecret = pulumi.secret(secret ?? this.generate(name, args.rotate));
    const uris = pulumi.all([...redirectURIs]);
    // Apart from the secret, which a preview may not know yet.
    if (!production) uris.apply((known) => this.warnOf(insecureRedirects("redirectURIs", known)));
    const configuration = pulumi
      .all([this.clientSecret, uris])
      .apply(([secret, redirectURIs]) => checkedConfiguration(name, args, secret, redirectURIs));
    new Secret(
      `${name}-config`,
      {
        metadata: { name: secretName, namespace, labels: oauthClientLabels(clientName) },
        type: OAUTH_CLIENT_SECRET_TYPE,
        stringData: { "configuration.yaml": configuration },
      },
      // KubeSphere refuses another name in the same Secret, and a second client of one name: the old one goes first.
      { parent: this, deleteBeforeReplace: true, replaceOnChanges: [`metadata.labels["${label.oauthClient}"]`] },
    );
    this.registerOutputs({ clientId: this.clientId, clientSecret: this.clientSecret });
  }

  private warnOf(risks: readonly Problem[]): void {
    for (const risk of risks) void pulumi.log.warn(describeWarning(risk), this);
  }

  private generate(name: string, rotate: string | undefined): pulumi.Output<string> {
    const keepers = rotate !== undefined && { keepers: { rotate } };
    return new random.RandomPassword(`${name}-secret`, { length: 32, special: false, ...keepers }, { parent: this }).result;
  }
}

const plain = (input: pulumi.Input<string> | undefined) => (typeof input === "string" ? input : undefined);

/** @param secret undefined while it is not known, and where it is generated. */
function refuseMistakes(name: string, args: OAuthClientArgs, redirectURIs: readonly (string | undefined)[], secret?: string): void {
  refuse([
    ...checkOAuthClient(name, { ...args, name: args.clientName, scopes: args.scopes ?? SCOPES, secret, redirectURIs }),
    ...(args.production ? insecureRedirects(`${name}.redirectURIs`, redirectURIs) : []),
  ]);
}

/** What is stored of a client whose every argument is known. @throws as the client itself does */
export function checkedConfiguration(name: string, args: OAuthClientArgs, secret: string, redirectURIs: readonly string[]): string {
  refuseMistakes(name, args, redirectURIs, args.secret === undefined ? undefined : secret);
  return oauthClientConfiguration({ ...args, name: args.clientName, secret, scopeRestrictions: args.scopes ?? SCOPES, redirectURIs });
}
