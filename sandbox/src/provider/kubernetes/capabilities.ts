/** What a cluster tells charts of itself: `.Capabilities` of Helm's templates. */
import type { Client } from "./client.js";

/** `GET /version` */
export const serverVersion = async (client: Client): Promise<string> =>
  (await client.request<{ gitVersion: string }>("GET", "/version")).gitVersion;

/** One request each for the core group and all others, instead of one for every group and version. */
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

interface Resource {
  readonly responseKind?: { readonly kind: string };
  readonly subresources?: readonly Resource[];
}

interface GroupList {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly { readonly version: string; readonly resources?: readonly Resource[] }[];
  }[];
}

/** Every `group/version` and `group/version/Kind` that the cluster serves, asked anew each time: a CRD may have come since. */
export async function apiVersions(client: Client): Promise<string[]> {
  const lists = await Promise.all(["/api", "/apis"].map((path) => client.request<GroupList>("GET", path, { accept: AGGREGATED })));
  const versions = lists
    .flatMap(({ items }) => items)
    .flatMap(({ metadata, versions: served }) =>
      served.flatMap(({ version, resources = [] }) => {
        const groupVersion = metadata?.name ? `${metadata.name}/${version}` : version;
        const kinds = resources
          .flatMap((resource) => [resource, ...(resource.subresources ?? [])])
          .map(({ responseKind }) => responseKind?.kind);
        return [groupVersion, ...kinds.filter(Boolean).map((kind) => `${groupVersion}/${kind}`)];
      }),
    );
  return [...new Set(versions)].sort();
}
