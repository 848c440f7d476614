/** Things that an installation needs and the cluster lacks: it starts all the same, and hangs or fails until they exist. */
import { builtInResources, definedBy } from "../chart/apiResources";
import { groupOf, recordsAt, textAt, type RenderedObject } from "../chart/renderedObject";
import type { StorageClass } from "../cluster/storage";

/** The rendered objects of an installation. */
export interface Awaited {
  /** The StorageClasses of its volume claims; null for the default one. */
  readonly storageClasses: readonly (string | null)[];
  /** Kinds that neither Kubernetes, nor KubeSphere, nor the extension itself defines, such as `cert-manager.io/v1/Certificate`. */
  readonly foreignKinds: readonly string[];
}

export const awaitedBy = (objects: readonly RenderedObject[]): Awaited => {
  const brought = new Set([...builtInResources, ...objects.flatMap(definedBy)].map(({ group, kind }) => `${group}/${kind}`));
  const foreign = objects.filter(({ apiVersion, kind }) => !brought.has(`${groupOf(apiVersion)}/${kind}`));
  return {
    storageClasses: unique(objects.flatMap(claims)),
    foreignKinds: unique(foreign.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)),
  };
};

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)].sort();

/** A claim with the class "" is for a volume that was made by hand. */
const claims = (object: RenderedObject): (string | null)[] => {
  const specs =
    object.kind === "PersistentVolumeClaim"
      ? [object]
      : object.kind === "StatefulSet"
        ? recordsAt(object, "spec", "volumeClaimTemplates")
        : [];
  return specs.flatMap((it) => {
    const name = textAt(it, "spec", "storageClassName");
    return name === "" || textAt(it, "spec", "volumeName") !== undefined ? [] : [name ?? null];
  });
};

export interface Provided {
  readonly storageClasses: readonly StorageClass[];
  /** In the form of Helm's `.Capabilities.APIVersions`; empty if there is no cluster. */
  readonly apiVersions: readonly string[];
}

/** @returns a sentence for each missing thing */
export function lacking({ storageClasses, foreignKinds }: Awaited, provided: Provided): string[] {
  const classes = provided.storageClasses;
  const isThere = (name: string | null) => classes.some((it) => (name === null ? it.isDefault : it.name === name));
  const listed = classes.length === 0 ? "none" : classes.map(({ name }) => name).join(", ");
  const served = new Set(provided.apiVersions);
  const unserved = served.size === 0 ? [] : foreignKinds.filter((it) => !served.has(it));
  return [
    ...storageClasses
      .filter((name) => !isThere(name))
      .map(
        (name) =>
          `it claims a volume of ${name === null ? "the default StorageClass" : `the StorageClass ${name}`}; the cluster has ${listed}. Unless one is made by hand, it waits for it.`,
      ),
    ...unserved.map((it) => {
      const [, apiVersion = "", kind = ""] = /^(.+)\/([^/]+)$/.exec(it) ?? [];
      return `it makes a ${kind} of ${apiVersion}, which the cluster does not serve yet. Install what brings it first, or the install fails.`;
    }),
  ];
}
