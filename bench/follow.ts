/** `follow.mjs KUBECONFIG CHANGES`: follows the plan `bench` as `up` does, and prints what it holds at a tenth of its changes and at the last. */
import { accessCluster } from "../components/cluster/clusterAccess";
import { followRollouts } from "../components/cluster/rollouts";
import { Held } from "./memory";

async function follow(kubeconfig: string, changes: number): Promise<void> {
  const access = await accessCluster({ kubeconfig });
  const held = new Held(changes);
  const cluster: Pick<typeof access, "read" | "readText" | "watch"> = {
    ...access,
    watch: (path, tell, signal) =>
      access.watch<{ readonly metadata: { readonly resourceVersion: string } }>(
        path,
        (event) => {
          held.after(Number(event.object.metadata.resourceVersion));
          tell(event as never);
        },
        signal,
      ),
  };
  const plan = { name: "bench", uid: undefined, generation: undefined, isSecret: false, say: () => undefined };
  const failure = await followRollouts(cluster, [])(plan);
  if (failure !== undefined) throw new Error(failure.reason);
  process.stdout.write(JSON.stringify(held.growth));
}

const [, , kubeconfig = "", changes = ""] = process.argv;
void follow(kubeconfig, Number(changes));
