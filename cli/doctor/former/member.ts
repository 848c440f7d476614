/** A cluster that has been a member, as it is found: what KubeSphere has left there, and what others have beside it. Only asks. */
import { accessCluster } from "../../../components/cluster/clusterAccess";
import { KS_AGENT, KS_CORE_MANAGER, KS_CORE_RELEASE, label, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { clusterIdOf } from "../../../kubesphere/cluster/clusterCheck";
import { oneContext, readKubeconfig } from "../../../kubesphere/cluster/kubeconfig";
import { isOfKubeSphere } from "../../../kubesphere/ksCore/kinds";
import { inParallel, together } from "../../../kubesphere/parallel";
import { connect, type Cluster, type StoredObject } from "../../shared/cluster";
import { Failure, usageError } from "../../shared/command";
import { labelled } from "../../shared/extensionPieces";
import { releaseOf, type HelmRelease } from "../../shared/helmReleases";
import { signingSecret } from "../../shared/kubesphereConfig";
import { contents, releaseNameOf } from "../../shared/namespaceContents";
import { remains } from "../facts/remains";

export interface Agent {
  /** The release's name. */
  readonly release: string;
  readonly namespace: string;
  /** As Helm has it, such as `deployed`. */
  readonly status: string;
}

/** A kind in one of KubeSphere's groups. */
export interface Kind {
  /** The name of its CRD. */
  readonly crd: string;
  readonly count: number;
  /** Its objects that have finalizers. */
  readonly held: readonly StoredObject[];
}

export interface FormerMember {
  /** URL of its API server. */
  readonly server: string;
  /** The UID of its namespace kube-system. */
  readonly uid: string | undefined;
  /** Whether a whole KubeSphere runs there, and no member's. */
  readonly hasManager: boolean;
  /** By which its KubeSphere knows the tokens of its host; a secret. Undefined where it is gone. */
  readonly signingSecret: string | undefined;
  /** Of extensions. */
  readonly agents: readonly Agent[];
  /** The release of ks-core. */
  readonly core: Pick<HelmRelease, "revision" | "status" | "appVersion"> | undefined;
  /** KubeSphere's Pods. */
  readonly agent: { readonly ready: number; readonly wanted: number } | undefined;
  readonly namespaces: readonly StoredObject[];
  readonly kinds: readonly Kind[];
  /** Roles of extensions' executors. */
  readonly rights: readonly StoredObject[];
  /** Webhooks and roles of a ks-core whose release is gone. */
  readonly remains: readonly StoredObject[];
  /** By namespace that KubeSphere made: what stays in it when KubeSphere and the agents are gone, as `Kind name`. */
  readonly contents: ReadonlyMap<string, readonly string[]>;
}

/**
 * The kubeconfig with its current context alone: that of the user's own machine, so it may name files, and log in by a command.
 * @param file a path
 * @throws Failure of the command line, which quotes nothing of the file
 */
export function formerKubeconfig(file: string): string {
  try {
    return JSON.stringify(oneContext(readKubeconfig(file)));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "it is none, or has no current context";
    throw usageError(`--former-member ${file}: this is no kubeconfig that can be used (${why}); its current context leads to the cluster`);
  }
}

/** The namespaces that KubeSphere makes for itself. Its hooks make the second one. */
const OWN_NAMESPACES = [SYSTEM_NAMESPACE, "kubesphere-controls-system"];

export const isKubeSpheresNamespace = ({ metadata: { name, labels = {} } }: StoredObject): boolean =>
  OWN_NAMESPACES.includes(name) || labels[label.extensionRef] !== undefined;

type Access = Awaited<ReturnType<typeof accessCluster>>;

/** @param kubeconfig of {@link formerKubeconfig} @throws Failure when the cluster does not answer, or the user may not look */
export async function readFormerMember(kubeconfig: string): Promise<FormerMember> {
  const [access, cluster] = await together([accessCluster({ kubeconfig }), connect({ kubeconfig, context: undefined })]);
  return asked(access.server, async () => {
    const [uid, manager, deployment, secret, core, namespaces, rights, left] = await together([
      clusterIdOf(access),
      access.read(deploymentPath(KS_CORE_MANAGER)),
      access.read<Deployment>(deploymentPath(KS_AGENT)),
      signingSecret(cluster),
      releaseOf(cluster, SYSTEM_NAMESPACE, KS_CORE_RELEASE),
      cluster.list({ apiVersion: "v1", kind: "Namespace" }),
      labelled(cluster),
      remains(cluster),
    ]);
    const agents = await agentsOn(access, cluster);
    const made = namespaces.filter(isKubeSpheresNamespace).map(({ metadata }) => metadata.name);
    return {
      ...{ server: access.server, uid, hasManager: manager !== undefined, signingSecret: secret, agents, core, namespaces },
      agent: deployment && { ready: deployment.status?.readyReplicas ?? 0, wanted: deployment.spec?.replicas ?? 1 },
      kinds: await kindsOn(access),
      rights: rights.filter(({ kind }) => kind.startsWith("ClusterRole")),
      // CRDs are looked at one by one.
      remains: left.filter(
        ({ kind, metadata }) => kind !== "CustomResourceDefinition" && metadata.labels?.[label.extensionRef] === undefined,
      ),
      contents: await contents(cluster, made, (object) => !goesWith(object, agents)),
    };
  });
}

interface Deployment {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

const deploymentPath = (name: string) => `/apis/apps/v1/namespaces/${SYSTEM_NAMESPACE}/deployments/${name}`;

async function asked<T>(server: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`--former-member, ${server}: ${(error as Error).message}`);
  }
}

/** Of all releases with such a name, those that KubeSphere has installed: it sets values that nobody else does. */
async function agentsOn(access: Access, cluster: Cluster): Promise<readonly Agent[]> {
  const records = await access.metadata(`/api/v1/secrets?labelSelector=${encodeURIComponent("owner=helm")}`);
  const places = records.map(({ namespace = "", labels = {} }) => ({ namespace, release: labels["name"] ?? "" }));
  const found = new Map(places.filter(({ release }) => release.endsWith("-agent")).map((it) => [`${it.namespace}/${it.release}`, it]));
  const agents = await inParallel([...found.values()], async ({ namespace, release }) => {
    const stored = await releaseOf(cluster, namespace, release);
    return stored !== undefined && isAgent(stored) ? [{ release, namespace, status: stored.status }] : [];
  });
  return agents.flat();
}

const isAgent = ({ values }: HelmRelease): boolean => {
  const { tags, global } = values as { tags?: { agent?: unknown }; global?: { clusterInfo?: { role?: unknown } } };
  return tags?.agent === true && global?.clusterInfo?.role === "member";
};

interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string; readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served?: boolean }[];
  };
}

async function kindsOn(access: Access): Promise<readonly Kind[]> {
  const { items = [] } = (await access.read<{ items: readonly Crd[] }>("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")) ?? {};
  const crds = items.filter(({ metadata }) => isOfKubeSphere(metadata.name));
  return inParallel(crds, async ({ metadata, spec: { group, names, versions } }) => {
    const apiVersion = `${group}/${versions.find(({ served }) => served)?.name ?? ""}`;
    // A CRD that goes meanwhile has no objects.
    const list = await access.read<{ items: readonly StoredObject[] }>(`/apis/${apiVersion}/${names.plural}`);
    const objects = (list?.items ?? []).map((it) => ({ ...it, apiVersion, kind: names.kind }));
    return { crd: metadata.name, count: objects.length, held: objects.filter((it) => (it.metadata.finalizers ?? []).length > 0) };
  });
}

/** Whether it is KubeSphere's own, of a release that goes, or made by a controller of such an object. */
function goesWith(object: StoredObject, agents: readonly Agent[]): boolean {
  const { annotations = {}, namespace, ownerReferences = [] } = object.metadata;
  const release = releaseNameOf(object) ?? annotations["meta.helm.sh/release-name"];
  const isOfKsCore = release === KS_CORE_RELEASE && namespace === SYSTEM_NAMESPACE;
  const isOfAgent = agents.some((it) => it.release === release && it.namespace === namespace);
  // Its kubeconfigs of users, and their like.
  const isConfig = object.kind === "Secret" && String(object["type"]).startsWith("config.kubesphere.io/");
  return isOfKsCore || isOfAgent || isConfig || ownerReferences.length > 0;
}
