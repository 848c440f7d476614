import "./components/plainStackTraces";
import "./components/lazyModules";
import { accessCluster } from "./components/clusterAccess";
import { readSettings } from "./components/config";
import { mistake } from "./components/mistake";
import type { Settings } from "./components/settings";
import { loadSources, type Sources } from "./components/sources";
import { declareStack } from "./components/stack";
import { INGRESS_NGINX_NAMESPACE, SYSTEM_NAMESPACE } from "./kubesphere/api";
import { checkCluster } from "./kubesphere/clusterCheck";
import { checkCompatibility, type PlacedPackage } from "./kubesphere/compatibility";
import { ConfigurationError, describeProblem } from "./kubesphere/errors";
import { HARBOR_NAMESPACE } from "./kubesphere/harbor";
import { harborStorage, ksCoreStorage, type StorageNeed } from "./kubesphere/storage";

/** Configuration → sources → cluster → resources → outputs. Nothing is declared before all of it is checked. */
export = async () => {
  const settings = readSettings();
  const [sources, cluster] = await Promise.all([loadSources(settings), accessCluster(settings.cluster)]).catch(tell);
  const problems = await checkCluster(cluster, {
    identifier: settings.cluster.identifier,
    namespaces: namespaces(settings, sources),
    storage: storage(settings, sources),
  });
  if (problems.length === 0) {
    const versions = { kubernetes: await cluster.kubernetesVersion(), kubesphere: sources.kubesphereVersion };
    problems.push(...checkCompatibility(installed(sources), versions));
  }
  if (problems.length > 0) throw mistake(problems.map(describeProblem).join("\n"));

  return declareStack(settings, sources, cluster);
};

/** A mistake of the user's is told as one line, without a stack trace; any other error keeps its own. */
const tell = (error: unknown): never => {
  throw error instanceof ConfigurationError ? mistake(error.message) : error;
};

const namespaces = ({ ingressNginx, harbor }: Settings, { extensions }: Sources): string[] => [
  SYSTEM_NAMESPACE,
  ...(ingressNginx.install ? [INGRESS_NGINX_NAMESPACE] : []),
  ...(harbor ? [HARBOR_NAMESPACE] : []),
  ...extensions.flatMap(({ install }) => install?.namespace ?? []),
];

const storage = ({ ksCore, harbor }: Settings, { extensions }: Sources): StorageNeed[] => [
  ...ksCoreStorage(ksCore.values),
  ...(harbor ? harborStorage(harbor.values) : []),
  ...extensions.flatMap(({ path, install }) =>
    install?.storageClass === undefined ? [] : [{ path: `${path}.install.storageClass`, className: install.storageClass }],
  ),
];

/** What is only published may wait for another cluster. */
const installed = ({ extensions }: Sources): PlacedPackage[] =>
  extensions.flatMap(({ packages, install }) => packages.filter((it) => it.package.version === install?.version));
