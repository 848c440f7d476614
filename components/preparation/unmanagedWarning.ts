import { LUBAN } from "../../kubesphere/luban";
import * as pulumi from "@pulumi/pulumi";
import { CONSOLE_TLS_SECRET, oauthClientSecretName } from "../../kubesphere/api";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { HARBOR_CLIENT } from "../../kubesphere/login/harbor";
import { inParallel } from "../../kubesphere/parallel";
import { shellWord } from "../../kubesphere/shellWord";
import { foreignOf, suspected, THERE_ALREADY, unmanaged, type Declared } from "../../kubesphere/extension/unmanaged";
import type { ClusterContents } from "../cluster/clusterContents";
import type { ReadExtension } from "../../settings/extensionSources";
import type { Settings } from "../../settings/settings";

/** Warns of existing objects: the engine's preview ignores them, and `up` fails at them. */
export async function warnOfUnmanaged(cluster: Pick<ClusterAccess, "metadata">, found: ClusterContents, declared: Declared): Promise<void> {
  const besides = await inParallel(suspected(found, declared), async (it) => foreignOf(it, await cluster.metadata(it.path)));
  const there = [...unmanaged(found, declared), ...besides.flat()];
  if (there.length === 0) return;
  const adopt = `${LUBAN} adopt --stack ${shellWord(pulumi.getStack())}`;
  void pulumi.log.warn(
    `${there.join(", ")}${THERE_ALREADY} Unless this stack has taken it in, \`pulumi up\` ends half-way with "already exists". ` +
      `To take it in, with all that belongs to it: ${adopt}`,
  );
}

/** @param platform its namespaces */
export function declaredObjects(settings: Settings, extensions: readonly ReadExtension[], platform: readonly string[]): Declared {
  const { oauthClients, harbor, ksCore, extensionRepositories, memberClusters } = settings;
  return {
    platform,
    members: memberClusters.map(({ name }) => name),
    extensions: extensions.flatMap(({ packages, install }) => {
      const [first] = packages;
      return first === undefined
        ? []
        : [{ name: first.package.name, versions: packages.map((it) => it.package.version), namespace: install?.namespace }];
    }),
    secrets: [
      ...oauthClients.map(({ name, secretName = oauthClientSecretName(name) }) => secretName),
      ...(harbor ? [oauthClientSecretName(HARBOR_CLIENT)] : []),
      ...(ksCore.https && "key" in ksCore.https.tls ? [CONSOLE_TLS_SECRET] : []),
    ],
    clients: [...oauthClients.map(({ name }) => name), ...(harbor ? [HARBOR_CLIENT] : [])],
    repositories: extensionRepositories.map(({ name }) => name),
  };
}
