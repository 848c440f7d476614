/** Runs the Helm command of an executor's pod, as the executor's own ServiceAccount. */
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { label } from "../../../kubesphere/api";
import type { Cluster } from "./cluster.js";
import type { Helm, HelmRun } from "./helm.js";
import { namespaced } from "./names.js";
import type { ConfigMap, Pod } from "./objects.js";
import { writePostRenderer } from "./postRender.js";
import { forgetInterrupted } from "./releases.js";

/** Seconds; above Helm's own time-out, and not below Kubernetes' shortest of 600. */
const TOKEN_LIFETIME = 3_600;

export class Executor {
  private readonly runs = new Map<string, HelmRun>();
  private readonly work = new Set<Promise<unknown>>();
  private stopped = false;

  /** @param kustomize path of the executable, for Helm's post-renderer. */
  constructor(
    private readonly cluster: Cluster,
    private readonly helm: Helm,
    private readonly kustomize: string,
  ) {}

  /** @returns whether Helm succeeded, and the end of what it said. */
  async run(pod: Pod): Promise<{ ok: boolean; message: string }> {
    const work = this.execute(pod);
    this.work.add(work);
    try {
      return await work;
    } finally {
      this.work.delete(work);
    }
  }

  cancel({ metadata }: Pod): void {
    this.runs.get(metadata.uid ?? "")?.cancel();
  }

  /** Ends what is running, so that Helm closes its records. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const run of this.runs.values()) run.cancel();
    await Promise.allSettled(this.work);
  }

  private async execute(pod: Pod): Promise<{ ok: boolean; message: string }> {
    const { namespace = "", uid = "", labels } = pod.metadata;
    const extension = labels?.[label.extensionRef] ?? "";
    // The pod was at work already when the simulator started: whatever Helm left pending is nobody's.
    if (pod.status?.phase === "Running") await forgetInterrupted(this.cluster, namespace, extension);
    return this.helm.inFolder(async (folder) => {
      const args = await this.prepare(pod, namespace, extension, folder);
      if (this.stopped) throw new Error("the simulator is ending");
      const run = this.helm.run(args, folder);
      this.runs.set(uid, run);
      try {
        const { code, output } = await run.ended;
        return { ok: code === 0, message: output.trim().slice(-2_000) };
      } finally {
        this.runs.delete(uid);
      }
    });
  }

  private async prepare(pod: Pod, namespace: string, extension: string, folder: string): Promise<string[]> {
    const source = pod.spec.volumes?.flatMap(({ configMap }) => (configMap ? [configMap.name] : []))[0] ?? "";
    const { data, binaryData } = await this.cluster.get<ConfigMap>(namespaced("v1", namespace, "configmaps", source));
    const put = (name: string, content: string | Buffer) => writeFile(join(folder, basename(name)), content, { mode: 0o600 });
    for (const [name, content] of Object.entries(data ?? {})) await put(name, content);
    for (const [name, content] of Object.entries(binaryData ?? {})) await put(name, Buffer.from(content, "base64"));
    await put("kube.config", await this.kubeconfig(namespace, pod.spec.serviceAccountName ?? ""));
    const args = pod.spec.containers[0]?.args ?? [];
    if (args[0] === "uninstall") return [...args, "--kubeconfig", "kube.config"];
    return [...args, "--kubeconfig", "kube.config", "--post-renderer", await writePostRenderer(folder, extension, this.kustomize)];
  }

  private async kubeconfig(namespace: string, serviceAccount: string): Promise<string> {
    const path = `${namespaced("v1", namespace, "serviceaccounts", serviceAccount)}/token`;
    const { status } = await this.cluster.create<{ status: { token: string } }>(path, { spec: { expirationSeconds: TOKEN_LIFETIME } });
    const name = "sandbox";
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name,
          cluster: {
            server: this.cluster.server,
            "certificate-authority-data": Buffer.from(this.cluster.caCertificate).toString("base64"),
          },
        },
      ],
      users: [{ name, user: { token: status.token } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
      "current-context": name,
    });
  }
}
