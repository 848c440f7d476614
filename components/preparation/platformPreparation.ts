/** Settings → charts, extensions and the cluster → packages, rendered for it. Nothing is declared before all of it is checked. */
import type * as pulumi from "@pulumi/pulumi";
import { SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { accessProblems, classesFor, clusterIdIn, clusterProblems } from "../../kubesphere/cluster/clusterCheck";
import { checkAgentName, checkCompatibility, type Placed } from "../../kubesphere/extension/compatibility";
import { placesAgents } from "../../kubesphere/extension/clusterScheduling";
import { HARBOR_NAMESPACE } from "../../kubesphere/login/harbor";
import { controllerOf } from "../../kubesphere/ingress/controllers";
import { toldIngress } from "../../kubesphere/ingress/toldIngress";
import { learntFolder } from "../../kubesphere/extension/learntFolder";
import { together } from "../../kubesphere/parallel";
import { harborStorage, ksCoreStorage, type StorageNeed } from "../../kubesphere/cluster/storage";
import { clusterContents } from "../cluster/clusterContents";
import { findMembers } from "../cluster/memberAccess";
import type { MemberBasis } from "../memberClusterArgs";
import { askedMember, warnOfAgents } from "./agentWarnings";
import { earlierPlans, type EarlierPlans } from "./earlierPlans";
import { rightsMember, rightsPlaces } from "./extensionMembers";
import { extensionStorage } from "../../settings/extensionSources";
import { warnOfExtensions } from "./extensionWarnings";
import { warnOfFormerController } from "./formerController";
import { injectedValues } from "./injectedValues";
import { leavingPlans, warnOfWhatStays } from "./leavingExtensions";
import { refuse, refusing } from "../shared/mistake";
import { warnOfPinnedTags } from "../../settings/pinnedTags";
import { warnOfKsCoreValues } from "../../settings/ksCoreValues";
import { later, providerCluster, type AskedCluster } from "../cluster/providerCluster";
import { concernsClusters, judgePlatformMembers, readPlatformMembers } from "./platformMembers";
import { providerRenderer } from "./providerRenderer";
import { withRepairs } from "./repairs";
import { stackCrds, type DeclaredCrd } from "./restoredCrds";
import { followRollouts, type Follow } from "../cluster/rollouts";
import type { Settings } from "../../settings/settings";
import { packSources, readSources, type ReadSources, type Sources } from "../../settings/sources";
import { declaredObjects, warnOfUnmanaged } from "./unmanagedWarning";
import { runningLine, warnOfUpgrade } from "./upgradeWarnings";

/** A platform after its settings were checked. */
export interface JudgedPlatform {
  readonly settings: Settings;
  /** Default: the cluster of the provider. */
  readonly cluster?: AskedCluster;
}

/** A platform after it was read, rendered and checked. */
export interface PreparedPlatform {
  readonly settings: Settings;
  readonly sources: Sources;
  /** How a run waits for rollouts, which the provider does not follow. */
  readonly follow: Follow;
  /** Whether KubeSphere's webhook for InstallPlans does not answer. */
  readonly webhooksFail: () => Promise<boolean>;
  /** Known of every cluster that is there. */
  readonly clusterId?: string | undefined;
  /** In the order of the settings. Default: none is known. */
  readonly members?: readonly MemberBasis[];
  /** The clusters on which a selector puts agents, by the extension's path in the configuration. Default: those that have one. */
  readonly chosen?: ReadonlyMap<string, readonly string[]>;
  /** The members on which an extension's namespace and its executor's rights are declared, by the same path. Default: none. */
  readonly rights?: ReadonlyMap<string, readonly string[]>;
  /** Default: none. */
  readonly earlier?: EarlierPlans;
  /** Default: none. */
  readonly crds?: readonly DeclaredCrd[];
}

/**
 * @param provider renders the charts of the extensions
 * @param root the prefix of the settings' keys in messages
 * @returns undefined in a preview if the cluster does not exist yet
 * @throws {@link mistake} with one line for each problem
 */
export async function preparePlatform(
  { settings, cluster: given }: JudgedPlatform,
  provider: pulumi.ProviderResource | undefined,
  root: string,
): Promise<PreparedPlatform | undefined> {
  const sources = await readSources(settings, root);
  const { members, problems: unread } = await readPlatformMembers(settings);
  refuse(unread, root);
  const cluster = given ?? (await refusing(providerCluster(provider), root));
  if (cluster === undefined) return later(root.slice(0, -1), "its cluster");
  warnOfPinnedTags(settings, sources);
  warnOfKsCoreValues(settings, sources);
  refuse(await accessProblems(cluster), root);
  const wanted = {
    identifier: settings.cluster.identifier,
    namespaces: namespaces(settings, sources),
    storage: storage(settings, sources),
  };
  const [classes, kubeVersion, discovery, found, running, foundMembers] = await together([
    classesFor(cluster, wanted),
    cluster.kubernetesVersion(),
    cluster.discovery(),
    clusterContents(cluster, concernsClusters(settings)),
    runningLine(cluster),
    findMembers(members),
  ]);
  const clusterId = clusterIdIn(found.namespaces);
  const judged = judgePlatformMembers(settings, { read: members, found: foundMembers }, { ...found, uid: clusterId }, cluster);
  const versions = { kubernetes: kubeVersion, kubesphere: sources.kubesphereVersion };
  const wrong = [...clusterProblems(wanted, { namespaces: found.namespaces, classes }), ...judged.problems];
  refuse(wrong.length > 0 ? wrong : [...checkCompatibility(installed(sources), versions), ...agentNames(sources)], root);
  judged.tell();

  const packed = await refusing(
    packSources(
      sources,
      {
        renderer: providerRenderer(provider),
        cluster: { kubeVersion, ...discovery },
        injected: injectedValues(settings),
        ingress: toldIngress(settings.ingress.installed?.controller, settings.ingress.className),
        memory: learntFolder(),
      },
      root,
      judged.longestKubeconfig,
    ),
    root,
  );
  warnOfFormerController(found.namespaces, settings);
  const names = packed.extensions.flatMap(({ versions: [first], install }) => (first && install ? [first.name] : []));
  const leaving = leavingPlans(found.plans, names);
  const crds = await stackCrds(cluster, packed.extensions, found.plans, await earlierPlans(cluster, found, names));
  const [earlier] = await Promise.all([
    withRepairs(cluster, discovery, found.plans, crds.earlier, packed.extensions, crds.returning),
    warnOfExtensions(packed.extensions, { cluster, apiVersions: discovery.apiVersions, isLeft: crds.isLeft }),
    warnOfAgents(
      packed.extensions,
      judged.placed,
      settings.memberClusters.flatMap(({ name }, index) => askedMember(name, judged.bases[index] ?? {})),
    ),
    warnOfUnmanaged(cluster, found, declaredObjects(settings, sources.extensions, platformNamespaces(settings))),
    warnOfWhatStays(leaving, { cluster, resources: discovery.resources, namespaces: wanted.namespaces }),
  ]);
  warnOfUpgrade(running, sources.ksCoreLine, packed.extensions);
  const follow = followRollouts(
    cluster,
    leaving.map(({ metadata }) => metadata.name),
    judged.away,
  );
  const { bases, chosen, placed } = judged;
  const webhooksFail = () => cluster.webhooksFail();
  const rightsMembers = settings.memberClusters.map(({ name }, index) => rightsMember(name, bases[index] ?? {}));
  const rights = new Map(
    packed.extensions.flatMap(({ path, versions: [first], install }) =>
      first === undefined || install === undefined
        ? []
        : [[path, rightsPlaces(rightsMembers, placed.get(path) ?? [], { ...install, name: first.name }, found.plans)]],
    ),
  );
  return { settings, sources: packed, clusterId, earlier, crds: crds.declared, follow, webhooksFail, members: bases, chosen, rights };
}

const platformNamespaces = ({ ingress, harbor }: Settings): string[] => [
  SYSTEM_NAMESPACE,
  ...(ingress.installed ? [controllerOf(ingress.installed.controller, ingress.className).release] : []),
  ...(harbor ? [HARBOR_NAMESPACE] : []),
];

const namespaces = (settings: Settings, { extensions }: ReadSources): string[] => [
  ...platformNamespaces(settings),
  ...extensions.flatMap(({ install }) => install?.namespace ?? []),
];

const storage = ({ ksCore, harbor }: Settings, { extensions }: ReadSources): StorageNeed[] => [
  ...ksCoreStorage(ksCore.values),
  ...(harbor ? harborStorage(harbor.values) : []),
  ...extensions.flatMap(extensionStorage),
];

const agentNames = ({ extensions, ksCoreLine }: ReadSources) =>
  extensions.flatMap(({ packages, install }) =>
    packages.flatMap((it) =>
      placesAgents(install?.clusterScheduling) && it.package.version === install?.version ? checkAgentName(it, ksCoreLine?.kubesphere) : [],
    ),
  );

/** An extension that is only published may be meant for another cluster. */
const installed = ({ extensions }: ReadSources): Placed[] =>
  extensions.flatMap(({ packages, install }) => packages.filter((it) => it.package.version === install?.version));
