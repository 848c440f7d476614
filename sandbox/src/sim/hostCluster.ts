/** The host's own Cluster, by which KubeSphere's controller manager knows itself among the members. */
import { readFile } from "node:fs/promises";
import { CLUSTER_API, label } from "../../../kubesphere/api";
import { readYaml } from "../../../kubesphere/yaml/goYaml.js";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { isGoing, type Crd } from "./crdRemoval.js";
import type { Informer } from "./informer.js";
import type { KubeSphereRelease, Manager } from "./manager.js";
import { CLUSTER_CRD, CONFIG_PATH, HOST_LABEL, collection } from "./names.js";
import type { ClusterObject, ConfigMap } from "./objects.js";
import { Queue } from "./queue.js";

/** What the host's `kubesphere.yaml` says of clusters. */
interface HostConfig {
  authentication?: { issuer?: { jwtSecret?: string } };
  multicluster?: { hostClusterName?: string };
}

interface Sources {
  manager: Pick<Manager, "running" | "onChange">;
  crds: Informer<Crd>;
}

export class HostCluster {
  private readonly queue = new Queue("host's Cluster", () => this.find());
  private readonly listeners: (() => void)[] = [];
  private release: KubeSphereRelease | undefined;
  /** Whether the manager has found it when it started: it looks only then, and makes it later on. */
  isKnown: boolean | undefined;

  /** @param kubeconfig the host's, a file */
  constructor(
    private readonly cluster: Cluster,
    private readonly kubeconfig: string,
    private readonly sources: Sources,
  ) {
    const { manager, crds } = sources;
    crds.onChange(({ metadata }) => {
      if (metadata.name === CLUSTER_CRD) this.queue.add("");
    });
    manager.onChange(() => {
      if (manager.running === this.release) return;
      this.release = manager.running;
      this.isKnown = undefined;
      this.queue.add("");
      for (const listener of this.listeners) listener();
    });
  }

  /** Called when the manager's process comes, and when it goes. */
  onManagerStart(listener: () => void): void {
    this.listeners.push(listener);
  }

  stop(): void {
    this.queue.stop();
  }

  async config(): Promise<HostConfig> {
    const config = await ifFound(this.cluster.get<ConfigMap>(CONFIG_PATH));
    return (readYaml(config?.data?.["kubesphere.yaml"] ?? "")[0] ?? {}) as HostConfig;
  }

  async name(): Promise<string> {
    return (await this.config()).multicluster?.hostClusterName ?? "host";
  }

  private async find(): Promise<void> {
    const { manager, crds } = this.sources;
    if (manager.running === undefined || isGoing(crds, CLUSTER_CRD)) return;
    const name = await this.name();
    const found = await ifFound(this.cluster.get<ClusterObject>(`${collection.clusters}/${name}`));
    this.isKnown ??= found !== undefined;
    if (found) return;
    const kubeconfig = (await readFile(this.kubeconfig)).toString("base64");
    await ifFound(
      this.cluster.createIfMissing(collection.clusters, {
        apiVersion: CLUSTER_API,
        kind: "Cluster",
        metadata: { name, labels: { [HOST_LABEL]: "", [label.managed]: "true" } },
        spec: { provider: "kubesphere", connection: { type: "direct", kubeconfig } },
      }),
    );
  }
}
