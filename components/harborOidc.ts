import { Namespace } from "@pulumi/kubernetes/core/v1";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import type { ChartReference } from "../kubesphere/chart/chartSource";
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
} from "../kubesphere/login/harbor";
import type { Values } from "../kubesphere/chart/helmValues";
import { helmRelease } from "./shared/helmRelease";
import { mergedValues } from "./shared/inputValues";
import { refuse } from "./shared/mistake";
import { OAuthClient } from "./oauthClient";

export interface HarborOidcArgs extends HarborOidcOptions {
  /** Of Harbor. A chart on disk is read; one elsewhere has its `version`, unless its URL says it. */
  readonly chart: ChartReference;
  /** Where people reach Harbor: scheme, host and port. */
  readonly externalURL: string;
  /** KubeSphere's OAuth issuer; https. */
  readonly issuer: string;
  /** The IngressClass that serves Harbor. */
  readonly className: string;
  /** The namespace of KubeSphere, where the OAuth client is declared. @default "kubesphere-system" */
  readonly namespace?: pulumi.Input<string> | undefined;
  /** Whether a login that returns over a public network in clear is an error, not a warning. @default false */
  readonly production?: boolean | undefined;
  /** Further values of the chart; they win over the component's own. A secret stays one in state and preview. @default {} */
  readonly values?: pulumi.Input<Values> | undefined;
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
    const { chart, externalURL, issuer, className, production, values = {}, namespace: systemNamespace, ...options } = args;
    refuse(checkIssuer(`${name}.issuer`, issuer));
    super("kubesphere:index:HarborOidc", name, { chart, externalURL, issuer, className, values, ...options }, opts);
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
    this.release = helmRelease(
      `${name}-release`,
      { name: HARBOR_RELEASE, namespace: namespace.metadata.name, chart, values: mergedValues(own, values) },
      parent,
    );
    this.registerOutputs({});
  }
}
