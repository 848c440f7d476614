import * as pulumi from "@pulumi/pulumi";
import { TOKEN_ENDPOINT_AUTH_METHOD } from "../kubesphere/issuer";
import { bundleUrl, consoleHost, discoveryUrl, domainSuffix, extensionUrl, portalUrl } from "../kubesphere/urls";
import type { ClusterAccess } from "../kubesphere/clusterCheck";
import type { Settings } from "./settings";
import type { EarlierPlans } from "./earlierPlans";
import { Extension } from "./extension";
import { ExtensionRepository } from "./extensionRepository";
import { HarborOidc } from "./harborOidc";
import { IngressNginx } from "./ingressNginx";
import { KsCore } from "./ksCore";
import { OAuthClient } from "./oauthClient";
import type { Follow } from "./rollouts";
import type { Sources } from "./sources";
import { afterOutage } from "./webhookOutage";

/** What an application has to be told. */
export interface OAuthClientOutputs {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: pulumi.Output<string>;
  readonly redirectURIs: readonly string[];
  readonly scopes: readonly string[];
  readonly tokenEndpointAuthMethod: string;
}

/** Where an installed extension answers. */
export interface ExtensionUrls {
  /** Its UI; absent where it has none. */
  readonly url?: string;
  /** Its front-end module, as the console serves it; absent where it brings none. */
  readonly bundleUrl?: string;
}

/** How a run waits for what the provider does not see the end of. */
export interface PlatformWaits extends Pick<ClusterAccess, "webhooksFail"> {
  readonly follow: Follow;
  /** Default: none. */
  readonly earlier?: EarlierPlans;
}

/** A KubeSphere platform: ingress controller and ks-core, then extensions and OAuth clients. */
export class Platform extends pulumi.ComponentResource {
  /** Where the console answers. */
  readonly consoleUrl: string;
  /** OAuth issuer, and its OpenID Connect discovery document. */
  readonly issuer: string;
  readonly discoveryUrl: string;
  readonly extensions: Readonly<Record<string, pulumi.Output<ExtensionUrls>>>;
  /** By client name. */
  readonly oauthClients: Readonly<Record<string, OAuthClientOutputs>>;

  constructor(name: string, settings: Settings, sources: Sources, waits: PlatformWaits, opts: pulumi.ComponentResourceOptions) {
    super("kubesphere:index:Platform", name, {}, opts);
    const { access, ports, ingressNginx, ksCore } = settings;
    const suffix = domainSuffix(access);
    // The console's Ingress and the extensions' are reached at one controller.
    const httpsPort = ksCore.https?.port ?? ports.ingressHttps;
    const entry = { http: { port: ports.ingress }, ...(ksCore.https && { https: { port: ksCore.https.port } }) };
    const parent = { parent: this };
    // Children inherit it: in production nothing of these is deleted or replaced before `pulumi state unprotect`.
    const platformPart = { ...parent, protect: settings.production };

    const core = new KsCore(
      "ks-core",
      {
        chart: sources.ksCore,
        clusterIdentifier: settings.cluster.identifier,
        portal: ksCore.portal,
        https: ksCore.https,
        consoleNodePort: ports.console,
        ingress: { className: ingressNginx.className, domainSuffix: suffix, httpPort: ports.ingress, httpsPort },
        imageRegistry: ksCore.imageRegistry,
        ksExtensionRepository: ksCore.ksExtensionRepository,
        adminPassword: settings.adminPassword,
        values: ksCore.values,
        isSecret: settings.hasSecretValues.ksCore,
      },
      platformPart,
    );
    const controller =
      sources.ingressNginx &&
      new IngressNginx(
        "ingress-nginx",
        {
          chart: sources.ingressNginx,
          className: ingressNginx.className,
          httpNodePort: ports.ingress,
          httpsNodePort: ports.ingressHttps,
          values: ingressNginx.values,
          isSecret: settings.hasSecretValues.ingressNginx,
        },
        // KubeSphere holds each namespace of the cluster by a finalizer, which nobody takes off once ks-core is gone: so in a destroy this
        // one goes first.
        { ...platformPart, dependsOn: [core] },
      );

    this.issuer = portalUrl(ksCore.portal);
    this.discoveryUrl = discoveryUrl(this.issuer);
    this.consoleUrl = ksCore.https ? this.issuer : portalUrl({ hostname: consoleHost(access), http: { port: ports.console } });

    const usable = afterOutage(core, waits);
    const installable = { ...parent, dependsOn: controller ? [controller, usable] : [usable] };
    this.extensions = Object.fromEntries(
      sources.extensions.flatMap(({ versions, install, renamedFrom }) => {
        const extension = versions[0]?.name ?? "";
        const { hasSecretConfigs: isSecret, hasSecretValues } = settings;
        const { ended } = new Extension(
          extension,
          {
            versions,
            install,
            renamedFrom,
            isSecret,
            isInjectedSecret: hasSecretValues.ksCore,
            follow: waits.follow,
            earlier: waits.earlier?.get(extension),
          },
          installable,
        );
        const { hosts = [], hasFrontEnd = false } = versions.find(({ version }) => version === install?.version)?.learnt ?? {};
        const urls = {
          ...(hosts.includes(`${extension}.${suffix}`) && { url: extensionUrl(extension, suffix, entry) }),
          ...(hasFrontEnd && { bundleUrl: bundleUrl(this.consoleUrl, extension) }),
        };
        // Nothing answers there before.
        return install === undefined ? [] : [[extension, pulumi.output(ended.then(() => urls))]];
      }),
    );
    for (const repository of settings.extensionRepositories) {
      const args = { ...repository, kubesphereVersion: sources.kubesphereVersion ?? "" };
      new ExtensionRepository(`repository-${repository.name}`, args, { ...parent, dependsOn: [usable] });
    }
    this.oauthClients = Object.fromEntries(
      settings.oauthClients.map(({ name: clientName, renamedFrom, ...client }) => {
        // Under its former name the client is the same to Pulumi: the preview shows a replacement, which deletes first.
        const aliases = renamedFrom === undefined ? [] : [{ name: `oauth-${renamedFrom}` }];
        const { clientId, clientSecret } = new OAuthClient(
          `oauth-${clientName}`,
          { clientName, namespace: core.namespace, production: settings.production, ...client },
          { ...parent, dependsOn: [usable], aliases },
        );
        const { redirectURIs, scopes } = client;
        const outputs = { issuer: this.issuer, clientId, clientSecret, redirectURIs, scopes };
        return [clientName, { ...outputs, tokenEndpointAuthMethod: TOKEN_ENDPOINT_AUTH_METHOD }];
      }),
    );
    if (settings.harbor && sources.harbor) {
      const { externalURL, values, adminGroup, groupsClaim, userClaim, autoOnboard, verifyCert } = settings.harbor;
      new HarborOidc(
        "harbor",
        {
          ...{ externalURL, values, adminGroup, groupsClaim, userClaim, autoOnboard, verifyCert },
          chart: sources.harbor,
          issuer: this.issuer,
          className: ingressNginx.className,
          namespace: core.namespace,
          production: settings.production,
          isSecret: settings.hasSecretValues.harbor,
        },
        { ...installable, protect: settings.production },
      );
    }
    this.registerOutputs({});
  }
}
