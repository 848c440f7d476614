import { Namespace } from "@pulumi/kubernetes/core/v1";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import type { ChartSource } from "../kubesphere/chartSource";
import { describeProblem } from "../kubesphere/errors";
import {
  checkIssuer,
  HARBOR_CLIENT,
  HARBOR_NAMESPACE,
  HARBOR_RELEASE,
  HARBOR_SCOPES,
  harborExposure,
  harborOidcSettings,
  harborRedirectURI,
  type HarborOidcOptions,
} from "../kubesphere/harbor";
import { mergeValues, type Values } from "../kubesphere/helmValues";
import { helmRelease } from "./helmRelease";
import { mistake } from "./mistake";
import { OAuthClient } from "./oauthClient";

export interface HarborOidcArgs extends HarborOidcOptions {
  readonly chart: ChartSource;
  /** Where people reach Harbor: scheme, host and port. */
  readonly externalURL: string;
  /** KubeSphere's OAuth issuer; https. */
  readonly issuer: string;
  /** The IngressClass that serves Harbor. */
  readonly className: string;
  /** The namespace of KubeSphere, where the OAuth client is declared. */
  readonly namespace: pulumi.Input<string>;
  /** Whether a login that returns over a public network in clear is an error, not a warning. @default false */
  readonly production?: boolean | undefined;
  /** Further values of the chart; they win over the program's own. */
  readonly values: Values;
  /** Whether the values hold a secret, such as Harbor's own administrator's password. @default false */
  readonly isSecret?: boolean | undefined;
}

/**
 * Harbor whose users are KubeSphere's: an OAuth client made for it, and the Helm release that knows it.
 *
 * @throws when the issuer is not https, which Harbor would refuse.
 */
export class HarborOidc extends pulumi.ComponentResource {
  readonly client: OAuthClient;
  readonly release: Release;

  constructor(name: string, args: HarborOidcArgs, opts?: pulumi.ComponentResourceOptions) {
    const { chart, externalURL, issuer, className, production, values, isSecret = false, namespace: systemNamespace, ...options } = args;
    const problems = checkIssuer(`${name}.issuer`, issuer);
    if (problems.length > 0) throw mistake(problems.map(describeProblem).join("\n"));
    super(
      "kubesphere:index:HarborOidc",
      name,
      { chart, externalURL, issuer, className, values: isSecret ? pulumi.secret(values) : values, ...options },
      opts,
    );
    const parent = { parent: this };
    this.client = new OAuthClient(
      `${name}-client`,
      {
        clientName: HARBOR_CLIENT,
        scopes: HARBOR_SCOPES,
        redirectURIs: [harborRedirectURI(externalURL)],
        production,
        namespace: systemNamespace,
      },
      parent,
    );
    const { clientId, clientSecret: secret } = this.client;
    const login = secret.apply((clientSecret) => harborOidcSettings({ issuer, clientId, clientSecret, ...options }));
    const namespace = new Namespace(`${name}-namespace`, { metadata: { name: HARBOR_NAMESPACE } }, parent);
    const own = { ...harborExposure(externalURL, className), core: { configureUserSettings: login } };
    const merged = { ...mergeValues(own, values) };
    this.release = helmRelease(
      `${name}-release`,
      { name: HARBOR_RELEASE, namespace: namespace.metadata.name, chart, values: isSecret ? pulumi.secret(merged) : merged },
      parent,
    );
    this.registerOutputs({});
  }
}
