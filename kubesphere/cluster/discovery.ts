/** The kinds and API versions that a cluster serves, from its discovery. */
import type { ApiResource } from "../chart/apiResources";
import { fieldAt, recordsAt, textAt } from "../chart/renderedObject";

export interface Discovery {
  readonly apiVersions: readonly string[];
  readonly resources: readonly ApiResource[];
}

/** Requests all groups in one answer, which API servers support since Kubernetes 1.26. */
export const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/**
 * Sorted, so that the same cluster always gives the same result.
 * @param answers `APIGroupDiscoveryList`s, of `/api` and of `/apis`
 */
export function discovered(answers: readonly unknown[]): Discovery {
  const versions = answers.flatMap((answer) =>
    recordsAt(answer, "items").flatMap((group) => {
      const name = textAt(group, "metadata", "name") ?? "";
      return recordsAt(group, "versions").map((it) => ({
        group: name,
        version: textAt(it, "version") ?? "",
        resources: recordsAt(it, "resources"),
      }));
    }),
  );
  const served = versions.flatMap(({ group, version, resources }) => {
    const apiVersion = group === "" ? version : `${group}/${version}`;
    const kinds = resources.flatMap((it) => textAt(it, "responseKind", "kind") ?? []);
    return [apiVersion, ...kinds.map((kind) => `${apiVersion}/${kind}`)];
  });
  const resources = versions.flatMap(({ group, resources: found }) =>
    found.flatMap((it): ApiResource[] => {
      const kind = textAt(it, "responseKind", "kind");
      const resource = textAt(it, "resource");
      return kind === undefined || resource === undefined
        ? []
        : [{ group, kind, resource, isNamespaced: fieldAt(it, "scope") !== "Cluster" }];
    }),
  );
  const once = new Map(resources.map((it) => [`${it.group}/${it.kind}`, it]));
  return { apiVersions: [...new Set(served)].sort(), resources: [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => it) };
}
