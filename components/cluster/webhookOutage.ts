/** The outage of KubeSphere's admission webhooks after an upgrade of ks-core. */
import { setTimeout as sleep } from "timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import type { KsCore } from "../ksCore";

/** The time between two requests, in milliseconds. */
const INTERVAL = 2_000;
/** Three minutes: the kubelet brings a Secret's new content into a pod within about one and a half. */
const QUESTIONS = 90;

/**
 * Returns `core` once its webhooks answer. Every upgrade makes a new certificate for them, and the API server expects it before the
 * controller manager has loaded it; the Kubernetes provider gives up at the first write that fails for this. After three minutes this
 * stops waiting: the write then fails with the API server's error, and the next run goes on from there.
 */
export const afterOutage = (core: KsCore, cluster: Pick<ClusterAccess, "webhooksFail">): pulumi.Output<KsCore> =>
  core.release.status.apply(async () => {
    if (!pulumi.runtime.isDryRun()) await untilTheyAnswer(core, cluster);
    return core;
  });

async function untilTheyAnswer(core: KsCore, cluster: Pick<ClusterAccess, "webhooksFail">): Promise<void> {
  for (let question = 0; question < QUESTIONS && (await cluster.webhooksFail()); question++) {
    if (question === 0) void pulumi.log.info("KubeSphere's admission webhooks do not answer yet; waiting for up to 3 minutes", core);
    await sleep(INTERVAL);
  }
}
