/** Members that say that they are another host's: both hosts then write their users and workspaces into it. */
import { memberAnnotation, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { isHost } from "../../../kubesphere/member/storedCluster";
import { nameOf } from "../../shared/cluster";
import { isSilent } from "../../shared/members";
import { check, type Finding } from "../finding";

export const otherHost = check("otherHost", "member clusters have one host", ["members", "clusters"], ({ members, clusters }) => {
  const host = clusters.find(isHost)?.metadata.name;
  return members.flatMap(({ object, answer }): readonly Finding[] => {
    const { name } = object.metadata;
    const annotations = isSilent(answer) ? {} : (answer.system?.annotations ?? {});
    const { [memberAnnotation.name]: called, [memberAnnotation.host]: of } = annotations;
    const isOthers = host !== undefined && of !== undefined && of !== host;
    if (!isOthers && (called === undefined || called === name)) return [];
    return [
      {
        object: nameOf(object),
        why: `its namespace ${SYSTEM_NAMESPACE} says that it is ${called ?? "a member"} of host ${of ?? "unknown"}, and here it is ${name} of ${host ?? "this host"}`,
        means:
          "two hosts hold it: each upgrades ks-core on it and writes its users and workspaces there; or the other one is gone, and the annotations have stayed",
        mend: [
          "if the other host is there: remove the member from one of the two",
          `if it is gone, on the member: kubectl annotate namespace ${SYSTEM_NAMESPACE} --overwrite ${memberAnnotation.name}=${name} ${memberAnnotation.host}=${host ?? "host"}`,
        ],
      },
    ];
  });
});
