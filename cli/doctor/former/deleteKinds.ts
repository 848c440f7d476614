/** Deletes CRDs, and waits until the last of them is gone: only then is a namespace deleted without an error of its kinds. */
import { waitUntil } from "../../../sandbox/src/processes";
import type { Cluster } from "../../shared/cluster";
import { Failure } from "../../shared/command";
import type { Server } from "../server";

/** Milliseconds. */
const TIMEOUT = 5 * 60_000;

/**
 * In milliseconds. Where the API server cannot list a kind's objects yet ("storage is (re)initializing"), it tries again later and later, after
 * minutes in the end, unless the CRD itself changes (Kubernetes 1.37, apiextensions-apiserver, crd_finalizer.go).
 */
const REMIND_AFTER = 5_000;

const crd = (name: string) => ({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name } });

/** @param names of CRDs whose objects have no finalizers @throws Failure when one is still there after five minutes */
export async function deleteKinds(
  names: readonly string[],
  { cluster, server }: { readonly cluster: Pick<Cluster, "remove" | "read">; readonly server: Pick<Server, "touch"> },
): Promise<void> {
  for (const name of names) await cluster.remove(crd(name));
  let left = [...names];
  let reminded = Date.now();
  const isGone = async () => {
    const found = await Promise.all(left.map(async (name) => ((await cluster.read(crd(name))) === undefined ? [] : [name])));
    left = found.flat();
    if (left.length > 0 && Date.now() - reminded > REMIND_AFTER) {
      reminded = Date.now();
      // One that goes meanwhile is what is waited for.
      await Promise.all(left.map((name) => server.touch(crd(name)).catch(() => undefined)));
    }
    return left.length === 0;
  };
  if (await waitUntil(isGone, TIMEOUT, 500)) return;
  throw new Failure(`CustomResourceDefinition ${left.join(", ")}: still there after 5 minutes; finalizers of its objects hold it`);
}
