/** What the commands' `Cluster` does not offer: the API server's clock, and a write that leaves nothing behind. */
import type { KubeConfig } from "@kubernetes/client-node";
import type { KubernetesObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { letGoOn, type LetGo } from "../shared/finalizers";
import type { ServerClock } from "./facts/facts";

export interface Server {
  clock(): Promise<ServerClock>;
  /** An annotation comes and goes: the controllers hear of two changes. */
  touch(object: KubernetesObject): Promise<void>;
  readonly letGo: LetGo;
}

const TOUCHED = "kubesphere-luban/touched";

export async function serverOf(config: KubeConfig): Promise<Server> {
  const { KubernetesObjectApi, PatchStrategy, VersionApi } = await import("@kubernetes/client-node");
  const objects = KubernetesObjectApi.makeApiClient(config);
  const told = (what: string) => (error: unknown) => {
    const { code, message = "" } = error as { code?: number; message?: string };
    throw new Failure(`${what}: ${code === undefined ? message : `HTTP ${code}`}`);
  };
  return {
    letGo: letGoOn(config),
    clock: async () => {
      const asked = Date.now();
      const { headers } = await config.makeApiClient(VersionApi).getCodeWithHttpInfo().catch(told("the API server's clock"));
      const answered = Date.now();
      const server = Date.parse(headers["date"] ?? "");
      if (Number.isNaN(server)) throw new Failure("the API server does not tell its time");
      return { server, asked, answered };
    },
    touch: async ({ apiVersion, kind, metadata: { name, namespace } }) => {
      // Server-side apply would make the plan's first writer give up what it had applied under the same name.
      const annotate = (value: string | null) => {
        const object = {
          apiVersion,
          kind,
          metadata: { name, ...(namespace !== undefined && { namespace }), annotations: { [TOUCHED]: value } },
        };
        return objects.patch(
          object as KubernetesObject & { metadata: { annotations: Record<string, string> } },
          undefined,
          undefined,
          undefined,
          undefined,
          PatchStrategy.MergePatch,
        );
      };
      await annotate(new Date().toISOString()).catch(told(`${kind} ${name}`));
      await annotate(null).catch(told(`${kind} ${name}`));
    },
  };
}
