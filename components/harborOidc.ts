import { Namespace } from "@pulumi/kubernetes/core/v1";
import type { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
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
import { helmRelease, shownChart, type DeclaredChart } from "./shared/helmRelease";
import { mergedValues } from "./shared/inputValues";
import { refuse } from "./shared/mistake";
import { OAuthClient } from "./oauthClient";

/** The arguments of a {@link HarborOidc}. */
export interface HarborOidcArgs extends HarborOidcOptions {
  /** Harbor's chart. A chart that is not on disk needs its `version`, unless its URL has it. */
  readonly chart: DeclaredChart;
  /** The address at which people reach Harbor: scheme, host and port. */
  readonly externalURL: string;
  /** KubeSphere's OAuth issuer, an https URL. */
  readonly issuer: string;
  /** The IngressClass that serves Harbor. */
  readonly className: string;
  /** KubeSphere's namespace, in which the OAuth client is declared. @default "kubesphere-system" */
  readonly namespace?: pulumi.Input<string> | undefined;
  /** Whether a redirect URI over http on a public network is an error and not only a warning. @default false */
  readonly production?: boolean | undefined;
  /** Further values of the chart. They win over the values that the component sets. A secret stays one in state and previews. @default {} */
  readonly values?: pulumi.Input<Values> | undefined;
}

/**
 * A Harbor whose users log in at KubeSphere: the Helm release of Harbor, and an OAuth client for it.
 *
 * @throws if the issuer is not an https URL: Harbor would refuse it.
 */
export class HarborOidc extends pulumi.ComponentResource {
  /** Harbor's OAuth client in KubeSphere. */
  readonly client: OAuthClient;
  /** Harbor's Helm release. */
  readonly release: Release;

  constructor(name: string, args: HarborOidcArgs, opts?: pulumi.ComponentResourceOptions) {
    const { chart, externalURL, issuer, className, production, values = {}, namespace: systemNamespace, ...options } = args;
    refuse(checkIssuer(`${name}.issuer`, issuer));
    super("kubesphere:index:HarborOidc", name, { chart: shownChart(chart), externalURL, issuer, className, values, ...options }, opts);
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
