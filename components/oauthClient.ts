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

/** The arguments of an {@link OAuthClient}. */
export interface OAuthClientArgs {
  /** The client_id. A changed one replaces the client. */
  readonly clientName: string;
  /** The client_secret. Default: one that is generated once and kept. */
  readonly secret?: pulumi.Input<string> | undefined;
  /** Any text. A changed one generates a new secret, and the old secret stops working. Not together with `secret`. */
  readonly rotate?: string | undefined;
  /** The name of the Secret that holds the client. Default: `oauthclient-<clientName>` */
  readonly secretName?: string | undefined;
  /** What KubeSphere does when a user who is logged in comes from the client. @default "auto" */
  readonly grantMethod?: GrantMethod | undefined;
  /** Set in KubeSphere's field of the same name. @default false */
  readonly trusted?: boolean | undefined;
  /** Set in KubeSphere's field of the same name. @default false */
  readonly respondWithChallenges?: boolean | undefined;
  /** The scopes that the client may ask for, of openid, email and profile. @default all three */
  readonly scopes?: readonly string[] | undefined;
  /** Absolute URLs. KubeSphere compares them character by character. */
  readonly redirectURIs: readonly pulumi.Input<string>[];
  /** How long an access token is valid, in seconds, at least 600; 0 for KubeSphere's own setting. @default 0 */
  readonly accessTokenMaxAgeSeconds?: number | undefined;
  /** Set in KubeSphere's field of the same name: seconds, at least 600; 0 for KubeSphere's own setting. @default 0 */
  readonly accessTokenInactivityTimeoutSeconds?: number | undefined;
  /** Whether a redirect URI over http on a public network is an error and not only a warning. @default false */
  readonly production?: boolean | undefined;
  /** KubeSphere's namespace. KubeSphere's admission webhook reads the Secret only there. @default "kubesphere-system" */
  readonly namespace?: pulumi.Input<string> | undefined;
}

/**
 * An OAuth client of KubeSphere: a Secret in exactly the form that KubeSphere's admission webhook stores, so that it never drifts.
 *
 * @throws an error that lists every argument that KubeSphere would refuse, or would accept without ever working with it. An output is checked
 * as soon as it is known.
 */
export class OAuthClient extends pulumi.ComponentResource {
  /** The client_id. */
  readonly clientId: string;
  /** The client_secret; a secret in state, too. */
  readonly clientSecret: pulumi.Output<string>;

  constructor(name: string, args: OAuthClientArgs, opts?: pulumi.ComponentResourceOptions) {
    const { clientName, secret, scopes = SCOPES, namespace = SYSTEM_NAMESPACE, production = false, ...rest } = args;
    const { redirectURIs, secretName = oauthClientSecretName(clientName) } = rest;
    refuseMistakes(name, args, redirectURIs.map(plain), plain(secret));
    // All arguments but the secret are inputs of the component, so that a preview shows what changes although the Secret's text is masked.
    super("kubesphere:index:OAuthClient", name, { clientName, scopes, ...rest }, opts);
    this.clientId = clientName;
    this.clientSecret = pulumi.secret(secret ?? this.generate(name, args.rotate));
    const uris = pulumi.all([...redirectURIs]);
    // Not together with the secret, which a preview may not know yet.
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
      // KubeSphere refuses a change of the name in a Secret, and a second client of the same name: so the old Secret is deleted first.
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

/** @param secret undefined while it is unknown, and if it is generated. */
function refuseMistakes(name: string, args: OAuthClientArgs, redirectURIs: readonly (string | undefined)[], secret?: string): void {
  refuse([
    ...checkOAuthClient(name, { ...args, name: args.clientName, scopes: args.scopes ?? SCOPES, secret, redirectURIs }),
    ...(args.production ? insecureRedirects(`${name}.redirectURIs`, redirectURIs) : []),
  ]);
}

/** The text of a client's Secret, once every argument is known. @throws as {@link OAuthClient} does */
export function checkedConfiguration(name: string, args: OAuthClientArgs, secret: string, redirectURIs: readonly string[]): string {
  refuseMistakes(name, args, redirectURIs, args.secret === undefined ? undefined : secret);
  return oauthClientConfiguration({ ...args, name: args.clientName, secret, scopeRestrictions: args.scopes ?? SCOPES, redirectURIs });
}
