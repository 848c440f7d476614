/**
 * Fills the Marketplace from Repositories, each a Helm repository of packed extensions.
 *
 * Known of KubeSphere: the finalizer; the labels, names and owners of what it makes; that it overwrites what is there, also an
 * Extension that was made by hand, but none of another Repository; that `created`, `digest`, `repository` and `chartURL` come from the
 * index and all else from the package's extension.yaml; that it looks again after the poll interval, 15 minutes at least, or when
 * `status.lastSyncTime` is not set, and at no change of the spec. A guess: that `caBundle` and `insecure` mean
 * what they mean to Helm, and that a version that has left the index stays. Events are left out.
 */
import { valid } from "semver";
import { CORE_API, label } from "../../../kubesphere/api";
import { ConfigurationError } from "../../../kubesphere/errors";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { isGoing, letGo, type Crd } from "./crdRemoval.js";
import { milliseconds } from "./duration.js";
import type { Helm } from "./helm.js";
import { HelmRepository, type IndexEntry } from "./helmRepository.js";
import type { Informer } from "./informer.js";
import { log } from "./log.js";
import { REPOSITORY_FINALIZER, collection, isLabel } from "./names.js";
import type { KubeObject, Metadata, Repository } from "./objects.js";
import { packageFiles } from "./packageFiles.js";
import { timestamp } from "./planStatus.js";
import { Queue } from "./queue.js";
import { owner, publishedExtension, publishedVersion, type Published } from "./repositoryObjects.js";

/** Milliseconds. */
const MIN_INTERVAL = 15 * 60_000;

/** Milliseconds between two looks at a Repository. @param interval Go's duration */
export const pollInterval = (interval = "") => Math.max(MIN_INTERVAL, milliseconds(interval));

export class RepositoryController {
  readonly queue = new Queue("Repository", (name) => this.reconcile(name));
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly cluster: Cluster,
    private readonly helm: Helm,
    private readonly sources: { crds: Informer<Crd>; repositories: Informer<Repository> },
  ) {
    sources.repositories.onChange(({ metadata }) => {
      this.queue.add(metadata.name);
    });
    sources.crds.onChange(({ metadata }) => {
      if (metadata.name === "repositories.kubesphere.io") for (const it of sources.repositories.items) this.queue.add(it.metadata.name);
    });
  }

  private async reconcile(name: string): Promise<void> {
    const path = `${collection.repositories}/${name}`;
    clearTimeout(this.timers.get(name));
    const repository = await ifFound(this.cluster.get<Repository>(path));
    if (!repository) return;
    if (isGoing(this.sources.crds, "repositories.kubesphere.io")) return letGo(this.cluster, path, repository);
    const { resourceVersion, deletionTimestamp, finalizers = [] } = repository.metadata;
    const isHeld = finalizers.includes(REPOSITORY_FINALIZER);
    // What it made has it as its owner: Kubernetes itself removes that.
    const kept =
      deletionTimestamp === undefined ? [...finalizers, REPOSITORY_FINALIZER] : finalizers.filter((it) => it !== REPOSITORY_FINALIZER);
    if (isHeld !== (deletionTimestamp === undefined)) {
      await this.cluster.patch(path, { metadata: { resourceVersion, finalizers: kept } });
      return;
    }
    if (deletionTimestamp === undefined) await this.poll(path, repository);
  }

  private async poll(path: string, repository: Repository): Promise<void> {
    const { name, resourceVersion } = repository.metadata;
    const last = repository.status?.lastSyncTime;
    const due = last === undefined ? 0 : Date.parse(last) + pollInterval(repository.spec.updateStrategy?.registryPoll?.interval);
    if (Date.now() >= due) {
      const count = await this.sync(repository);
      log(`Repository ${name}: ${count} versions of extensions`);
      await this.cluster.patch(path, { metadata: { resourceVersion }, status: { lastSyncTime: timestamp(new Date()) } });
      return;
    }
    const wake = () => {
      this.queue.add(name);
    };
    // The longest that a timer takes is some 24 days.
    this.timers.set(name, setTimeout(wake, Math.min(due - Date.now(), 2 ** 31 - 1)).unref());
  }

  private async sync(repository: Repository): Promise<number> {
    const helm = new HelmRepository(this.helm, repository);
    const found: [string, Published[]][] = [];
    for (const [extension, entries] of Object.entries(await helm.index())) {
      const published: Published[] = [];
      for (const entry of entries.filter(({ name, version }) => name === extension && isLabel(name) && valid(version) !== null)) {
        const version = await publishable(repository, extension, entry, await helm.pull(entry));
        if (version) published.push(version);
      }
      found.push([extension, published]);
    }
    for (const [name, versions] of found) await this.publish(repository, name, versions);
    return found.flatMap(([, versions]) => versions).length;
  }

  private async publish(repository: Repository, name: string, versions: readonly Published[]): Promise<void> {
    const extension = publishedExtension(versions);
    const before = await ifFound(this.cluster.get(`${collection.extensions}/${name}`));
    const other = before?.metadata.labels?.[label.repositoryRef];
    if (!extension || (other !== undefined && other !== repository.metadata.name)) return;
    const made = await this.put("Extension", collection.extensions, { name, ...extension }, owner("Repository", repository.metadata));
    for (const version of versions)
      await this.put("ExtensionVersion", collection.extensionVersions, version, owner("Extension", made.metadata));
  }

  /** Makes it, or writes over what is there. */
  private async put(kind: string, path: string, { name, labels, spec }: Published, ownedBy: ReturnType<typeof owner>): Promise<KubeObject> {
    const before = await ifFound(this.cluster.get(`${path}/${name}`));
    const owners = [...(before?.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== ownedBy.uid), ownedBy];
    const metadata: Metadata = { ...before?.metadata, name, labels: { ...before?.metadata.labels, ...labels }, ownerReferences: owners };
    const body = { ...before, apiVersion: CORE_API, kind, metadata, spec };
    return before ? this.cluster.replace(`${path}/${name}`, body) : this.cluster.create<KubeObject>(path, body);
  }
}

/** What is no package, or would be refused by whoever installs it, keeps none of the others out of the Marketplace. */
async function publishable(repository: Repository, extension: string, entry: IndexEntry, archive: Buffer): Promise<Published | undefined> {
  try {
    return publishedVersion(repository, extension, entry, await packageFiles(archive, `${extension} ${entry.version ?? ""}`));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    log(`Repository ${repository.metadata.name}: ${error.message}`);
    return undefined;
  }
}
