import { accessOf, oneContext, readKubeconfig, type Access as KubeconfigAccess } from "../../../../kubesphere/cluster/kubeconfig";

/** How to reach one API server, with every file of the kubeconfig read in. */
export interface Access extends KubeconfigAccess {
  /** The kubeconfig itself, with its one context: what Helm gets. */
  readonly kubeconfig: string;
}

/**
 * @param kubeconfig the file's path or its text, as the provider's setting allows; undefined: what kubectl would take
 * @param context name of the context; the current one by default
 * @param cluster name of a cluster to take instead of the context's
 * @throws when it cannot be read, or when its user logs in by a command or a login plugin: no sandbox has such a user
 */
export function readAccess(kubeconfig: string | undefined, context?: string, cluster?: string): Access {
  const one = oneContext(readKubeconfig(kubeconfig), context, cluster);
  const access = accessOf(one);
  const [special] = access.special;
  if (special) throw new Error(`kubeconfig: the stand-in provider does not serve "${special}"; the official provider does`);
  return { ...access, kubeconfig: JSON.stringify(one) };
}
