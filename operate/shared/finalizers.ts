/** Takes finalizers off a namespace, which no server-side apply can do to those of another manager. */
import type { KubeConfig } from "@kubernetes/client-node";
import { Failure } from "./command";

/** Content when the namespace is gone already. @throws Failure where the API server refuses */
export type LetGo = (namespace: string, finalizers: readonly string[]) => Promise<void>;

export const letGoOn =
  (config: KubeConfig): LetGo =>
  async (name, orphaned) => {
    const { CoreV1Api, KubernetesObjectApi, PatchStrategy } = await import("@kubernetes/client-node");
    try {
      const { metadata = {} } = await config.makeApiClient(CoreV1Api).readNamespace({ name });
      const finalizers = (metadata.finalizers ?? []).filter((it) => !orphaned.includes(it));
      // With its version: what somebody has added since then stays.
      const { resourceVersion } = metadata;
      const patch = {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, ...(resourceVersion !== undefined && { resourceVersion }), finalizers },
      };
      await KubernetesObjectApi.makeApiClient(config).patch(patch, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
    } catch (error) {
      const { code, message = "" } = error as { code?: number; message?: string };
      if (code !== 404) throw new Failure(`Namespace ${name}: ${code === undefined ? message : `HTTP ${code}`}`);
    }
  };
