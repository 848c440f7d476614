import "./components/plainStackTraces";
import "./components/lazyModules";
import * as pulumi from "@pulumi/pulumi";
import { accessCluster } from "./components/clusterAccess";
import { clusterContents } from "./components/clusterContents";
import { readSettings } from "./components/config";
import { earlierPlans } from "./components/earlierPlans";
import { mistake } from "./components/mistake";
import { helmOn, readByHelm } from "./components/helmAtHand";
import type { Settings } from "./components/settings";
import { injectedValues } from "./components/injectedValues";
import { leavingPlans, warnOfStayingCrds } from "./components/leavingExtensions";
import { warnOfPinnedTags } from "./components/pinnedTags";
import { providerRenderer } from "./components/providerRenderer";
import { followRollouts } from "./components/rollouts";
import { packSources, readSources, type ReadSources } from "./components/sources";
import { clusterProvider, declareStack } from "./components/stack";
import { foreignSettings } from "./components/settingsFile";
import { warnOfExtensions } from "./components/extensionWarnings";
import { warnOfUnmanaged } from "./components/unmanagedWarning";
import { INGRESS_NGINX_NAMESPACE, SYSTEM_NAMESPACE } from "./kubesphere/api";
import { accessProblems, checkCluster } from "./kubesphere/clusterCheck";
import { checkCompatibility, type Placed } from "./kubesphere/compatibility";
import { ConfigurationError, describeProblem, type Problem } from "./kubesphere/errors";
import { HARBOR_NAMESPACE } from "./kubesphere/harbor";
import { learntFolder } from "./kubesphere/learntFolder";
import { harborStorage, ksCoreStorage, type StorageNeed } from "./kubesphere/storage";

/** Configuration → sources and cluster → packages, rendered for it → resources → outputs. Nothing is declared before all of it is checked. */
export = async () => {
  // The sandbox's shell would deploy any stack by the sandbox's settings.
  const foreign = foreignSettings(pulumi.getStack(), process.env);
  if (foreign !== undefined) throw mistake(foreign);
  const settings = readSettings();
  const [sources, cluster] = await Promise.all([readSources(settings), accessCluster(settings.cluster)]).catch(tell);
  warnOfPinnedTags(settings, sources);
  refuseIfAny(await accessProblems(cluster));
  const wanted = {
    identifier: settings.cluster.identifier,
    namespaces: namespaces(settings, sources),
    storage: storage(settings, sources),
  };
  const [problems, kubeVersion, discovery] = await Promise.all([
    checkCluster(cluster, wanted),
    cluster.kubernetesVersion(),
    cluster.discovery(),
  ]);
  const versions = { kubernetes: kubeVersion, kubesphere: sources.kubesphereVersion };
  refuseIfAny(problems.length > 0 ? problems : checkCompatibility(installed(sources), versions));

  // It renders what extensions' packages are made of, and so comes before them.
  const provider = clusterProvider(settings.cluster);
  const packed = await packSources(sources, {
    renderer: readByHelm(providerRenderer(provider), helmOn(process.env["PATH"] ?? "")),
    cluster: { kubeVersion, ...discovery },
    injected: injectedValues(settings),
    memory: learntFolder(),
  }).catch(tell);
  const names = packed.extensions.flatMap(({ versions: [first], install }) => (first && install ? [first.name] : []));
  const found = await clusterContents(cluster);
  warnOfUnmanaged(found, platformNamespaces(settings), sources.extensions);
  const leaving = leavingPlans(found.plans, names);
  const [earlier] = await Promise.all([
    earlierPlans(cluster, found, names),
    warnOfExtensions(packed.extensions, { cluster, apiVersions: discovery.apiVersions }),
    warnOfStayingCrds(leaving, cluster),
  ]);
  const follow = followRollouts(
    cluster,
    leaving.map(({ metadata }) => metadata.name),
  );
  const waits = { earlier, webhooksFail: () => cluster.webhooksFail(), follow };
  return declareStack(settings, packed, waits, provider);
};

function refuseIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw mistake(problems.map(describeProblem).join("\n"));
}

/** A mistake of the user's is told as one line, without a stack trace; any other error keeps its own. */
const tell = (error: unknown): never => {
  throw error instanceof ConfigurationError ? mistake(error.message) : error;
};

const platformNamespaces = ({ ingressNginx, harbor }: Settings): string[] => [
  SYSTEM_NAMESPACE,
  ...(ingressNginx.install ? [INGRESS_NGINX_NAMESPACE] : []),
  ...(harbor ? [HARBOR_NAMESPACE] : []),
];

const namespaces = (settings: Settings, { extensions }: ReadSources): string[] => [
  ...platformNamespaces(settings),
  ...extensions.flatMap(({ install }) => install?.namespace ?? []),
];

const storage = ({ ksCore, harbor }: Settings, { extensions }: ReadSources): StorageNeed[] => [
  ...ksCoreStorage(ksCore.values),
  ...(harbor ? harborStorage(harbor.values) : []),
  ...extensions.flatMap(({ path, install }) =>
    install?.storageClass === undefined ? [] : [{ path: `${path}.install.storageClass`, className: install.storageClass }],
  ),
];

/** What is only published may wait for another cluster. */
const installed = ({ extensions }: ReadSources): Placed[] =>
  extensions.flatMap(({ packages, install }) => packages.filter((it) => it.package.version === install?.version));
