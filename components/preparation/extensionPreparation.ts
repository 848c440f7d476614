/** An extension outside of any platform: its arguments → its files and its cluster → the extension to declare. */
import { accessOf } from "../../kubesphere/chart/chartAccess";
import * as pulumi from "@pulumi/pulumi";
import { SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { accessProblems, classesFor, clusterProblems } from "../../kubesphere/cluster/clusterCheck";
import { placesAgents } from "../../kubesphere/extension/clusterScheduling";
import { checkAgentName, checkPlatform } from "../../kubesphere/extension/compatibility";
import type { ExtensionConfig } from "../../kubesphere/extension/extensionConfig";
import { YamlError } from "../../kubesphere/yaml/goYaml";
import { injectedIn, KUBESPHERE_CONFIG } from "../../kubesphere/extension/injectedIn";
import { learntFolder } from "../../kubesphere/extension/learntFolder";
import { together } from "../../kubesphere/parallel";
import { clusterContents } from "../cluster/clusterContents";
import { configurationProblems } from "../../settings/configProblems";
import { askedMember, warnOfAgents } from "./agentWarnings";
import { earlierPlans } from "./earlierPlans";
import type { ExtensionArgs, PreparedExtension } from "../extensionArgs";
import { extension } from "../../settings/extensionSettings";
import { membersOf } from "./extensionMembers";
import { extensionStorage, packOne, readOne } from "../../settings/extensionSources";
import { warnOfExtensions } from "./extensionWarnings";
import { mistake, refuse, refusing } from "../shared/mistake";
import { given } from "../../settings/parsedSettings";
import { known, kubernetesProvider, later, providerCluster, type AskedCluster } from "../cluster/providerCluster";
import { warnOfPlacement } from "./placementWarning";
import { providerRenderer } from "./providerRenderer";
import { withRepairs } from "./repairs";
import { stackCrds } from "./restoredCrds";
import { followRollouts } from "../cluster/rollouts";
import { warnOfUnmanaged } from "./unmanagedWarning";
import { runningLine } from "./upgradeWarnings";

/**
 * @param name the component's name, which begins its error messages
 * @returns undefined in a preview if its cluster or its config is not known yet
 * @throws {@link mistake} with one line for each problem
 */
export async function prepareExtension(
  name: string,
  { members: given = [], ...args }: ExtensionArgs,
  opts: pulumi.ComponentResourceOptions,
): Promise<PreparedExtension | undefined> {
  const provider = kubernetesProvider(opts);
  const stated = await knownArgs(args);
  if (stated === undefined) return later(name, "its config");
  const declared = parsed(name, stated.args);
  const { extension: read, problems } = await readOne(name, declared);
  refuse(problems);
  const cluster = await refusing(providerCluster(provider));
  if (cluster === undefined) return later(name, "its cluster");
  refuse(await accessProblems(cluster));

  const wanted = { namespaces: read.install === undefined ? [] : [read.install.namespace], storage: extensionStorage(read) };
  const [classes, kubernetes, discovery, contents, injected] = await together([
    classesFor(cluster, wanted),
    cluster.kubernetesVersion(),
    cluster.discovery(),
    clusterContents(cluster, read.install?.clusterScheduling !== undefined),
    injectedBy(cluster),
  ]);
  if (!contents.hasKubeSphere || injected === undefined) {
    if (pulumi.runtime.isDryRun()) return later(name, "its KubeSphere");
    throw mistake(`${name}: the cluster has no KubeSphere; allowed: one that is there. Install it first, or declare both as one Platform.`);
  }
  warnOfPlacement(name, read.install?.clusterScheduling, contents.clusters);
  const installed = read.packages.filter((it) => it.package.version === read.install?.version);
  const found = clusterProblems(wanted, { namespaces: contents.namespaces, classes });
  refuse(found.length > 0 ? found : installed.flatMap((it) => checkPlatform(it, { kubernetes })));
  const line = placesAgents(read.install?.clusterScheduling) ? await runningLine(cluster) : undefined;
  refuse(installed.flatMap((it) => (line === undefined ? [] : checkAgentName(it, line.kubesphere))));

  const rendering = {
    renderer: providerRenderer(provider),
    cluster: { kubeVersion: kubernetes, ...discovery },
    injected,
    memory: learntFolder(),
  };
  const packed = await packOne(read, rendering);
  refuse(packed.problems);
  const { versions, install, renamedFrom } = packed.extension;
  const [extensionName = ""] = versions.map((it) => it.name);
  const names = install === undefined ? [] : [extensionName];
  const own = { name: extensionName, versions: versions.map(({ version }) => version), namespace: install?.namespace };
  const { plans } = contents;
  const crds = await stackCrds(cluster, [packed.extension], plans, await earlierPlans(cluster, contents, names));
  const [earlier] = await Promise.all([
    withRepairs(cluster, discovery, plans, crds.earlier, [packed.extension], crds.returning),
    warnOfExtensions([packed.extension], { cluster, apiVersions: discovery.apiVersions, isLeft: crds.isLeft }),
    warnOfUnmanaged(cluster, contents, { platform: [], extensions: [own], secrets: [], clients: [], repositories: [] }),
  ]);
  const { isSecret } = stated;
  const installation = { name: extensionName, namespace: install?.namespace ?? "" };
  const { members, away } = await membersOf(install === undefined ? [] : given, install?.clusterScheduling, installation, contents);
  const asked = await Promise.all(members.map(async ({ clusterName, basis }) => askedMember(clusterName, await basis)));
  await warnOfAgents([packed.extension], new Map([[packed.extension.path, members.map((it) => it.clusterName)]]), asked.flat());
  const follow = followRollouts(cluster, [], away);
  return {
    versions,
    install,
    renamedFrom,
    follow,
    members,
    earlier: earlier.get(extensionName),
    crds: crds.declared,
    isSecret,
    isAlone: true,
  };
}

/** @returns the arguments with what was an output, and whether the config is a secret; undefined if a preview does not know all of it */
async function knownArgs(given: ExtensionArgs) {
  const logins = [given, ...(given.versions ?? [])].map(({ username, password }) => accessOf({ username, password }));
  const resolved = await known(pulumi.output(logins));
  if (resolved === undefined) return undefined;
  const [own = {}, ...others] = resolved.value;
  const versions = given.versions?.map((version, index) => ({ ...version, ...others[index] }));
  const args = { ...given, ...own, ...(versions && { versions }) };
  if (args.install === false || args.install?.config === undefined) return { args, isSecret: false };
  const output = pulumi.output<ExtensionConfig>(args.install.config);
  const [config, isSecret] = await Promise.all([known(output), pulumi.isSecret(output)]);
  return config && { args: { ...args, install: { ...args.install, config: config.value } }, isSecret };
}

function parsed(name: string, args: object) {
  const { data, error } = extension.safeParse(given(args));
  if (data === undefined) throw mistake(configurationProblems(`${name}.`, error.issues, args).join("\n"));
  return data;
}

/** @returns undefined if there is no ks-core */
async function injectedBy(cluster: Pick<AskedCluster, "read">) {
  const { configMap, key } = KUBESPHERE_CONFIG;
  const path = `/api/v1/namespaces/${SYSTEM_NAMESPACE}/configmaps/${configMap}`;
  const text = (await cluster.read<{ readonly data?: Readonly<Record<string, string>> }>(path))?.data?.[key];
  try {
    return text === undefined ? undefined : injectedIn(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw mistake(`${key} in the ConfigMap ${SYSTEM_NAMESPACE}/${configMap} is no YAML: ${error.message}`);
  }
}
