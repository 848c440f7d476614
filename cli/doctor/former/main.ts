/** `luban doctor --former-member`: a cluster that was taken out of a stack's members, looked at with a kubeconfig that the user gives. */
import { accessCluster } from "../../../components/cluster/clusterAccess";
import { clusterIdOf } from "../../../kubesphere/cluster/clusterCheck";
import { LUBAN } from "../../../kubesphere/luban";
import { together } from "../../../kubesphere/parallel";
import { shellWord } from "../../../kubesphere/shellWord";
import { secretsOf, stackSettings } from "../../preview/secrets";
import { helmWith } from "../../recover/helm";
import { apiClient } from "../../shared/apiClient";
import { clusterOn, connect } from "../../shared/cluster";
import { signingSecret } from "../../shared/kubesphereConfig";
import { masker } from "../../shared/mask";
import { hostClusters } from "../../shared/members";
import { clusterChoice, type Stack } from "../../shared/pulumi";
import type { Patient, Places } from "../patient";
import { serverOf } from "../server";
import { leftOn } from "./findings";
import { readFormerMember } from "./member";
import { claimOn, type Host } from "./standing";

export interface Former {
  /** As it was given. */
  readonly file: string;
  /** Of {@link import("./member").formerKubeconfig}. */
  readonly kubeconfig: string;
  /** The host that the user knows to be its host no more. */
  readonly host: string | undefined;
}

/** Each look asks anew whether the cluster has become a member again. */
export async function formerMember(stack: Stack, name: string | undefined, former: Former, { checkout, cache }: Places): Promise<Patient> {
  const { file, kubeconfig, host: gone } = former;
  const option = name === undefined ? "" : ` --stack ${shellWord(name)}`;
  const typed = `${LUBAN} doctor${option} --former-member ${shellWord(file)}`;
  const { config, stated } = await stackSettings(stack, checkout);
  const hostOf = await hostAccess(config, option);
  const look = async () => {
    const [host, found] = await together([hostOf(), readFormerMember(kubeconfig)]);
    return leftOn(found, claimOn(found, host, gone), (claims) => `${typed} --former-host ${shellWord(claims)}`);
  };
  return {
    ...{ called: file, look, mask: masker(secretsOf(stated, config)) },
    typed: gone === undefined ? typed : `${typed} --former-host ${shellWord(gone)}`,
    tools: async () => {
      const client = await apiClient({ kubeconfig, context: undefined });
      return { cluster: clusterOn(client), server: serverOf(client), helm: helmWith(() => Promise.resolve(kubeconfig), cache) };
    },
  };
}

async function hostAccess(config: Readonly<Record<string, unknown>>, option: string): Promise<() => Promise<Host>> {
  const choice = clusterChoice(config);
  const [access, cluster] = await together([accessCluster(withoutUndefined(choice)), connect(choice)]);
  return async () => {
    const [uid, clusters, secret] = await together([clusterIdOf(access), hostClusters(cluster), signingSecret(cluster)]);
    return { uid, clusters, signingSecret: secret, option };
  };
}

const withoutUndefined = ({ kubeconfig, context }: ReturnType<typeof clusterChoice>) => ({
  ...(kubeconfig !== undefined && { kubeconfig }),
  ...(context !== undefined && { context }),
});
