/** Removes finalizers from a namespace. Server-side apply cannot remove those of another manager. */
import type { KubeConfig } from "@kubernetes/client-node";
import { Failure } from "./command";

/** No error if the namespace is gone already. @throws Failure if the API server refuses */
export type LetGo = (namespace: string, finalizers: readonly string[]) => Promise<void>;

/** How many conflicts are retried: the namespace's controller writes at each step of a deletion. */
const ATTEMPTS = 10;

interface NamespaceMetadata {
  readonly resourceVersion?: string | undefined;
  readonly finalizers?: readonly string[] | undefined;
}
/** Both throw with the API server's `code`. */
export interface NamespaceApi {
  read(name: string): Promise<NamespaceMetadata>;
  /** A merge patch. */
  patch(name: string, metadata: NamespaceMetadata): Promise<unknown>;
}

export const lettingGo =
  (api: NamespaceApi): LetGo =>
  async (name, orphaned) => {
    for (let attempts = 1; ; attempts++) {
      try {
        const { resourceVersion, finalizers = [] } = await api.read(name);
        // With the resource version: finalizers that were added since then stay.
        await api.patch(name, { resourceVersion, finalizers: finalizers.filter((it) => !orphaned.includes(it)) });
        return;
      } catch (error) {
        const { code, message = "" } = error as { code?: number; message?: string };
        if (code === 404) return;
        if (code !== 409 || attempts === ATTEMPTS) throw new Failure(`Namespace ${name}: ${code === undefined ? message : `HTTP ${code}`}`);
      }
    }
  };

export const letGoOn =
  (config: KubeConfig): LetGo =>
  async (name, orphaned) => {
    const { CoreV1Api, KubernetesObjectApi, PatchStrategy } = await import("@kubernetes/client-node");
    const [namespaces, objects] = [config.makeApiClient(CoreV1Api), KubernetesObjectApi.makeApiClient(config)];
    const letGo = lettingGo({
      read: async () => (await namespaces.readNamespace({ name })).metadata ?? {},
      patch: (_, metadata) => {
        const patch = JSON.parse(JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, ...metadata } })) as object;
        return objects.patch(patch, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
      },
    });
    return letGo(name, orphaned);
  };
