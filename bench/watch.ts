/**
 * `watch.mjs CHECKOUT CACHE LOOKS`: `status --watch` on the sandbox's stack, as if in a terminal, without its two seconds between looks. At
 * every tenth look a workload has been scaled. Prints what it holds at a tenth of the looks and at the last.
 */
import { open } from "../cli/status/main";
import { watch } from "../cli/status/watch";
import { connect, type Cluster, type StoredObject } from "../cli/shared/cluster";
import { label } from "../kubesphere/api";
import { Held } from "./memory";

const SCALED_EVERY = 10;

async function watchStatus(checkout: string, cache: string, looks: number): Promise<void> {
  const look = await open(undefined, checkout, cache);
  const cluster = await connect({ kubeconfig: undefined, context: undefined });
  const [workload] = await cluster.list({ apiVersion: "apps/v1", kind: "Deployment", labelSelector: label.extensionRef });
  if (workload === undefined) throw new Error("the stack's extension has no Deployment to be scaled");
  const held = new Held(looks);
  const end = new AbortController();
  let count = 0;
  let changes = 0;
  const oneLook = async () => {
    count++;
    if (count % SCALED_EVERY === 0) await scale(cluster, workload, 1 + ((count / SCALED_EVERY) % 2));
    const status = await look();
    held.after(count);
    if (count === looks) end.abort();
    return status;
  };
  await watch({
    look: oneLook,
    seen: async () => void changes++,
    isJson: false,
    out: { write: () => true, isTTY: true, rows: 50 },
    say: (line) => {
      throw new Error(line);
    },
    signal: end.signal,
    everyMs: 0,
  });
  if (changes < looks / SCALED_EVERY) throw new Error(`${changes} of ${looks} looks have shown a change: nothing was scaled`);
  process.stdout.write(JSON.stringify(held.growth));
}

function scale(cluster: Cluster, { apiVersion, kind, metadata: { name, namespace = "" } }: StoredObject, replicas: number) {
  const scaled = { apiVersion, kind, metadata: { name, namespace }, spec: { replicas } };
  return cluster.apply(scaled);
}

const [, , checkout = "", cache = "", looks = ""] = process.argv;
void watchStatus(checkout, cache, Number(looks));
