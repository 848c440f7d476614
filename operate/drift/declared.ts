/** What a stack's state says of the cluster: the objects that the program declared, and the Helm releases. */
import type { KubernetesObject } from "../shared/cluster";

/** As `pulumi stack export --show-secrets` gives it. */
export interface ExportedState {
  readonly deployment?: { readonly resources?: readonly StateResource[] };
}

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly delete?: boolean;
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

/** Of the resources that the program still wants. */
export function declaredBy({ deployment }: ExportedState): Declared {
  const resources = (deployment?.resources ?? []).filter(({ custom, type, delete: isDoomed }) => {
    return custom === true && isDoomed !== true && type.startsWith("kubernetes:");
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

/** The engine's mark of a special value, and of a secret among these. */
const SPECIAL = "4dabf18193072939515e22adb298388d";
const IS_SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** @throws when a secret is not in clear: the state was exported without `--show-secrets` */
function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Fields;
  if (fields[SPECIAL] === IS_SECRET) return inClear(JSON.parse(fields["plaintext"] as string));
  return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, inClear(inner)]));
}
