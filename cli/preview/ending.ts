/** What a `pulumi destroy` takes beside what the stack declares, what it would wait for for ever, and what runs on without KubeSphere. */
import { CORE_API, KS_CORE_RELEASE, SYSTEM_NAMESPACE, SYSTEM_WORKSPACE } from "../../kubesphere/api";
import { idOf, targetOf, type Resource } from "../../sandbox/src/pendingOperations";
import { nameOf, type Cluster, type StoredObject } from "../shared/cluster";
import { keeperOf, orphanedFinalizers } from "../shared/heldNamespaces";
import { contents, HELM } from "../shared/namespaceContents";
import { inParallel } from "../../kubesphere/parallel";

export interface Ending {
  readonly stack: string;
  /** How many objects and releases in the cluster the stack's state has. */
  readonly declared: number;
  /** What goes with KubeSphere's own kinds; empty where the stack does not uninstall it. */
  readonly withKubeSphere: readonly { readonly kind: string; readonly names: readonly string[] }[];
  /** Namespaces of the stack with what neither it nor a release of it has put there. */
  readonly namespaces: readonly { readonly name: string; readonly holds: readonly string[] }[];
  /** Extensions that somebody else has installed: with KubeSphere gone, nobody uninstalls them. */
  readonly runOn: readonly string[];
  /** Namespaces of the stack on whose deletion a destroy would wait for ever. */
  readonly held: readonly string[];
}

/** As `pulumi stack export` gives it. */
export interface State {
  readonly deployment?: { readonly resources?: readonly (Resource & { readonly delete?: boolean; readonly retainOnDelete?: boolean })[] };
}

interface Plan extends StoredObject {
  readonly spec?: { readonly extension?: { readonly name?: string } };
  readonly status?: { readonly targetNamespace?: string };
}

const KINDS = [
  { apiVersion: "iam.kubesphere.io/v1beta1", kind: "User" },
  { apiVersion: "tenant.kubesphere.io/v1beta1", kind: "WorkspaceTemplate" },
  { apiVersion: CORE_API, kind: "Repository" },
  { apiVersion: CORE_API, kind: "Extension" },
];
/** What ks-core itself brings. */
const BUILT_IN = new Set(["User admin", `WorkspaceTemplate ${SYSTEM_WORKSPACE}`]);

export async function ending(stack: string, { deployment }: State, cluster: Pick<Cluster, "read" | "list">): Promise<Ending> {
  const going = (deployment?.resources ?? []).filter((it) => it.delete !== true && it.retainOnDelete !== true);
  const all = going.flatMap((resource) => targetOf(resource) ?? []);
  const targets = all.filter((target) => target.isOnMember !== true);
  const declared = new Set(targets.map((target) => `${target.kind} ${idOf(target)}`));
  const namespaces = targets.filter(({ kind }) => kind === "Namespace").map(({ name }) => name);
  const isUninstalled = declared.has(`Release ${SYSTEM_NAMESPACE}/${KS_CORE_RELEASE}`);
  const plans = (await cluster.list({ apiVersion: CORE_API, kind: "InstallPlan" })) as readonly Plan[];
  const releases = new Set([
    ...targets.filter(({ kind }) => kind === "Release").map(idOf),
    ...plans.map(({ metadata, spec, status }) => `${status?.targetNamespace ?? ""}/${spec?.extension?.name ?? metadata.name}`),
  ]);
  const isOthers = (object: StoredObject) => !declared.has(nameOf(object)) && !isMade(object, releases);
  const [keeper, live, held, others] = await Promise.all([
    keeperOf(cluster),
    inParallel(KINDS, async (of) => (isUninstalled ? cluster.list(of) : [])),
    inParallel(namespaces, (name) => cluster.read({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    contents(cluster, namespaces, isOthers),
  ]);
  const lost = live.map((objects, index) => ({
    kind: KINDS[index]?.kind ?? "",
    names: objects.filter((it) => !declared.has(nameOf(it)) && !BUILT_IN.has(nameOf(it))).map(({ metadata }) => metadata.name),
  }));
  return {
    stack,
    declared: all.length,
    withKubeSphere: lost.filter(({ names }) => names.length > 0),
    namespaces: [...others].flatMap(([name, holds]) => (holds.length > 0 ? [{ name, holds }] : [])),
    runOn: isUninstalled ? plans.map(({ metadata }) => metadata.name).filter((name) => !declared.has(`InstallPlan ${name}`)) : [],
    held: held.flatMap((it) => (it !== undefined && orphanedFinalizers(it, keeper).length > 0 ? [it.metadata.name] : [])),
  };
}

/** By one of the releases, or by another object, with which it goes. */
function isMade({ metadata, ...rest }: StoredObject, releases: ReadonlySet<string>): boolean {
  const { annotations = {}, labels = {}, namespace = "" } = metadata;
  if (((metadata as { ownerReferences?: readonly object[] }).ownerReferences ?? []).length > 0) return true;
  const release = rest["type"] === HELM ? labels["name"] : annotations["meta.helm.sh/release-name"];
  return release !== undefined && releases.has(`${annotations["meta.helm.sh/release-namespace"] ?? namespace}/${release}`);
}

/** 0: nothing is there, 3: something is taken away. */
export const endingCode = ({ declared }: Ending): 0 | 3 => (declared === 0 ? 0 : 3);
