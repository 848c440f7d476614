/** What others made in namespaces that a stack takes over: a namespace that goes takes it along. */
import { nameOf, type Cluster, type KubernetesObject, type StoredObject } from "../shared/cluster";
import { objectsIn, releaseNameOf } from "../shared/namespaceContents";

/** @param declared what the stack says that there is, releases included; neither these nor what they made is anybody else's */
export async function strangersIn(
  cluster: Pick<Cluster, "list">,
  namespaces: readonly string[],
  declared: readonly KubernetesObject[],
): Promise<readonly string[]> {
  const ours = new Set(declared.map(nameOf));
  const extensions = new Set(declared.filter(({ kind }) => kind === "InstallPlan").map(({ metadata }) => metadata.name));
  const isRelease = (name: string, namespace: string) => extensions.has(name) || ours.has(`Release ${namespace}/${name}`);
  const isOurs = (object: StoredObject) => {
    const { namespace = "", annotations = {}, ownerReferences = [] } = object.metadata as Owned;
    const release = annotations["meta.helm.sh/release-name"] ?? releaseNameOf(object);
    // What an owner has made is reported by its owner.
    return ours.has(nameOf(object)) || ownerReferences.length > 0 || (release !== undefined && isRelease(release, namespace));
  };
  const found = (await objectsIn(cluster, namespaces)).filter((object) => !isOurs(object));
  return [...new Set(found.map((object) => nameOf(releaseFor(object) ?? object)))];
}

type Owned = StoredObject["metadata"] & { readonly ownerReferences?: readonly object[] };

function releaseFor(object: StoredObject): KubernetesObject | undefined {
  const name = releaseNameOf(object);
  const { namespace } = object.metadata;
  return name === undefined ? undefined : { ...object, kind: "Release", metadata: { name, ...(namespace !== undefined && { namespace }) } };
}
