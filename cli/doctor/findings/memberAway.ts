/** Members that do not answer, or that KubeSphere does not reach: their Cluster objects stay Ready until the host looks again. */
import { lookedAt, MANAGER_LOG, readiness } from "../../../kubesphere/member/storedCluster";
import { isSilent, type SeenMember } from "../../shared/members";
import { nameOf } from "../../shared/cluster";
import { check, type Finding } from "../finding";

export const memberAway = check("memberAway", "member clusters answer", ["members"], ({ members }) =>
  members.filter(({ object }) => object.metadata.deletionTimestamp === undefined).flatMap((it) => away(it) ?? []),
);

function away({ object, answer }: SeenMember): Finding | undefined {
  const ready = readiness(object);
  const isRefused = ready?.status === "False";
  if (!isSilent(answer) && !isRefused) return undefined;
  const host = isRefused
    ? `KubeSphere's manager does not reach it: ${ready.message ?? "it says no more"}`
    : ready?.status === "True"
      ? `KubeSphere says that it is Ready, as of ${lookedAt(ready) ?? "no time"}: it looks every 15 minutes`
      : "KubeSphere says nothing of it yet";
  const { name } = object.metadata;
  return {
    object: nameOf(object),
    why: `${isSilent(answer) ? `it does not answer from here: ${answer.silent}` : "it answers from here"}; ${host}`,
    means:
      "no agent on it is installed, changed or removed, a plan with an agent on it cannot be deleted, and users and workspaces are not kept the same there",
    mend: isSilent(answer)
      ? [
          `is ${name} up, the address in its kubeconfig right, the network there, the login still valid? kubectl --kubeconfig <its kubeconfig> get nodes`,
          `if it is gone for good: docs/members.md, Removing a member`,
        ]
      : [
          "the manager's Pod must reach the address in the member's kubeconfig, which 127.0.0.1 or a name of this network is not",
          MANAGER_LOG,
        ],
  };
}
