/** Members on which KubeSphere could not install ks-core: no condition and no event has that. */
import { configHashAnnotation } from "../../../kubesphere/api";
import { MANAGER_LOG, readiness, wantedConfigHash } from "../../../kubesphere/member/storedCluster";
import { nameOf } from "../../shared/cluster";
import { isSilent, type HostCluster, type SeenMember } from "../../shared/members";
import { check, type Finding } from "../finding";

export const memberCore = check("memberCore", "KubeSphere is installed on member clusters", ["members", "now", "stack"], (facts) =>
  facts.members.flatMap((it) => notInstalled(it, facts.now, facts.stack.option) ?? []),
);

/** Helm waits for five minutes, and images have to be pulled. */
const SLOW_MS = 10 * 60_000;

function notInstalled({ object, answer }: SeenMember, now: number, option: string): Finding | undefined {
  // A member that is away is told by another check.
  if (object.metadata.deletionTimestamp !== undefined || isSilent(answer) || readiness(object)?.status === "False") return undefined;
  const hasCore = object.status?.conditions?.some(({ type }) => type === "KSCoreReady") ?? false;
  const isOfConfig = object.metadata.annotations?.[configHashAnnotation] === wantedConfigHash(object);
  if (hasCore && isOfConfig) return answer.agent === undefined ? gone(object) : undefined;
  const since = hasCore ? configuredAt(object) : Date.parse(object.metadata.creationTimestamp ?? "");
  if (!(now - since > SLOW_MS)) return undefined;
  return {
    object: nameOf(object),
    why: hasCore
      ? `its config was changed at ${new Date(since).toISOString()}, and KubeSphere has not installed ks-core with it`
      : `it is there since ${object.metadata.creationTimestamp}, and KubeSphere has not installed ks-core on it`,
    means: hasCore
      ? "ks-core on it stays as it was, and whoever waits for the member waits in vain"
      : "it is no member: nothing is installed on it, and KubeSphere passes over it in placements",
    mend: [
      `why stands in the manager's log alone: ${MANAGER_LOG}`,
      `mend the member's values in kubesphere:memberClusters, then: pulumi up${option}`,
      "if its release is pending: helm --kubeconfig <its kubeconfig> --namespace kubesphere-system rollback ks-core; with a single revision: uninstall ks-core",
    ],
  };
}

const gone = (object: HostCluster): Finding => ({
  object: nameOf(object),
  why: "there is no Deployment ks-agent on it, and KubeSphere has installed ks-core with the same config before",
  means: "KubeSphere does not look whether ks-core is still there, and installs it only when the member's config changes",
  mend: [
    "a changed config installs it again: another value, such as one that no chart reads, in the member's values in kubesphere:memberClusters",
  ],
});

/** When a writer last set `spec.config`, in milliseconds; NaN where nobody recorded it. */
const configuredAt = ({ metadata: { managedFields = [] } }: HostCluster): number =>
  managedFields
    .filter(({ fieldsV1 = {} }) => "f:config" in ((fieldsV1 as { "f:spec"?: object })["f:spec"] ?? {}))
    .map(({ time = "" }) => Date.parse(time))
    .reduce((latest, time) => (time > latest || Number.isNaN(latest) ? time : latest), NaN);
