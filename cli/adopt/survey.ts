/** What of that which a stack would create is in the cluster already. */
import { readFile, rm } from "fs/promises";
import { join } from "path";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { nameOf, type Cluster, type KubernetesObject } from "../shared/cluster";
import { isThere, objectOf } from "../shared/existing";
import { inParallel } from "../../kubesphere/parallel";
import { nameIn, preview } from "../shared/preview";
import type { Stack } from "../shared/pulumi";
import { isOnMember } from "../../sandbox/src/pendingOperations";
import { strangersIn } from "./strangers";

/** Of `pulumi preview --import-file`: every resource that would be created, its components and provider included. */
interface ImportFile {
  /** URNs of the parents and providers that the stack has already, by the names under which the resources know them. */
  readonly nameTable?: Readonly<Record<string, string>>;
  /** Absent when there is none. */
  readonly resources?: readonly ImportResource[];
}
interface ImportResource {
  readonly type: string;
  readonly name: string;
  readonly logicalName?: string;
  readonly id?: string;
  readonly parent?: string;
  readonly component?: boolean;
}

export interface Found {
  /** The resource's name in the program. */
  readonly resource: string;
  /** `Kind name` or `Kind namespace/name`. */
  readonly object: string;
}

export interface Survey {
  /** The stack's resources that the cluster has. */
  readonly found: readonly Found[];
  /** Those that the next `pulumi up` makes. */
  readonly missing: readonly Found[];
  /** For `pulumi import --file`: what was found, with what it takes. Holds no secret in clear. */
  readonly file: ImportFile & { readonly resources: readonly ImportResource[] };
  /** `Kind namespace/name` of what others made in the namespaces among what was found: it goes with its namespace. */
  readonly strangers: readonly string[];
}

/** @throws Failure with what the preview says when it fails */
export async function survey(stack: Stack, cluster: Cluster): Promise<Survey> {
  const folder = await temporaryFolder("adopt");
  try {
    const path = join(folder, "import.json");
    const { steps } = await preview(stack, ["--show-sames", "--import-file", path]);
    const { nameTable, resources = [] } = JSON.parse(await readFile(path, "utf8")) as ImportFile;
    // What is on a member already is taken over there by the next `up`.
    const here = steps.filter(({ newState }) => !isOnMember(newState ?? {}));
    const wanted = new Map(here.map(({ urn, newState }) => [key(newState?.type, nameIn(urn)), newState?.inputs ?? {}]));
    const looked = await inParallel(resources, async (resource) => {
      const inputs = wanted.get(key(resource.type, resource.logicalName ?? resource.name));
      const object = resource.id === undefined || inputs === undefined ? undefined : objectOf(resource.type, inputs);
      return { resource, object, isThere: object !== undefined && (await isThere(cluster, object)) };
    });
    const named = looked.flatMap(({ resource, object, isThere }) =>
      object ? [{ resource: resource.name, object: nameOf(object), isThere }] : [],
    );
    const strip = ({ resource, object }: Found) => ({ resource, object });
    const kept = new Map(
      looked.flatMap(({ resource, object, isThere }) => (isThere && object ? [[resource.name, { ...resource, id: idOf(object) }]] : [])),
    );
    const namespaces = looked.flatMap(({ object, isThere }) => (isThere && object?.kind === "Namespace" ? [object.metadata.name] : []));
    const declared = here.flatMap(({ newState }) => objectOf(newState?.type ?? "", newState?.inputs ?? {}) ?? []);
    return {
      found: named.filter((it) => it.isThere).map(strip),
      missing: named.filter((it) => !it.isThere).map(strip),
      file: { ...(nameTable && { nameTable }), resources: withAncestors(resources, kept) },
      strangers: await strangersIn(cluster, namespaces, declared),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const idOf = ({ metadata: { name, namespace } }: KubernetesObject) => (namespace === undefined ? name : `${namespace}/${name}`);

const key = (type = "", name = "") => `${type} ${name}`;

/** With the components that they are in, and the provider: the engine imports those without asking anybody. */
function withAncestors(all: readonly ImportResource[], kept: ReadonlyMap<string, ImportResource>): readonly ImportResource[] {
  const byName = new Map(all.map((resource) => [resource.name, resource]));
  const needed = new Set(kept.keys());
  for (const name of needed) {
    const { parent } = byName.get(name) ?? {};
    // A set that grows while it is walked through is walked through to its end.
    if (parent !== undefined) needed.add(parent);
  }
  return all.flatMap((resource) => {
    // A member's provider has its component for a parent.
    if (resource.type.startsWith("pulumi:providers:")) return kept.size > 0 && resource.parent === undefined ? [resource] : [];
    return needed.has(resource.name) ? [kept.get(resource.name) ?? resource] : [];
  });
}
