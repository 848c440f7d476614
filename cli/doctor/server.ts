/** What the commands' `Cluster` does not offer: the API server's clock, and a write that leaves nothing behind. */
import { ApiError, MERGE_PATCH, type ApiClient } from "../shared/apiClient";
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

export function serverOf(client: ApiClient): Server {
  const told = (what: string) => (error: unknown) => {
    throw new Failure(`${what}: ${error instanceof ApiError ? `HTTP ${error.code}` : (error as Error).message}`);
  };
  const patch = async (object: KubernetesObject, metadata: object): Promise<void> => {
    // Server-side apply would make the object's first writer give up what it had applied under the same name.
    await client.text(await client.pathOf(object), { method: "PATCH", type: MERGE_PATCH, body: { metadata } });
  };
  const annotate: Server["annotate"] = (object, annotations) => patch(object, { annotations }).catch(told(nameOf(object)));
  const unlessGone = (object: KubernetesObject) => (error: unknown) => {
    if (!(error instanceof ApiError && error.code === 404)) told(nameOf(object))(error);
  };
  const hold = holdOn(client);
  return {
    hold,
    letGo: lettingGo(hold),
    clock: async () => {
      const asked = Date.now();
      const { headers } = await client.text("/version").catch(told("the API server's clock"));
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
