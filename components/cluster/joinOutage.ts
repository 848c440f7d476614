/** The outage of KubeSphere's admission webhooks after the first member has become ready. */
import { setTimeout as sleep } from "timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";

/** The manager may die some moments after all of the member's status is written. */
const BEGIN = 5_000;
/** The time between two requests, in milliseconds. */
const INTERVAL = 2_000;
/** Answers in a row that tell a manager that lives on from one that is about to die. */
const HOLD = 4;
/** Five minutes, as the kubelet puts off a container's start for that long at most. */
const QUESTIONS = 150;

/**
 * Resolves once the webhooks hold. On a fresh installation the host's manager dies when the first member becomes ready, and no status field
 * says that this is over (measured, 4.1.2 and 4.1.3); the Kubernetes provider gives up at the first write that fails for it. After five
 * minutes this stops waiting: the write then fails with the API server's error, and the next run goes on from there.
 */
export async function afterJoin(member: pulumi.Resource, cluster: Pick<ClusterAccess, "webhooksFail">): Promise<void> {
  await sleep(BEGIN);
  let held = 0;
  let isTold = false;
  for (let question = 0; question < QUESTIONS && held < HOLD; question++) {
    held = (await cluster.webhooksFail()) ? 0 : held + 1;
    if (held === 0 && !isTold) {
      void pulumi.log.info("KubeSphere's manager restarts after its first member; waiting for up to 5 minutes", member);
      isTold = true;
    }
    if (held < HOLD) await sleep(INTERVAL);
  }
}
