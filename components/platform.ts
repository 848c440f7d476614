import * as pulumi from "@pulumi/pulumi";
import { bundleUrl, consoleHost, discoveryUrl, domainSuffix, extensionUrl, portalUrl } from "../kubesphere/urls";
import type { Settings } from "./settings";
import { Extension } from "./extension";
import { IngressNginx } from "./ingressNginx";
import { KsCore } from "./ksCore";
import { OAuthClient } from "./oauthClient";
import type { Sources } from "./sources";

/** A KubeSphere platform: ingress controller and ks-core, then extensions and OAuth clients. */
export class Platform extends pulumi.ComponentResource {
  /** Where the console answers. */
  readonly consoleUrl: string;
  /** OAuth issuer, and its OpenID Connect discovery document. */
  readonly issuer: string;
  readonly discoveryUrl: string;
  /** By extension: its own address, and its front-end module as the console serves it. */
  readonly extensions: Readonly<Record<string, { readonly url: string; readonly bundleUrl: string }>>;
  /** By client name. */
  readonly oauthClients: Readonly<Record<string, { readonly clientId: string; readonly clientSecret: pulumi.Output<string> }>>;

  constructor(name: string, settings: Settings, sources: Sources, opts: pulumi.ComponentResourceOptions) {
    super("kubesphere:index:Platform", name, {}, opts);
    const { access, ports, ingressNginx, ksCore } = settings;
    const suffix = domainSuffix(access);
    const parent = { parent: this };

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
        },
        parent,
      );

    const core = new KsCore(
      "ks-core",
      {
        chart: sources.ksCore,
        clusterIdentifier: settings.cluster.identifier,
        portal: ksCore.portal,
        consoleNodePort: ports.console,
        ingress: { className: ingressNginx.className, domainSuffix: suffix, httpPort: ports.ingress, httpsPort: ports.ingressHttps },
        imageRegistry: ksCore.imageRegistry,
        ksExtensionRepository: ksCore.ksExtensionRepository,
        values: ksCore.values,
      },
      parent,
    );
    this.issuer = portalUrl(ksCore.portal);
    this.discoveryUrl = discoveryUrl(this.issuer);
    this.consoleUrl = portalUrl({ hostname: consoleHost(access), http: { port: ports.console } });

    const installable = { ...parent, dependsOn: controller ? [controller, core] : [core] };
    this.extensions = Object.fromEntries(
      sources.extensions.map((args) => {
        const { name: extension } = args.package;
        new Extension(extension, args, installable);
        return [extension, { url: extensionUrl(extension, suffix, ports.ingress), bundleUrl: bundleUrl(this.consoleUrl, extension) }];
      }),
    );
    this.oauthClients = Object.fromEntries(
      settings.oauthClients.map(({ name: clientName, ...client }) => {
        const { clientId, clientSecret } = new OAuthClient(
          `oauth-${clientName}`,
          { clientName, namespace: core.namespace, ...client },
          { ...parent, dependsOn: [core] },
        );
        return [clientName, { clientId, clientSecret }];
      }),
    );
    this.registerOutputs({});
  }
}
