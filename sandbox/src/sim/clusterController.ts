/** Joins clusters as KubeSphere's controller manager does, while it runs: each Cluster object, the host's own included. */
import { configHashAnnotation, KS_CORE_RELEASE, memberAnnotation, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { ifFound } from "./apiError.js";
import { Cluster } from "./cluster.js";
import * as change from "./clusterStatus.js";
import { configHash } from "./configHash.js";
import { isGoing, letGo, type Crd } from "./crdRemoval.js";
import type { HostCluster } from "./hostCluster.js";
import type { Informer } from "./informer.js";
import { log } from "./log.js";
import type { KubeSphereRelease, Manager } from "./manager.js";
import { memberValues, type MemberReleases } from "./memberRelease.js";
import { CLUSTER_CRD, CLUSTER_FINALIZER, KS_AGENT, collection, namespaced } from "./names.js";
import type { ClusterObject, KubeObject } from "./objects.js";
import { Queue } from "./queue.js";
import { statusPatch } from "./statusPatch.js";

/** Milliseconds: how often KubeSphere looks at a cluster of which nothing has changed. */
const RESYNC = 900_000;
const KUBE_SYSTEM = `${collection.namespaces}/kube-system`;
const pathOf = (name: string) => `${collection.clusters}/${name}`;

interface Sources {
  manager: Pick<Manager, "running" | "isDead" | "survivesMembers" | "kill">;
  crds: Informer<Crd>;
  clusters: Informer<ClusterObject>;
}

export class ClusterController {
  private readonly queue = new Queue("Cluster", (name) => this.reconcile(name));
  private readonly resync: NodeJS.Timeout;
  /** By Cluster, the spec that was looked at: a change of the status alone is none to KubeSphere. */
  private readonly seen = new Map<string, string>();
  constructor(
    private readonly cluster: Cluster,
    private readonly host: HostCluster,
    private readonly releases: MemberReleases,
    private readonly sources: Sources,
  ) {
    const { crds, clusters } = sources;
    const all = () => {
      for (const { metadata } of clusters.items) this.queue.add(metadata.name);
    };
    clusters.onChange((object, isGone) => this.look(object, isGone));
    crds.onChange(({ metadata }) => {
      if (metadata.name === CLUSTER_CRD) all();
    });
    host.onManagerStart(() => {
      if (sources.manager.isDead) releases.kill();
      all();
    });
    this.resync = setInterval(all, RESYNC);
  }

  stop(): void {
    clearInterval(this.resync);
    this.queue.stop();
    this.host.stop();
    this.releases.stop();
  }

  private look({ metadata: { name, deletionTimestamp }, spec }: ClusterObject, isGone: boolean): void {
    const now = JSON.stringify([spec, deletionTimestamp]);
    if (isGone) this.seen.delete(name);
    else if (this.seen.get(name) !== now) {
      this.seen.set(name, now);
      this.queue.add(name);
    }
  }

  private async reconcile(name: string): Promise<void> {
    const found = await ifFound(this.cluster.get<ClusterObject>(pathOf(name)));
    if (!found) return;
    if (isGoing(this.sources.crds, CLUSTER_CRD)) return letGo(this.cluster, pathOf(name), found);
    const release = this.sources.manager.running;
    if (release === undefined) return;
    if (found.metadata.deletionTimestamp !== undefined) return this.leave(found);
    const held = await this.held(found);
    const { kubeconfig = "" } = held.spec?.connection ?? {};
    // Nothing tells its author.
    if (kubeconfig === "") return;
    await this.join(held, Buffer.from(kubeconfig, "base64").toString(), release);
  }

  private async held(object: ClusterObject): Promise<ClusterObject> {
    const { name, resourceVersion, finalizers = [] } = object.metadata;
    if (finalizers.includes(CLUSTER_FINALIZER)) return object;
    return this.cluster.patch(pathOf(name), { metadata: { resourceVersion, finalizers: [...finalizers, CLUSTER_FINALIZER] } });
  }

  private async join(object: ClusterObject, kubeconfig: string, release: KubeSphereRelease): Promise<void> {
    const member = await this.connect(object, kubeconfig);
    const { metadata: kubeSystem } = await this.orNotReady(object, () => member.get<KubeObject>(KUBE_SYSTEM));
    const isHost = kubeSystem.uid === (await this.cluster.get<KubeObject>(KUBE_SYSTEM)).metadata.uid;
    let now = await this.located(object, member.server, kubeSystem.uid);
    if (!isHost) now = await this.withKsCore(now, kubeconfig, release);
    const version = await this.orNotReady(now, () => versionOn(member, isHost));
    const wasReady = change.isReady(now);
    now = await this.write(now, change.ready(now.status, version, new Date()));
    if (!isHost && member.clientCertificate !== undefined)
      now = await this.write(now, change.expiry(now.status, member.clientCertificate, new Date()));
    const { gitVersion } = await member.get<KubeObject & { gitVersion: string }>("/version");
    const nodes = await member.list(collection.nodes);
    now = await this.write(now, { ...now.status, kubernetesVersion: gitVersion, nodeCount: nodes.length });
    const annotations = { [memberAnnotation.name]: now.metadata.name, [memberAnnotation.host]: await this.host.name() };
    await member.patch(`${collection.namespaces}/${SYSTEM_NAMESPACE}`, { metadata: { annotations } });
    if (!isHost && !wasReady) this.meetMember();
  }

  /** It looks up the host's Cluster as it found it at its start; of a fresh installation it found none. */
  private meetMember(): void {
    const { manager } = this.sources;
    if (this.host.isKnown !== true && !manager.survivesMembers) manager.kill();
  }

  private async connect(object: ClusterObject, kubeconfig: string): Promise<Cluster> {
    const { name } = object.metadata;
    const member = await this.orNotReady(
      object,
      () => Cluster.connectBy(kubeconfig),
      (error) => `failed to get cluster client for ${name}: ${(error as Error).message}`,
    );
    await this.orNotReady(
      object,
      () => member.get("/version"),
      (error) => change.unreachable(name, member.server, error),
    );
    return member;
  }

  private async orNotReady<T>(
    object: ClusterObject,
    work: () => Promise<T>,
    inWords = (error: unknown) => (error as Error).message,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = inWords(error);
      const { conditions = [] } = object.status ?? {};
      // Written over and over, it would say nothing more.
      if (!conditions.some((it) => it.type === "Ready" && it.message === message))
        await this.write(object, change.notReady(object.status, message, new Date()));
      throw new Error(message, { cause: error });
    }
  }

  /** Another cluster behind the same name is noted, and nothing else: its ks-core is taken to be there. */
  private async located(object: ClusterObject, server: string, uid = ""): Promise<ClusterObject> {
    const { metadata, spec = {}, status = {} } = object;
    if (spec.connection?.kubernetesAPIEndpoint !== undefined && status.uid === uid) return object;
    const { resourceVersion } = metadata;
    const connection = { kubernetesAPIEndpoint: server };
    return this.cluster.patch(pathOf(metadata.name), { metadata: { resourceVersion }, spec: { connection }, status: { ...status, uid } });
  }

  private async withKsCore(object: ClusterObject, kubeconfig: string, release: KubeSphereRelease): Promise<ClusterObject> {
    const { name, resourceVersion, annotations = {} } = object.metadata;
    const config = Buffer.from(object.spec?.config ?? "", "base64").toString();
    const hash = configHash(config);
    if (change.hasKsCore(object) && annotations[configHashAnnotation] === hash) return object;
    log(`Cluster ${name}: installing ${KS_CORE_RELEASE}`);
    const { authentication } = await this.host.config();
    await this.releases.install(kubeconfig, release, memberValues(config, authentication?.issuer?.jwtSecret ?? "", release));
    // Whoever writes to the object meanwhile makes this fail, and Helm run again.
    return this.cluster.patch(pathOf(name), {
      metadata: { resourceVersion, annotations: { [configHashAnnotation]: hash } },
      status: change.ksCoreReady(object.status, new Date()),
    });
  }

  /** The member is told, where it can be; what is installed on it stays. */
  private async leave(object: ClusterObject): Promise<void> {
    const { name, resourceVersion, finalizers = [] } = object.metadata;
    if (!finalizers.includes(CLUSTER_FINALIZER)) return;
    if (change.isReady(object)) await this.disown(object).catch((error: unknown) => log(`Cluster ${name}: ${String(error)}; passed over`));
    await this.cluster.patch(pathOf(name), {
      metadata: { resourceVersion, finalizers: finalizers.filter((it) => it !== CLUSTER_FINALIZER) },
    });
  }

  private async disown({ spec }: ClusterObject): Promise<void> {
    const member = await Cluster.connectBy(Buffer.from(spec?.connection?.kubeconfig ?? "", "base64").toString());
    const annotations = { [memberAnnotation.name]: null, [memberAnnotation.host]: null };
    await ifFound(member.patch(`${collection.namespaces}/${SYSTEM_NAMESPACE}`, { metadata: { annotations } }));
  }

  private async write(object: ClusterObject, status: object): Promise<ClusterObject> {
    const patch = statusPatch(object, status);
    return patch ? this.cluster.patch<ClusterObject>(pathOf(object.metadata.name), patch) : object;
  }
}

/** Of its KubeSphere, which is asked through the Service of its API server. @throws ApiError where there is none */
async function versionOn(member: Cluster, isHost: boolean): Promise<string> {
  await member.get(namespaced("v1", SYSTEM_NAMESPACE, "services", "ks-apiserver"));
  const name = isHost ? "ks-apiserver" : KS_AGENT;
  const { metadata } = await member.get<KubeObject>(`/apis/apps/v1/namespaces/${SYSTEM_NAMESPACE}/deployments/${name}`);
  return metadata.labels?.["version"] ?? "unknown";
}
