/** The outage of KubeSphere's admission webhooks after an upgrade of ks-core. */
import { setTimeout as sleep } from "timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import type { KsCore } from "../ksCore";

/** Between two questions, in milliseconds. */
const INTERVAL = 2_000;
/** Three minutes: the kubelet brings a Secret's new content into a pod within about one and a half. */
const QUESTIONS = 90;

/**
 * `core`, once its webhooks answer. Every upgrade makes a new certificate for them, which the API server demands before the controller
 * manager has it; the Kubernetes provider gives up at the first write that fails so. After three minutes it is left to the write to
 * fail, in the API server's words: the next run then goes on from there.
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
