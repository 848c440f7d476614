/** InstallPlans whose `clusterScheduling` has lost its placement: KubeSphere's controller manager dies of one, or the agents stay for ever. */
import { SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { NO_CLUSTER } from "../../../kubesphere/extension/clusterScheduling";
import { nameOf } from "../../shared/cluster";
import { shellWord } from "../../../kubesphere/shellWord";
import { check, type Finding } from "../finding";
import type { Plan } from "../facts/facts";

export const lostPlacement = check("lostPlacement", "InstallPlans say where their agents are", ["plans", "stack"], ({ plans, stack }) =>
  plans.flatMap((plan): readonly Finding[] => {
    const { clusterScheduling } = plan.spec;
    const agents = Object.keys(plan.status?.clusterSchedulingStatuses ?? {});
    if (clusterScheduling !== undefined && clusterScheduling.placement === undefined) return [deadly(plan, stack.option)];
    return clusterScheduling === undefined && agents.length > 0 ? [forgotten(plan, agents, stack.option)] : [];
  }),
);

const patch = ({ metadata: { name } }: Plan) =>
  `kubectl patch installplan ${name} --type merge --patch ${shellWord(JSON.stringify({ spec: { clusterScheduling: { placement: NO_CLUSTER } } }))}`;

const deadly = (plan: Plan, option: string): Finding => ({
  object: nameOf(plan),
  why: "its clusterScheduling has no placement",
  means:
    "KubeSphere 4.1.2's controller manager dies of it at each start, and its webhooks answer for a moment only: no extension can be installed or changed. 4.1.3 never gets further with this plan, and dies when a member cluster becomes ready",
  mend: [
    // A Pod that is made anew starts at once, and one that has died often only after minutes.
    `kubectl --namespace ${SYSTEM_NAMESPACE} delete pod --selector app=ks-controller-manager --wait=false; until ${patch(plan)}; do sleep 0.2; done`,
    `then, with a program that never declares it so: pulumi up --refresh${option}`,
  ],
});

const forgotten = (plan: Plan, agents: readonly string[], option: string): Finding => ({
  object: nameOf(plan),
  why: `its agents on ${agents.join(", ")} are there, and it says nothing of clusters any more`,
  means: "these agents stay, and KubeSphere neither upgrades nor removes them",
  mend: [
    `to keep them: name the clusters in the extension's install.clusterScheduling, then: pulumi up --refresh${option}`,
    `to remove them: ${patch(plan)}`,
  ],
});
