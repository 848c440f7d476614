/** Whether an extension is as wanted, and if not, why. */
import { LUBAN } from "../../kubesphere/luban";
import { isOfStack } from "../../kubesphere/api";
import { AFTER_SILENCE, configHash, planFailure } from "../../kubesphere/extension/installPlan";
import { byWayBack, type Loss } from "../shared/losses";
import type { Bundle, Endpoints, Plan, Workload } from "./objects";
import { isFailed } from "./states";
import { worst, type AgentStatus, type Health } from "./status";
import { valuesHash, type Wanted } from "./wanted";

export interface Evidence {
  /** undefined: the stack does not declare it, and then its own plan says what is wanted. */
  readonly wanted: Wanted | undefined;
  readonly plan: Plan | undefined;
  /** Versions that KubeSphere knows. */
  readonly published: readonly string[];
  readonly workloads: readonly Workload[];
  readonly bundles: readonly Bundle[];
  readonly endpoints: readonly Endpoints[];
  readonly agents: readonly AgentStatus[];
  /** What was installed and has been taken away. */
  readonly losses: readonly Loss[];
  /** Of the package's `crds/`, with their files. */
  readonly missingCrds: readonly string[];
  /** What follows a command of Pulumi's to mean the stack: ` --stack prod`, or nothing for the selected one. */
  readonly option: string;
}

export interface Verdict {
  readonly health: Health;
  readonly reasons: readonly string[];
}

interface Finding {
  readonly health: Exclude<Health, "asWanted">;
  readonly reason: string;
}

const differs = (reason: string): Finding => ({ health: "differs", reason });
const rolling = (reason: string): Finding => ({ health: "rollingOut", reason });
const failed = (reason: string): Finding => ({ health: "failed", reason });

/** The worst first. */
export function judge(evidence: Evidence): Verdict {
  const { plan } = evidence;
  const found = [
    ...(plan ? ofPlan(plan, evidence) : ofNoPlan(evidence)),
    ...unpublished(evidence),
    ...evidence.agents.flatMap((it) => ofAgent(it, plan?.spec.extension.version)),
  ];
  const health = worst(found.map((it) => it.health));
  const inOrder = [...found].sort((a, b) => (a.health === b.health ? 0 : worst([a.health, b.health]) === a.health ? -1 : 1));
  return { health, reasons: inOrder.map(({ reason }) => reason) };
}

const ofNoPlan = ({ wanted, option }: Evidence): Finding[] =>
  wanted?.install === undefined ? [] : [differs(`It is not installed: the cluster has no InstallPlan of it. ${up(option)} installs it.`)];

const unpublished = ({ wanted, published, option }: Evidence): Finding[] => {
  const missing = wanted?.versions.filter((version) => !published.includes(version)) ?? [];
  return missing.length === 0 ? [] : [differs(`KubeSphere does not know version ${missing.join(", ")}. ${up(option)} publishes it.`)];
};

function ofPlan(plan: Plan, evidence: Evidence): Finding[] {
  const { wanted, workloads, bundles, endpoints } = evidence;
  const { spec, status = {} } = plan;
  const asked = configHash(spec.config ?? "");
  const failure = planFailure(status, asked);
  const isDone =
    status.state === "Installed" &&
    status.version === spec.extension.version &&
    status.configHash === asked &&
    (status.enabled ?? false) === spec.enabled;
  return [
    ...(failure === undefined ? [] : [failed(failure)]),
    ...(failure !== undefined && status.state === "Preparing" && wanted?.install !== undefined
      ? [failed(`KubeSphere may try no more: ${AFTER_SILENCE}${evidence.option}`)]
      : []),
    ...(wanted === undefined ? [] : askedOtherwise(plan, asked, wanted, evidence.option)),
    ...(plan.metadata.deletionTimestamp === undefined ? [] : [rolling("It is being uninstalled.")]),
    ...(failure === undefined && !isDone ? [rolling(underWay(plan))] : []),
    ...(wanted !== undefined && wanted.install === undefined ? [] : taken(evidence)),
    ...(isDone ? running(spec.enabled, { workloads, bundles, endpoints }) : []),
  ];
}

/** The plan in the cluster is not what the program would declare: not deployed yet, or changed by hand. */
function askedOtherwise(plan: Plan, asked: string, { install }: Wanted, option: string): Finding[] {
  const { spec } = plan;
  if (install === undefined)
    return [differs(`It is installed, and the configuration only publishes it. ${uninstalls(plan, option)} uninstalls it.`)];
  const { version, configHash: hash, enabled } = install;
  const how = ways(option);
  const isSameConfig = valuesHash(spec.config ?? "") === install.valuesHash;
  return [
    ...(spec.extension.version === version
      ? []
      : [`The InstallPlan asks for version ${spec.extension.version}, the configuration for ${version}. ${how}`]),
    ...(asked === hash ? [] : [isSameConfig ? otherRollout(option) : `The InstallPlan's config is not the configuration's. ${how}`]),
    ...(spec.enabled === enabled ? [] : [`The InstallPlan has it ${onOrOff(spec.enabled)}, the configuration ${onOrOff(enabled)}. ${how}`]),
  ].map(differs);
}

/** With `--refresh`: of what is gone or was changed behind its back a run without it knows nothing. */
const up = (option: string) => `\`pulumi up --refresh${option}\``;

/** The engine deletes what it has made alone. */
const uninstalls = (plan: Plan, option: string) => (isOfStack(plan) ? up(option) : `\`kubectl delete installplan ${plan.metadata.name}\``);

const ways = (option: string) => `\`${LUBAN} drift${option}\` says whether somebody changed it; ${up(option)} deploys what is wanted.`;

const otherRollout = (option: string) =>
  `It was rolled out with another package of the same version, or for another address or registry of the platform, than the configuration has now: ${up(option)} rolls it out again.`;

const onOrOff = (enabled: boolean) => (enabled ? "enabled" : "disabled");

function underWay({ spec, status = {} }: Plan): string {
  const { state, version } = status;
  if (state === undefined || state === "") return "KubeSphere has not begun to install it.";
  if (state !== "Installed") return `It is ${state}${version === undefined ? "" : `; version ${version} is there`}.`;
  return version === spec.extension.version
    ? "KubeSphere has not yet taken up the InstallPlan's last change."
    : `Version ${version ?? "of no name"} is installed, and ${spec.extension.version} is to come.`;
}

/** A line for each way to have it again: CRDs first, since Helm rolls out nothing of a kind that the cluster does not have. */
function taken({ losses, missingCrds, option }: Evidence): Finding[] {
  const told = byWayBack(losses).map(({ losses: those, wayBack, first }) => {
    const back = `\`${wayBack}\` brings ${those.length === 1 ? "it" : "them"} back.`;
    const what = those.map((it) => it.what).join(", ");
    return `Somebody has taken away what was installed: ${what}. ${first === undefined ? "" : `${first}, `}${back}`;
  });
  const them = missingCrds.length === 1 ? "it" : "them";
  const crds = `CRD ${missingCrds.join(", ")}: the cluster does not have ${them}. ${up(option)} brings ${them} back.`;
  return [...(missingCrds.length === 0 ? [] : [crds]), ...told].map(differs);
}

/** What went wrong after a rollout that went well. */
const running = (enabled: boolean, { workloads, bundles, endpoints }: Pick<Evidence, "workloads" | "bundles" | "endpoints">): Finding[] => [
  ...workloads
    .filter(({ ready, wanted }) => ready < wanted)
    .map(({ kind, name, ready, wanted }) => differs(`${kind} ${name}: ${ready} of ${wanted} pods are ready.`)),
  ...endpoints
    .filter(({ ready }) => ready === 0)
    .map(({ service, total }) =>
      differs(`Service ${service}: ${total === 0 ? "it has no pod" : `none of its ${total} pods is ready`}, and nothing answers there.`),
    ),
  ...bundles
    .filter(({ state }) => enabled && state !== "Available")
    .map(({ name, state }) => differs(`JSBundle ${name} is ${state ?? "not yet looked at by KubeSphere"}: the console does not load it.`)),
];

/** @param version that the plan asks for */
function ofAgent(agent: AgentStatus, version: string | undefined): Finding[] {
  const { cluster, state, reason, job, isLeaving = false } = agent;
  const it = `Its agent on cluster ${cluster}`;
  const [namespace, name] = job?.split("/") ?? [];
  const log = job === undefined ? "" : `\nThe log of its Job: kubectl --namespace ${namespace} logs job/${name}`;
  if (isFailed(state)) return [failed(`${it} is ${state}${reason === undefined ? "." : `: ${reason}${log}`}`)];
  // KubeSphere repeats an upgrade every few seconds, and says Upgrading meanwhile.
  if (reason !== undefined) return [failed(`${it} has failed, and is ${state || "not begun"} again: ${reason}${log}`)];
  if (isLeaving) return [rolling(`${it} is to leave, and is still there.`)];
  if (state === "") return [rolling(`${it} is not begun.`)];
  if (state !== "Installed") return [rolling(`${it} is ${state}.`)];
  const isOld = agent.configMatches === false || (version !== undefined && agent.version !== undefined && agent.version !== version);
  return isOld ? [rolling(`${it} has not yet taken up the InstallPlan's last change.`)] : [];
}
