/** Wanted and observed, brought together: a row for each extension, and for each member. */
import { agentsOf } from "./agents";
import { membersOf } from "./members";
import { isOf, readBundle, readEndpoints, readIngress, readWarning, readWorkload, warnsOf, type ClusterStatus, type Plan } from "./objects";
import { repairedAnnotation } from "../../kubesphere/api";
import { configHash, repairEnd } from "../../kubesphere/extension/installPlan";
import type { HostCluster } from "../shared/members";
import type { Observed } from "./observed";
import { lastRollout, statesOf } from "./states";
import { worst, type ExtensionStatus, type StackStatus } from "./status";
import { judge } from "./verdict";
import type { Wanted } from "./wanted";

/** As many as tell what is going on. */
const WARNINGS = 3;

export interface WantedStack {
  readonly extensions: readonly Wanted[];
  /** Names of member clusters. */
  readonly members: readonly string[];
}

/** @param now when the cluster was asked @param option what follows a command of Pulumi's to mean the stack. Default: the selected one */
export function statusOf(
  stack: string,
  { extensions: wanted, members: names }: WantedStack,
  observed: Observed,
  now: Date,
  option = "",
): StackStatus {
  const plans = observed.plans as readonly Plan[];
  const declared = new Set(wanted.map(({ name }) => name));
  const besides = plans.map(({ metadata }) => metadata.name).filter((name) => !declared.has(name));
  const planOf = (name: string) => plans.find(({ metadata }) => metadata.name === name);
  const own = wanted.map((it) => row(it.name, it, planOf(it.name), observed, option));
  const others = besides.sort().map((name) => row(name, undefined, planOf(name), observed, option));
  const time = now.toISOString();
  // What may not be read is not missing.
  const isUnread = observed.unread.some(({ kind }) => kind === "Cluster");
  const members = membersOf(isUnread ? [] : names, observed.clusters as readonly HostCluster[], observed.members, time, option);
  return {
    stack,
    time,
    health: worst([...own, ...members.filter(({ ofStack }) => ofStack)].map(({ health }) => health)),
    unread: observed.unread,
    extensions: [...own, ...others],
    members,
  };
}

function row(name: string, declared: Wanted | undefined, plan: Plan | undefined, observed: Observed, option: string): ExtensionStatus {
  const status = plan?.status ?? {};
  const wanted = declared && withRepair(declared, plan);
  const { install } = wanted ?? {};
  const its = isOf(name);
  const namespace = status.targetNamespace ?? install?.namespace;
  const workloads = [...observed.deployments, ...observed.statefulSets, ...observed.daemonSets].filter(its).map(readWorkload);
  const bundles = observed.bundles.filter(its).map(readBundle);
  const endpoints = readEndpoints(observed.endpointSlices.filter(its));
  const agents = agentsOf(plan, install, observed.clusters as readonly HostCluster[]);
  const states = statesOf(status.stateHistory);
  const rollout = lastRollout(states);
  return {
    name,
    ofStack: wanted !== undefined,
    ...judge({
      wanted,
      plan,
      published: publishedIn(observed, name),
      workloads,
      bundles,
      endpoints,
      agents,
      ...lostOf(name, wanted, observed),
      option,
    }),
    ...(install && { wanted: { version: install.version, configHash: install.configHash, enabled: install.enabled } }),
    ...(plan && { actual: actual(status, namespace) }),
    ...(install && plan && { configMatches: status.configHash === install.configHash }),
    states,
    ...(rollout && { rollout }),
    workloads,
    bundles,
    ingresses: observed.ingresses.filter(its).map(readIngress),
    endpoints,
    warnings: observed.warnings
      .filter(warnsOf(name, namespace))
      .map(readWarning)
      .sort((a, b) => b.time.localeCompare(a.time))
      .slice(0, WARNINGS),
    clusters: agents,
  };
}

/** The program goes on declaring the repair that it finds marked on the plan. */
function withRepair(wanted: Wanted, plan: Plan | undefined): Wanted {
  const { install } = wanted;
  const end = repairEnd(plan?.metadata.annotations?.[repairedAnnotation]);
  return install === undefined || end === ""
    ? wanted
    : { ...wanted, install: { ...install, configHash: configHash(end, install.configHash) } };
}

/** A plan that has failed or is on its way tells of itself; what Helm made for it before may be gone all the same. */
const lostOf = (name: string, wanted: Wanted | undefined, { losses, missingCrds }: Observed) => ({
  losses: losses.get(name) ?? [],
  missingCrds: (wanted?.crds ?? []).flatMap(({ name: crd, file }) => (missingCrds.has(crd) ? [`${crd} (${file})`] : [])),
});

const actual = ({ version, configHash, enabled = false, state = "" }: ClusterStatus, namespace: string | undefined) => ({
  ...(version !== undefined && { version }),
  ...(configHash !== undefined && { configHash }),
  enabled,
  state,
  ...(namespace !== undefined && { namespace }),
});

function publishedIn({ extensions }: Observed, name: string): readonly string[] {
  const { versions = [] } = (extensions.find(({ metadata }) => metadata.name === name)?.status ?? {}) as {
    versions?: readonly { version: string }[];
  };
  return versions.map(({ version }) => version);
}
