import * as pulumi from "@pulumi/pulumi";
import { TOKEN_ENDPOINT_AUTH_METHOD } from "../kubesphere/login/issuer";
import { bundleUrl, consoleHost, discoveryUrl, domainSuffix, extensionUrl, portalUrl } from "../kubesphere/urls";
import { controllerOf, otherReleases, type ControllerName } from "../kubesphere/ingress/controllers";
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
import { declareMembers } from "./platformMembers";
import { declareCrds } from "./preparation/restoredCrds";
import { afterOutage } from "./cluster/webhookOutage";

/** The settings that an application needs to log its users in at KubeSphere. */
export interface OAuthClientOutputs {
  /** KubeSphere's OAuth issuer. */
  readonly issuer: string;
  /** The client_id. */
  readonly clientId: string;
  /** The client_secret; a secret in state, too. */
  readonly clientSecret: pulumi.Output<string>;
  /** The addresses to which KubeSphere sends users back after a login. */
  readonly redirectURIs: readonly string[];
  /** The scopes that the client may ask for. */
  readonly scopes: readonly string[];
  /** How the client authenticates itself at the token endpoint. KubeSphere supports one method only. */
  readonly tokenEndpointAuthMethod: string;
}

/** The addresses of an installed extension. */
export interface ExtensionUrls {
  /** The address of its UI. Absent if it has no UI. */
  readonly url?: string;
  /** The address at which the console serves its front-end module. Absent if it has none. */
  readonly bundleUrl?: string;
}

/**
 * A KubeSphere platform: ingress controller and ks-core, then extensions, OAuth clients, repositories and Harbor.
 *
 * The component reads and checks all of it, and renders it for the cluster, before it declares the first resource. Its arguments are plain
 * values, since they decide which resources there are. An extension, client or repository whose arguments are outputs of other resources is
 * declared beside the platform, as an {@link Extension}, {@link OAuthClient} or {@link ExtensionRepository}.
 *
 * @example
 * ```ts
 * const platform = new Platform("kubesphere", { access: { domain: "ks.example.com" }, extensions: [{ source: "./charts/shop" }] }, { provider });
 * export const { consoleUrl, extensions } = platform;
 * ```
 * @throws an error that lists every mistake in the arguments, in the files that they name and in the cluster. For each mistake it says which
 * value was found, which values are allowed and how to mend it.
 */
export class Platform extends PreparedComponent<PreparedPlatform | undefined> {
  /** The address of the console. */
  readonly consoleUrl: string;
  /** The UID of the namespace kube-system. KubeSphere 4.2 calls it the cluster's ID and binds its licence to it. */
  readonly clusterId: pulumi.Output<string>;
  /** KubeSphere's OAuth issuer. */
  readonly issuer: string;
  /** The address of the issuer's OpenID Connect discovery document. */
  readonly discoveryUrl: string;
  /** The addresses of the installed extensions, by name. Known once KubeSphere has finished all of their rollouts. */
  readonly extensions: pulumi.Output<Readonly<Record<string, ExtensionUrls>>>;
  /** The settings of each OAuth client, by its name. */
  readonly oauthClients: Readonly<Record<string, OAuthClientOutputs>>;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions);
  /** @internal */
  // oxlint-disable-next-line typescript/unified-signatures -- the first one alone is public
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

    this.clusterId = pulumi.output(prepared.then((it) => it?.clusterId ?? pulumi.unknown)) as pulumi.Output<string>;
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

  private declare(name: string, prepared: PreparedPlatform): Parts {
    const { settings, sources, follow, earlier, crds = [], webhooksFail, chosen, rights } = prepared;
    const { access, ports, ingress, ksCore, hasSecretConfigs, hasSecretValues } = settings;
    const suffix = domainSuffix(access);
    // The console's Ingress and the extensions' are reached at one controller.
    const httpsPort = ksCore.https?.port ?? ports.ingressHttps;
    const entry = { http: { port: ports.ingress }, ...(ksCore.https && { https: { port: ksCore.https.port } }) };
    const parent = { parent: this };
    // Children inherit it: in production Pulumi deletes or replaces none of them before `pulumi state unprotect`.
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
        ingress: { className: ingress.className, domainSuffix: suffix, httpPort: ports.ingress, httpsPort },
        imageRegistry: ksCore.imageRegistry,
        ksExtensionRepository: ksCore.ksExtensionRepository,
        adminPassword: settings.adminPassword,
        line: sources.ksCoreLine,
        values: secretIf(hasSecretValues.ksCore, ksCore.values),
      },
      platformPart,
    );
    const controller =
      sources.ingress &&
      ingress.installed &&
      new IngressController(
        controllerComponent(name, controllerOf(ingress.installed.controller).release),
        {
          // What earlier versions declared has none.
          ...(ingress.installed.controller !== "ingress-nginx" && { controller: ingress.installed.controller }),
          chart: resolved(sources.ingress),
          className: ingress.className,
          httpNodePort: ports.ingress,
          httpsNodePort: ports.ingressHttps,
          values: secretIf(hasSecretValues.ingress, ingress.installed.values),
        },
        // KubeSphere puts a finalizer on each namespace of the cluster, and once ks-core is gone nothing removes it any more: so a destroy
        // deletes this namespace first.
        { ...platformPart, dependsOn: [core], aliases: formerControllers(name, ingress.installed.controller) },
      );

    const members = declareMembers(name, prepared, core, afterOutage(core, { webhooksFail }), parent);
    const { usable } = members;
    const restored = declareCrds(name, crds, parent);
    const installable = { ...parent, dependsOn: [...(controller ? [controller] : []), usable, ...restored] };
    const extensions = sources.extensions.flatMap(({ path, versions, install, renamedFrom }): Installed[] => {
      const extension = versions[0]?.name ?? "";
      const { ended } = new Extension(
        `${name}-${extension}`,
        {
          ...{ versions, install, renamedFrom, follow },
          isSecret: hasSecretConfigs,
          isInjectedSecret: hasSecretValues.ksCore,
          clusters: chosen?.get(path),
          members: members.named(rights?.get(path) ?? []),
          earlier: earlier?.get(extension),
        },
        {
          ...installable,
          dependsOn: [...installable.dependsOn, ...members.of(install?.clusterScheduling)],
          aliases: formerly(name, renamedFrom),
        },
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
          className: ingress.className,
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
  /** Resolves when the rollout has ended; the addresses do not answer before that. */
  readonly ended: Promise<void>;
}

interface Parts {
  readonly extensions: readonly Installed[];
  readonly clients: ReadonlyMap<string, OAuthClient>;
}

/** Pulumi flattens nested outputs, also those that are not known yet. */
const secretOf = (clients: Parts["clients"], clientId: string): pulumi.Input<string> => clients.get(clientId)?.clientSecret ?? "";

const NOTHING: Parts = { extensions: [], clients: new Map() };

async function inTheEnd(extensions: readonly Installed[]): Promise<Record<string, ExtensionUrls>> {
  await Promise.all(extensions.map(({ ended }) => ended));
  return Object.fromEntries(extensions.map(({ extension, urls }) => [extension, urls]));
}

const controllerComponent = (name: string, release: string) => `${name}-${release}`;

/** A stack has one controller: another one replaces it, and so gets the ports once the former one has let go of them. */
const formerControllers = (name: string, controller: ControllerName) =>
  otherReleases(controllerOf(controller).release).map((release) => ({ name: controllerComponent(name, release) }));

const formerly = (name: string, renamedFrom: string | undefined) => (renamedFrom === undefined ? [] : [{ name: `${name}-${renamedFrom}` }]);
