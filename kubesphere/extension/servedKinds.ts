/** Whether the cluster serves the built-in kinds of an installation. */
import { builtInResources } from "../chart/apiResources";
import type { TargetCluster } from "../chart/chartRenderer";
import { ConfigurationError } from "../errors";
import { groupOf, nameOf, type RenderedObject } from "../chart/renderedObject";

const OWN = new Set(builtInResources.map(({ group }) => group).filter((group) => !group.endsWith("kubesphere.io")));

/** Kubernetes' own groups: a CRD's has a dot, and these are taken. */
const isKubernetes = (group: string): boolean => OWN.has(group) || !group.includes(".");

/**
 * @param path what is to be mended: of the configuration, or the chart
 * @param objects all that an install makes
 * @throws ConfigurationError for an object of a built-in kind that this cluster serves in another version only, or no longer
 */
export function checkServed(path: string, objects: readonly RenderedObject[], { apiVersions, kubeVersion }: TargetCluster): void {
  // There is no cluster.
  if (apiVersions.length === 0) return;
  const served = new Set(apiVersions);
  const lost = objects.find(({ apiVersion, kind }) => isKubernetes(groupOf(apiVersion)) && !served.has(`${apiVersion}/${kind}`));
  if (lost === undefined) return;
  const { apiVersion, kind, templateFile = "" } = lost;
  const instead = apiVersions.flatMap((it) => {
    const [, version = "", ofKind] = /^(.+)\/([^/]+)$/.exec(it) ?? [];
    return ofKind === kind && groupOf(version) === groupOf(apiVersion) ? [version] : [];
  });
  throw new ConfigurationError({
    path,
    given: `${nameOf(lost)} of ${apiVersion}${templateFile === "" ? "" : `, by ${templateFile}`}`,
    allowed: `what this cluster serves: Kubernetes ${kubeVersion} has ${instead.length === 0 ? "no such kind" : instead.join(" and ")}, and the install would fail`,
    mend: "Take a version of the chart that is made for this Kubernetes, or switch the object off in the extension's `install.config`.",
  });
}
