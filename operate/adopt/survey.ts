/** What of that which a stack would create is in the cluster already. */
import { readFile, rm } from "fs/promises";
import { join } from "path";
import { temporaryFolder } from "../../kubesphere/temporaryFolder";
import type { Cluster, KubernetesObject } from "../shared/cluster";
import { releaseOf } from "../shared/helmReleases";
import { inParallel } from "../../kubesphere/parallel";
import { nameIn, preview, type Fields } from "../shared/preview";
import type { Stack } from "../shared/pulumi";

/** Of `pulumi preview --import-file`: every resource that would be created, its components and provider included. */
interface ImportFile {
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
  readonly file: Required<ImportFile>;
}

export const RELEASE = "kubernetes:helm.sh/v3:Release";

/** @throws Failure with what the preview says when it fails */
export async function survey(stack: Stack, cluster: Cluster): Promise<Survey> {
  const folder = await temporaryFolder("adopt");
  try {
    const path = join(folder, "import.json");
    const { steps } = await preview(stack, ["--import-file", path]);
    const { resources = [] } = JSON.parse(await readFile(path, "utf8")) as ImportFile;
    const wanted = new Map(steps.map(({ urn, newState }) => [key(newState?.type, nameIn(urn)), newState?.inputs ?? {}]));
    const looked = await inParallel(resources, async (resource) => {
      const inputs = wanted.get(key(resource.type, resource.logicalName ?? resource.name));
      const object = resource.id === undefined || inputs === undefined ? undefined : objectOf(resource.type, inputs);
      return { resource, object, isThere: object !== undefined && (await isThere(cluster, object)) };
    });
    const named = looked.flatMap(({ resource, object, isThere }) =>
      object ? [{ resource: resource.name, object: `${object.kind} ${idOf(object)}`, isThere }] : [],
    );
    const strip = ({ resource, object }: Found) => ({ resource, object });
    const kept = new Map(
      looked.flatMap(({ resource, object, isThere }) => (isThere && object ? [[resource.name, { ...resource, id: idOf(object) }]] : [])),
    );
    return {
      found: named.filter((it) => it.isThere).map(strip),
      missing: named.filter((it) => !it.isThere).map(strip),
      file: { resources: withAncestors(resources, kept) },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const key = (type = "", name = "") => `${type} ${name}`;

/** A Release is written as an object of its own. Nothing for a resource that is no part of the cluster. */
function objectOf(type: string, inputs: Fields): KubernetesObject | undefined {
  if (type === RELEASE) return { apiVersion: "helm.sh/v3", kind: "Release", metadata: inputs as { name: string; namespace: string } };
  return type.startsWith("kubernetes:") ? (inputs as unknown as KubernetesObject) : undefined;
}

const idOf = ({ metadata: { name, namespace } }: KubernetesObject) => (namespace === undefined ? name : `${namespace}/${name}`);

const isThere = async (cluster: Cluster, object: KubernetesObject): Promise<boolean> =>
  object.kind === "Release"
    ? (await releaseOf(cluster, object.metadata.namespace ?? "", object.metadata.name)) !== undefined
    : (await cluster.list(one(object))).length > 0;

/** A list is empty where the cluster does not know the kind. */
const one = ({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject) => ({
  apiVersion,
  kind,
  fieldSelector: `metadata.name=${name}`,
  ...(namespace !== undefined && { namespace }),
});

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
    if (resource.type.startsWith("pulumi:providers:")) return kept.size > 0 ? [resource] : [];
    return needed.has(resource.name) ? [kept.get(resource.name) ?? resource] : [];
  });
}
