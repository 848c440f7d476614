/** Agents that failed on a cluster, with the reason from their Jobs: the InstallPlan says Installed all the same. */
import { nameOf } from "../../shared/cluster";
import { check } from "../finding";
import { agentKey, failedAgents } from "../facts/plans";
import { evidence } from "./execution";

export const agentFailed = check(
  "agentFailed",
  "agents of extensions are installed on their clusters",
  ["plans", "executions", "stack"],
  ({ plans, executions, stack }) =>
    plans.flatMap((plan) =>
      failedAgents(plan).map(({ cluster, status: { jobName }, state, failure }) => {
        const execution = executions.get(agentKey(plan, cluster));
        const namespace = plan.status?.targetNamespace;
        const said = failure === undefined ? state : `${failure.reason}: ${failure.message}`;
        return {
          object: nameOf(plan),
          why: [`its agent on ${cluster} is ${state || "not begun"}: ${said}`, ...(execution ? evidence(execution) : [])].join("; "),
          means:
            MEANS[state] ??
            "what was installed on that cluster before is still there, in whole or in part; KubeSphere repeats it every few seconds",
          mend: [
            ...(jobName === undefined || namespace === undefined ? [] : [`kubectl --namespace ${namespace} logs job/${jobName}`]),
            state === "UninstallFailed"
              ? "mend what it names; if the cluster is gone for good: docs/members.md, Removing a member"
              : `mend the chart, its config or clusterScheduling.overrides.${cluster}, then: pulumi up${stack.option}`,
          ],
        };
      }),
    ),
);

const MEANS: Readonly<Record<string, string>> = {
  InstallFailed: "the agent is not installed there, and KubeSphere tries again only when its config or version changes",
  UninstallFailed: "what the agent installed is still there",
};
