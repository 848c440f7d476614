/** What the commands' `Cluster` does not offer: the API server's clock, and a write that leaves nothing behind. */
import type { KubeConfig } from "@kubernetes/client-node";
import { nameOf, type KubernetesObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { holdOn, lettingGo, type Hold, type LetGo } from "../shared/finalizers";
import type { ServerClock } from "./facts/facts";

export interface Server {
  clock(): Promise<ServerClock>;
  /** An annotation comes and goes: the controllers hear of two changes. */
  touch(object: KubernetesObject): Promise<void>;
  readonly letGo: LetGo;
  /** Changes what holds a namespace. */
  readonly hold: Hold;
  /** @param annotations null takes one off */
  annotate(object: KubernetesObject, annotations: Readonly<Record<string, string | null>>): Promise<void>;
  /** Takes all finalizers off it; no error if it is gone. */
  release(object: KubernetesObject): Promise<void>;
}

const TOUCHED = "kubesphere-luban/touched";

export async function serverOf(config: KubeConfig): Promise<Server> {
  const { KubernetesObjectApi, PatchStrategy, VersionApi } = await import("@kubernetes/client-node");
  const objects = KubernetesObjectApi.makeApiClient(config);
  const told = (what: string) => (error: unknown) => {
    const { code, message = "" } = error as { code?: number; message?: string };
    throw new Failure(`${what}: ${code === undefined ? message : `HTTP ${code}`}`);
  };
  const patch = async ({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject, metadata: object): Promise<void> => {
    const object = { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }), ...metadata } };
    // Server-side apply would make the object's first writer give up what it had applied under the same name.
    await objects.patch(object, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
  };
  const annotate: Server["annotate"] = (object, annotations) => patch(object, { annotations }).catch(told(nameOf(object)));
  const unlessGone = (object: KubernetesObject) => (error: unknown) => {
    if ((error as { code?: number }).code !== 404) told(nameOf(object))(error);
  };
  const hold = holdOn(config);
  return {
    hold,
    letGo: lettingGo(hold),
    clock: async () => {
      const asked = Date.now();
      const { headers } = await config.makeApiClient(VersionApi).getCodeWithHttpInfo().catch(told("the API server's clock"));
      const answered = Date.now();
      const server = Date.parse(headers["date"] ?? "");
      if (Number.isNaN(server)) throw new Failure("the API server does not tell its time");
      return { server, asked, answered };
    },
    touch: async (object) => {
      await annotate(object, { [TOUCHED]: new Date().toISOString() });
      await annotate(object, { [TOUCHED]: null });
    },
    annotate,
    release: (object) => patch(object, { finalizers: null }).catch(unlessGone(object)),
  };
}
