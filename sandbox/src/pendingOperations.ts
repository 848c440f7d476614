/** Operations that a killed run had begun and never reported: Pulumi does not know how far they came. */

export interface PendingOperation {
  /** creating, updating, deleting, reading, importing. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly resource: string;
  /** The object or Helm release that it makes; none for a resource outside the cluster. */
  readonly target?: Target;
}

export interface Target {
  readonly kind: string;
  /** "" for a Helm release. */
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string;
  /** Of {@link isOnMember}. */
  readonly isOnMember?: true;
}

export interface Resource {
  readonly urn: string;
  /** `<URN>::<id>` */
  readonly provider?: string;
  readonly id?: string;
  readonly type: string;
  readonly inputs?: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
  };
}

interface Checkpoint {
  readonly checkpoint?: {
    readonly latest?: {
      readonly resources?: readonly Resource[];
      readonly pending_operations?: readonly { readonly type: string; readonly resource: Resource }[];
    };
  };
}

/** @param checkpoint the file backend's text */
export function pendingOperations(checkpoint: string): readonly PendingOperation[] {
  const { resources = [], pending_operations = [] } = (JSON.parse(checkpoint) as Checkpoint).checkpoint?.latest ?? {};
  return pending_operations.map(({ type, resource }) => {
    const target = targetOf(resource);
    // An object that is in the state too belongs to that other resource of the same name.
    const isKnown =
      target &&
      resources.some(
        (other) => other.type === resource.type && isId(other.id, target) && targetOf(other)?.isOnMember === target.isOnMember,
      );
    const name = resource.urn.split("::").at(-1) ?? resource.urn;
    return { type, resource: name, ...(target && !(type === "creating" && isKnown) && { target }) };
  });
}

const isId = (id: string | undefined, target: Target) => id === idOf(target);

/** The id that the engine knows it by once it is made. */
export const idOf = ({ name, namespace }: Target) => (namespace ? `${namespace}/${name}` : name);

/** The part of a URN that says that a provider is a member's (`components/memberCluster.ts`). */
const OF_MEMBER = "kubesphere:index:MemberCluster$pulumi:providers:kubernetes";

/** Whether it is an object on a member cluster, and not on the stack's own. */
export const isOnMember = ({ provider }: Pick<Resource, "provider">): boolean => provider?.split("::").at(-3)?.endsWith(OF_MEMBER) ?? false;

/** What the resource is in the cluster; undefined for one outside of it. */
export function targetOf(resource: Resource): Target | undefined {
  const { type, inputs = {} } = resource;
  const place = isOnMember(resource) ? ({ isOnMember: true } as const) : {};
  if (type === "kubernetes:helm.sh/v3:Release") {
    return inputs.name
      ? { kind: "Release", apiVersion: "", name: inputs.name, namespace: inputs.namespace ?? "default", ...place }
      : undefined;
  }
  const { apiVersion, kind, metadata } = inputs;
  if (!type.startsWith("kubernetes:") || !apiVersion || !kind || !metadata?.name) return undefined;
  return { kind, apiVersion, name: metadata.name, namespace: metadata.namespace ?? "", ...place };
}
