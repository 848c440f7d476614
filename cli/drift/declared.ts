/** What a stack's state says of the cluster: the objects that the program declared, and the Helm releases. */
import type { KubernetesObject } from "../shared/cluster";
import { isOnMember } from "../../sandbox/src/pendingOperations";
import { inClear } from "../shared/secretValues";

/** As `pulumi stack export --show-secrets` gives it. */
export interface ExportedState {
  readonly deployment?: { readonly resources?: readonly StateResource[] };
}

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly delete?: boolean;
  readonly provider?: string;
  readonly inputs?: Fields;
  readonly outputs?: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

export interface DeclaredObject {
  readonly urn: string;
  /** Holds secrets in clear. */
  readonly object: KubernetesObject & Fields;
}

export interface DeclaredRelease {
  readonly urn: string;
  readonly name: string;
  readonly namespace: string;
  /** The chart's, as it was deployed. */
  readonly version: string | undefined;
  /** The release's own, which every `helm upgrade` and `helm rollback` raises. */
  readonly revision: number | undefined;
}

export interface Declared {
  readonly objects: readonly DeclaredObject[];
  readonly releases: readonly DeclaredRelease[];
}

const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Of the resources that the program still wants on the stack's own cluster. */
export function declaredBy({ deployment }: ExportedState): Declared {
  const resources = (deployment?.resources ?? []).filter((resource) => {
    const { custom, type, delete: isDoomed } = resource;
    return custom === true && isDoomed !== true && type.startsWith("kubernetes:") && !isOnMember(resource);
  });
  const [releases, objects] = [resources.filter(({ type }) => type === RELEASE), resources.filter(({ type }) => type !== RELEASE)];
  return {
    objects: objects.map(({ urn, inputs }) => ({ urn, object: inClear(inputs) as DeclaredObject["object"] })),
    releases: releases.map(({ urn, outputs }) => {
      const { name, namespace, status } = inClear(outputs) as { name: string; namespace: string; status?: Fields };
      const { version, revision } = (status ?? {}) as { version?: string; revision?: number };
      return { urn, name, namespace, version, revision };
    }),
  };
}
