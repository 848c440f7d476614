import * as pulumi from "@pulumi/pulumi";
import { TOKEN_ENDPOINT_AUTH_METHOD } from "../kubesphere/login/issuer";
import { bundleUrl, consoleHost, discoveryUrl, domainSuffix, extensionUrl, portalUrl } from "../kubesphere/urls";
import { Extension } from "./extension";
import { ExtensionRepository } from "./extensionRepository";
import { HarborOidc } from "./harborOidc";
import { resolved } from "./shared/helmRelease";
import { IngressController } from "./ingressController";
import { KsCore } from "./ksCore";
import { OAuthClient } from "./oauthClient";
import { platformSettings, type PlatformArgs } from "./platformArgs";
import { preparePlatform, type JudgedPlatform, type PreparedPlatform } from "./preparation/platformPreparation";
import { PreparedComponent } from "./shared/preparedComponent";
import { kubernetesProvider } from "./cluster/providerCluster";
import { declareCrds } from "./preparation/restoredCrds";
import { afterOutage } from "./cluster/webhookOutage";

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

/**
 * A KubeSphere platform: ingress controller and ks-core, then extensions, OAuth clients, repositories and Harbor.
 *
 * Everything is read, rendered for the cluster and checked before any of it is declared. Its arguments are plain values, since they decide
 * which resources there are; what hangs on other resources is declared beside it, with {@link OAuthClient} and its like.
 *
 * @example
 * ```ts
 * const platform = new Platform("kubesphere", { access: { domain: "ks.example.com" }, extensions: [{ source: "./charts/shop" }] }, { provider });
 * export const { consoleUrl, extensions } = platform;
 * ```
 * @throws naming every mistake in its arguments, in files that they name and in the cluster: what was given, what is allowed, how to mend it.
 */
export class Platform extends PreparedComponent<PreparedPlatform | undefined> {
  /** Where the console answers. */
  readonly consoleUrl: string;
  /** OAuth issuer, and its OpenID Connect discovery document. */
  readonly issuer: string;
  readonly discoveryUrl: string;
  /** Where those that are installed answer, by name, once KubeSphere is done with all of them. */
  readonly extensions: pulumi.Output<Readonly<Record<string, ExtensionUrls>>>;
  /** By client name. */
  readonly oauthClients: Readonly<Record<string, OAuthClientOutputs>>;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions);
  /** @internal */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- the first one alone is public
  constructor(name: string, args: JudgedPlatform | PreparedPlatform, opts?: pulumi.ComponentResourceOptions);
  constructor(name: string, args: PlatformArgs | JudgedPlatform | PreparedPlatform, opts: pulumi.ComponentResourceOptions = {}) {
    const root = `${name}:`;
    const judged = "settings" in args ? args : { settings: platformSettings(args, name, root) };
    const prepared = "sources" in judged ? Promise.resolve(judged) : preparePlatform(judged, kubernetesProvider(opts), root);
    super("kubesphere:index:Platform", name, prepared, {}, opts);
    const { settings } = judged;
    const { access, ports, ksCore } = settings;
    this.issuer = portalUrl(ksCore.portal);
    this.discoveryUrl = discoveryUrl(this.issuer);
    this.consoleUrl = ksCore.https ? this.issuer : portalUrl({ hostname: consoleHost(access), http: { port: ports.console } });

    const parts = this.declared(prepared, (it) => (it === undefined ? NOTHING : this.declare(name, it)));
    this.extensions = pulumi.output(parts.then(({ extensions }) => inTheEnd(extensions)));
    this.oauthClients = Object.fromEntries(
      settings.oauthClients.map(({ name: clientId, redirectURIs, scopes }) => [
        clientId,
        {
          ...{ issuer: this.issuer, clientId, redirectURIs, scopes },
          clientSecret: pulumi.secret(parts.then(({ clients }) => secretOf(clients, clientId))),
          tokenEndpointAuthMethod: TOKEN_ENDPOINT_AUTH_METHOD,
        },
      ]),
    );
  }

  private declare(name: string, { settings, sources, follow, earlier, crds = [], webhooksFail }: PreparedPlatform): Parts {
    const { access, ports, ingressNginx, ksCore, hasSecretConfigs, hasSecretValues } = settings;
    const suffix = domainSuffix(access);
    // The console's Ingress and the extensions' are reached at one controller.
    const httpsPort = ksCore.https?.port ?? ports.ingressHttps;
    const entry = { http: { port: ports.ingress }, ...(ksCore.https && { https: { port: ksCore.https.port } }) };
    const parent = { parent: this };
    // Children inherit it: in production nothing of these is deleted or replaced before `pulumi state unprotect`.
    const platformPart = { ...parent, protect: settings.production };
    const secretIf = <T>(isSecret: boolean, values: T): pulumi.Input<T> => (isSecret ? pulumi.secret(values) : values) as pulumi.Input<T>;

    const core = new KsCore(
      `${name}-ks-core`,
      {
        chart: resolved(sources.ksCore),
        clusterIdentifier: settings.cluster.identifier,
        portal: ksCore.portal,
        https: ksCore.https,
        consoleNodePort: ports.console,
        ingress: { className: ingressNginx.className, domainSuffix: suffix, httpPort: ports.ingress, httpsPort },
        imageRegistry: ksCore.imageRegistry,
        ksExtensionRepository: ksCore.ksExtensionRepository,
        adminPassword: settings.adminPassword,
        values: secretIf(hasSecretValues.ksCore, ksCore.values),
      },
      platformPart,
    );
    const controller =
      sources.ingressNginx &&
      new IngressController(
        `${name}-ingress-nginx`,
        {
          chart: resolved(sources.ingressNginx),
          className: ingressNginx.className,
          httpNodePort: ports.ingress,
          httpsNodePort: ports.ingressHttps,
          values: secretIf(hasSecretValues.ingressNginx, ingressNginx.values),
        },
        // KubeSphere holds each namespace of the cluster by a finalizer, which nobody takes off once ks-core is gone: so in a destroy this
        // one goes first.
        { ...platformPart, dependsOn: [core] },
      );

    const usable = afterOutage(core, { webhooksFail });
    const restored = declareCrds(name, crds, parent);
    const installable = { ...parent, dependsOn: [...(controller ? [controller] : []), usable, ...restored] };
    const extensions = sources.extensions.flatMap(({ versions, install, renamedFrom }): Installed[] => {
      const extension = versions[0]?.name ?? "";
      const { ended } = new Extension(
        `${name}-${extension}`,
        {
          ...{ versions, install, renamedFrom, follow },
          isSecret: hasSecretConfigs,
          isInjectedSecret: hasSecretValues.ksCore,
          earlier: earlier?.get(extension),
        },
        { ...installable, aliases: formerly(name, renamedFrom) },
      );
      const { hosts = [], hasFrontEnd = false } = versions.find(({ version }) => version === install?.version)?.learnt ?? {};
      const urls = {
        ...(hosts.includes(`${extension}.${suffix}`) && { url: extensionUrl(extension, suffix, entry) }),
        ...(hasFrontEnd && { bundleUrl: bundleUrl(this.consoleUrl, extension) }),
      };
      return install === undefined ? [] : [{ extension, urls, ended }];
    });
    for (const repository of settings.extensionRepositories) {
      const args = { ...repository, kubesphereVersion: sources.kubesphereVersion ?? "" };
      new ExtensionRepository(`${name}-repository-${repository.name}`, args, { ...parent, dependsOn: [usable] });
    }
    const clients = settings.oauthClients.map(({ name: clientName, renamedFrom, ...client }) => {
      // Under its former name the client is the same to Pulumi: the preview shows a replacement, which deletes first.
      const aliases = formerly(`${name}-oauth`, renamedFrom);
      const args = { clientName, namespace: core.namespace, production: settings.production, ...client };
      return [clientName, new OAuthClient(`${name}-oauth-${clientName}`, args, { ...parent, dependsOn: [usable], aliases })] as const;
    });
    if (settings.harbor && sources.harbor) {
      const { externalURL, values, adminGroup, groupsClaim, userClaim, autoOnboard, verifyCert } = settings.harbor;
      new HarborOidc(
        `${name}-harbor`,
        {
          ...{ externalURL, adminGroup, groupsClaim, userClaim, autoOnboard, verifyCert },
          values: secretIf(hasSecretValues.harbor, values),
          chart: resolved(sources.harbor),
          issuer: this.issuer,
          className: ingressNginx.className,
          namespace: core.namespace,
          production: settings.production,
        },
        { ...installable, protect: settings.production },
      );
    }
    return { extensions, clients: new Map(clients) };
  }
}

interface Installed {
  readonly extension: string;
  readonly urls: ExtensionUrls;
  /** Nothing answers there before. */
  readonly ended: Promise<void>;
}

interface Parts {
  readonly extensions: readonly Installed[];
  readonly clients: ReadonlyMap<string, OAuthClient>;
}

/** Nested outputs are flattened, known and unknown ones alike. */
const secretOf = (clients: Parts["clients"], clientId: string): pulumi.Input<string> => clients.get(clientId)?.clientSecret ?? "";

const NOTHING: Parts = { extensions: [], clients: new Map() };

async function inTheEnd(extensions: readonly Installed[]): Promise<Record<string, ExtensionUrls>> {
  await Promise.all(extensions.map(({ ended }) => ended));
  return Object.fromEntries(extensions.map(({ extension, urls }) => [extension, urls]));
}

const formerly = (name: string, renamedFrom: string | undefined) => (renamedFrom === undefined ? [] : [{ name: `${name}-${renamedFrom}` }]);
