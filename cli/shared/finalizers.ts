/** Removes finalizers and owners from a namespace. Server-side apply cannot remove those of another manager. */
import { MERGE_PATCH, type ApiClient } from "./apiClient";
import type { OwnerReference } from "./cluster";
import { Failure } from "./command";

/** No error if the namespace is gone already. @throws Failure if the API server refuses */
export type LetGo = (namespace: string, finalizers: readonly string[]) => Promise<void>;

/** The same, of any change of what holds a namespace. @param held gives what is to stay */
export type Hold = (
  namespace: string,
  held: (now: NamespaceMetadata) => Pick<NamespaceMetadata, "finalizers" | "ownerReferences">,
) => Promise<void>;

/** How many conflicts are retried: the namespace's controller writes at each step of a deletion. */
const ATTEMPTS = 10;

interface NamespaceMetadata {
  readonly resourceVersion?: string | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly ownerReferences?: readonly OwnerReference[] | undefined;
}
/** Both throw with the API server's `code`. */
export interface NamespaceApi {
  read(name: string): Promise<NamespaceMetadata>;
  /** A merge patch. */
  patch(name: string, metadata: NamespaceMetadata): Promise<unknown>;
}

export const holding =
  (api: NamespaceApi): Hold =>
  async (name, held) => {
    for (let attempts = 1; ; attempts++) {
      try {
        const now = await api.read(name);
        // With the resource version: what was added since then stays.
        await api.patch(name, { resourceVersion: now.resourceVersion, ...held(now) });
        return;
      } catch (error) {
        const { code, message = "" } = error as { code?: number; message?: string };
        if (code === 404) return;
        if (code !== 409 || attempts === ATTEMPTS) throw new Failure(`Namespace ${name}: ${code === undefined ? message : `HTTP ${code}`}`);
      }
    }
  };

export const lettingGo =
  (hold: Hold): LetGo =>
  (name, orphaned) =>
    hold(name, ({ finalizers = [] }) => ({ finalizers: finalizers.filter((it) => !orphaned.includes(it)) }));

export const holdOn = (client: ApiClient): Hold => {
  const path = (name: string) => `/api/v1/namespaces/${name}`;
  return holding({
    read: async (name) => (await client.json<{ metadata: NamespaceMetadata }>(path(name))).metadata,
    patch: (name, metadata) => client.text(path(name), { method: "PATCH", type: MERGE_PATCH, body: { metadata } }),
  });
};

export const letGoOn = (client: ApiClient): LetGo => lettingGo(holdOn(client));
