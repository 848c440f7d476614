import * as pulumi from "@pulumi/pulumi";
import { shellWord } from "../kubesphere/shellWord";
import { unmanaged } from "../kubesphere/unmanaged";
import type { ClusterContents } from "./clusterContents";
import type { ReadExtension } from "./extensionSources";

/** The engine's preview passes over what is there already, and `up` ends at it. @param platform namespaces, see {@link unmanaged} */
export function warnOfUnmanaged(found: ClusterContents, platform: readonly string[], extensions: readonly ReadExtension[]): void {
  const declared = extensions.flatMap(({ packages: [first], install }) =>
    first === undefined ? [] : [{ name: first.package.name, namespace: install?.namespace }],
  );
  const there = unmanaged(found, { platform, extensions: declared });
  if (there.length === 0) return;
  const adopt = `npm run adopt -- --stack ${shellWord(pulumi.getStack())}`;
  void pulumi.log.warn(
    `${there.join(", ")}: already in the cluster, and made by no Pulumi program. Unless this stack has taken it in, \`pulumi up\` ends half-way ` +
      `with "already exists". To take it in, with all that belongs to it: ${adopt}`,
  );
}
