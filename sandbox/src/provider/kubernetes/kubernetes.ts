import type { Log } from "../engineLog.js";
import type { Diff, Options, Provider, Resource } from "../provider.js";
import { parseUrn } from "../provider.js";
import type { Properties } from "../values.js";
import { checkObject } from "./check.js";
import { Client } from "./client.js";
import { diffObject } from "./diff.js";
import { NoSuchKind, Unreachable } from "./errors.js";
import { assertSandbox, sandboxClusters } from "./guard.js";
import type { Helm } from "./helm.js";
import { helmTemplate } from "./helmTemplate.js";
import { createObject } from "./createObject.js";
import { deleteObject, readObject, type Context } from "./objects.js";
import { checkRelease, createRelease, deleteRelease, diffRelease, readRelease, updateRelease, type ReleaseContext } from "./release.js";
import { diffSettings, readSettings, type Settings } from "./settings.js";
import { updateObject } from "./updateObject.js";

const isRelease = (urn: string): boolean => parseUrn(urn).type === "kubernetes:helm.sh/v3:Release";

const HINT =
  'If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

export interface Environment {
  /** The cache folder whose sandboxes are served. */
  readonly home: string;
  /** Path of the helm binary. */
  readonly helm: string;
  readonly log: Log;
}

/**
 * Objects of any kind, patches of them and Helm releases, on the API servers of the sandboxes only. It behaves as recorded of the official provider
 * (test/vectors/provider-kubernetes.json), but for these: fields that a kind's schema does not know stay in the inputs of typed resources,
 * objects of a release are managed by `helm`, a rolled out Deployment may still have old Pods terminating, and the advice after
 * "already exists" and the cause after "unreachable" have words of their own. What was not recorded (patches, forced applies, refreshes of
 * broken workloads) follows the official provider's source, and test/conformance/misfortunes.test.ts. What it does not do it refuses by name.
 */
export class KubernetesProvider implements Provider {
  readonly name = "kubernetes";
  readonly version = "4.34.2";
  readonly functions = { "kubernetes:helm:template": (args: Properties) => this.template(args) };
  private readonly abort = new AbortController();
  private settings: Settings | undefined;
  private client: Client | undefined;
  /** Whether the cluster does not answer: asked once, as by the official provider, when it is configured. */
  private away: Promise<boolean> | undefined;

  constructor(private readonly environment: Environment) {}

  diffConfig = diffSettings;

  configure(config: Properties): void {
    this.settings = readSettings(config);
    const { access } = this.settings;
    if (!access) return;
    assertSandbox(access, sandboxClusters(this.environment.home));
    this.client = new Client(access);
  }

  async check(resource: { urn: string; seed: Buffer }, olds: Properties, news: Properties) {
    if (await this.skips()) {
      await this.environment.log.warn(resource.urn, "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...");
      return { inputs: olds };
    }
    if (!isRelease(resource.urn)) return checkObject(resource, olds, news, (apiVersion, kind) => this.namespaceFor(apiVersion, kind));
    return checkRelease(resource, olds, news, this.settings?.namespace ?? this.client?.defaultNamespace ?? "default", this.helm);
  }

  diff(old: Resource, news: Properties): Diff {
    if (isRelease(old.urn)) return diffRelease(old, news);
    const { enableConfigMapMutable = false, enableSecretMutable = false } = this.settings ?? {};
    return diffObject(old, news, { configMaps: enableConfigMapMutable, secrets: enableSecretMutable });
  }

  async create(urn: string, inputs: Properties, options: Options): Promise<{ id: string; outputs: Properties }> {
    if (options.preview && !this.client) return { id: "", outputs: inputs };
    return isRelease(urn) ? createRelease(this.releaseContext, urn, inputs, options) : createObject(this.context, urn, inputs, options);
  }

  async read(old: Resource) {
    try {
      return await (isRelease(old.urn) ? readRelease(this.releaseContext, old) : readObject(this.context, old));
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (await this.forgets(old, error)) return undefined;
      if (this.settings?.skipUpdateUnreachable) {
        const said = "configured Kubernetes cluster is unreachable and the `skipUnreachable` option is enabled. Returned data could not";
        await this.environment.log.inform(old.urn, `${said} reflect the actual cluster configuration.`);
        return old;
      }
      throw new Error(`failed to read resource state due to unreachable cluster. ${HINT}`);
    }
  }

  async update(old: Resource, news: Properties, options: Options): Promise<Properties> {
    if (options.preview && !this.client) return news;
    return isRelease(old.urn) ? updateRelease(this.releaseContext, old, news, options) : updateObject(this.context, old, news, options);
  }

  async delete(old: Resource, options: Options): Promise<void> {
    try {
      await (isRelease(old.urn) ? deleteRelease(this.releaseContext, old) : deleteObject(this.context, old, options));
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (isRelease(old.urn)) {
        // Of a release only a refresh forgets: a destroy would leave its objects to nobody.
        throw new Error(`can't delete Helm Release with unreachable cluster. Reason: ${JSON.stringify(error.message)}`);
      }
      if (await this.forgets(old, error)) return;
      throw new Error(`configured Kubernetes cluster is unreachable. ${HINT}`);
    }
  }

  /** Whether what is on the cluster stays as it is, since that does not answer. */
  private async skips(): Promise<boolean> {
    if (this.client === undefined || !this.settings?.skipUpdateUnreachable) return false;
    return (this.away ??= this.client.request("GET", "/version").then(
      () => false,
      (error: unknown) => error instanceof Unreachable,
    ));
  }

  /** Whether what is on a cluster that does not answer counts as gone; says so beside the resource. */
  private async forgets({ urn }: Resource, { message }: Unreachable): Promise<boolean> {
    const { log } = this.environment;
    await log.warn(urn, `configured Kubernetes cluster is unreachable: ${message}`);
    if (!this.settings?.deleteUnreachable) return false;
    await log.inform(
      urn,
      "configured Kubernetes cluster is unreachable and the `deleteUnreachable` option is enabled. Deleting the unreachable resource from Pulumi state",
    );
    return true;
  }

  cancel(): void {
    this.abort.abort();
  }

  private template(args: Properties): Promise<Properties> {
    return helmTemplate({ helm: this.helm, client: this.client, warn: this.environment.log.warn }, args);
  }

  private get context(): Context {
    if (!this.client) throw new Error("the provider's kubeconfig is not known yet");
    const { upsertExistingObjects: upsert = false, enablePatchForce: force = false } = this.settings ?? {};
    return { client: this.client, upsert, force, signal: this.abort.signal, warn: this.environment.log.warn };
  }

  private get helm(): Helm {
    return { binary: this.environment.helm, kubeconfig: this.settings?.access?.kubeconfig, signal: this.abort.signal };
  }

  private get releaseContext(): ReleaseContext {
    return { ...this.context, helm: this.helm };
  }

  /** Where an object without a namespace goes. A kind that the server does not know yet, or no server, leaves it open. */
  private async namespaceFor(apiVersion: string, kind: string): Promise<string | undefined> {
    try {
      const found = await this.client?.kind(apiVersion, kind);
      return found?.namespaced ? (this.settings?.namespace ?? this.client?.defaultNamespace) : undefined;
    } catch (error) {
      if (error instanceof NoSuchKind || error instanceof Unreachable) return undefined;
      throw error;
    }
  }
}
