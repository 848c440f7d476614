/** Objects that a stack declares and somebody else has made: an `up` that would create them fails half-way with "already exists". Pure. */
import { chartConfigMapName, CORE_API, executorRole, extensionVersionName, isOfStack, label, SYSTEM_NAMESPACE } from "../api";
import type { ObjectMetadata } from "../cluster/clusterCheck";
import type { StoredPlan } from "./rollout";

export interface Found {
  readonly hasKubeSphere: boolean;
  readonly namespaces: readonly ObjectMetadata[];
  readonly extensions: readonly ObjectMetadata[];
  readonly plans: readonly StoredPlan[];
  /** Cluster objects. Default: none are known. */
  readonly clusters?: readonly { readonly metadata: ObjectMetadata }[];
}

export interface Declared {
  /** Namespaces of the platform. */
  readonly platform: readonly string[];
  readonly extensions: readonly {
    readonly name: string;
    readonly versions: readonly string[];
    /** The namespace of its installation; undefined if it is only published. */
    readonly namespace: string | undefined;
  }[];
  /** Names of member clusters. Default: none. */
  readonly members?: readonly string[];
  /** Names of Secrets in KubeSphere's namespace. */
  readonly secrets: readonly string[];
  /** Names of OAuth clients: KubeSphere accepts no second client of a name, also in a Secret of another name. */
  readonly clients: readonly string[];
  readonly repositories: readonly string[];
}

/** One list request for metadata, and which of its objects the stack would create. */
export interface Suspected {
  readonly path: string;
  readonly kind: string;
  readonly isIt: (metadata: ObjectMetadata) => boolean;
}

/** @returns `Kind name` of the namespaces, members and extensions at which an `up` would fail; `luban adopt` marks the objects that it imports */
export function unmanaged(found: Found, declared: Declared): string[] {
  const { namespaces, extensions, plans, clusters = [] } = found;
  const { members = [] } = declared;
  const foreign = (kind: string, of: readonly ObjectMetadata[], name: string | undefined) =>
    of.some((metadata) => metadata.name === name && !isOfStack({ metadata })) ? [`${kind} ${name}`] : [];
  return [
    ...declared.platform.flatMap((name) => foreign("Namespace", namespaces, name)),
    ...members.flatMap((name) =>
      foreign(
        "Cluster",
        clusters.map(({ metadata }) => metadata),
        name,
      ),
    ),
    ...declared.extensions.flatMap((extension) => {
      // KubeSphere makes the namespace in the same form as the program, so an apply writes nothing into it.
      if (isStacks(extension, found)) return [];
      const { name, namespace } = extension;
      const own = foreign("Extension", extensions, name);
      if (namespace === undefined) return own;
      const isPlanned = plans.some(({ metadata }) => metadata.name === name);
      return [...own, ...(isPlanned ? [`InstallPlan ${name}`] : []), ...foreign("Namespace", namespaces, namespace)];
    }),
  ];
}

/** Further list requests; none for a stack's extensions that are installed already. */
export function suspected(found: Found, declared: Declared): readonly Suspected[] {
  const hasSystem = found.namespaces.some(({ name }) => name === SYSTEM_NAMESPACE);
  const coming = declared.extensions.filter((extension) => !isStacks(extension, found));
  const installed = coming.filter(({ namespace }) => namespace !== undefined);
  const inSystem = (resource: string) => `/api/v1/namespaces/${SYSTEM_NAMESPACE}/${resource}`;
  const of = (kind: string, path: string, names: readonly string[], isOther: Suspected["isIt"] = () => false): Suspected[] => [
    { kind, path, isIt: (metadata) => names.includes(metadata.name) || isOther(metadata) },
  ];
  const isClient: Suspected["isIt"] = ({ labels = {} }) => declared.clients.includes(labels[label.oauthClient] ?? "");
  const ofExtensions = `?labelSelector=${encodeURIComponent(`${label.extensionRef} in (${coming.map(({ name }) => name).join(",")})`)}`;
  const each = (nameOf: (extension: string, version: string) => string) =>
    coming.flatMap(({ name, versions }) => versions.map((version) => nameOf(name, version)));
  const roles = installed.map(({ name }) => executorRole(name));
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const hasSecrets = declared.secrets.length + declared.clients.length > 0;
  return [
    ...(hasSystem && hasSecrets ? of("Secret", inSystem("secrets"), declared.secrets, isClient) : []),
    ...(found.hasKubeSphere && declared.repositories.length > 0
      ? of("Repository", `/apis/${CORE_API}/repositories`, declared.repositories)
      : []),
    ...(coming.length > 0 && hasSystem ? of("ConfigMap", inSystem("configmaps"), each(chartConfigMapName)) : []),
    ...(coming.length > 0 && found.hasKubeSphere
      ? of("ExtensionVersion", `/apis/${CORE_API}/extensionversions${ofExtensions}`, each(extensionVersionName))
      : []),
    // KubeSphere does not delete them when an extension is uninstalled.
    ...(installed.length > 0 ? of("ClusterRole", `${rbac}/clusterroles${ofExtensions}`, roles) : []),
    ...(installed.length > 0 ? of("ClusterRoleBinding", `${rbac}/clusterrolebindings${ofExtensions}`, roles) : []),
  ];
}

/** @param listed the answer of the list request @returns `Kind name`, or `Kind namespace/name` */
export const foreignOf = ({ kind, isIt }: Suspected, listed: readonly ObjectMetadata[]): string[] =>
  listed
    .filter((metadata) => isIt(metadata) && !isOfStack({ metadata }))
    .map(({ name, namespace }) => `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`);

/** The words after their names in a run's message. */
export const THERE_ALREADY = ": already in the cluster, and made by no Pulumi program.";

const isStacks = ({ name }: Declared["extensions"][number], { plans }: Found): boolean =>
  plans.some((plan) => plan.metadata.name === name && isOfStack(plan));
