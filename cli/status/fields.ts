/** What a report says of an extension, in words: terminal and page lay out the same. */
import type { Warning } from "./objects";
import type { State } from "./states";
import { WORDS, type AgentStatus, type ExtensionStatus, type MemberStatus } from "./status";
import { clock, duration, secondsFrom } from "./words";

/** The columns of the table; the first two are what everything else is about. */
export const COLUMNS = ["Extension", "Health", "Version", "Wanted", "State", "Since", "Took", "Config", "Ready"] as const;
/** In a cell of which there is nothing to tell. */
export const NONE = "-";

/** @param time when the cluster was asked */
export function cellsOf(extension: ExtensionStatus, time: string): readonly string[] {
  const { name, health, actual, wanted, states, rollout, configMatches, workloads } = extension;
  const last = states.at(-1);
  return [
    name,
    WORDS[health],
    actual?.version ?? NONE,
    wanted?.version ?? NONE,
    actual === undefined ? NONE : actual.state || "not begun",
    last === undefined ? NONE : duration(secondsFrom(last.since, time)),
    rollout === undefined ? NONE : rollout.seconds === undefined ? "…" : duration(rollout.seconds),
    configMatches === undefined ? NONE : configMatches ? "matches" : "differs",
    workloads.length === 0 ? NONE : `${sum(workloads.map(({ ready }) => ready))}/${sum(workloads.map((it) => it.wanted))}`,
  ];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

export interface Field {
  readonly label: string;
  /** One at least. */
  readonly texts: readonly string[];
}

/** Beside the states; those of which there is nothing to tell are left out. */
export function fieldsOf(extension: ExtensionStatus, time: string): readonly Field[] {
  const { actual, wanted, workloads, bundles, ingresses, endpoints, warnings, clusters } = extension;
  const hash = hashes(actual?.configHash, wanted?.configHash);
  const fields = [
    { label: "config", texts: hash === undefined ? [] : [hash] },
    { label: "namespace", texts: actual?.namespace === undefined ? [] : [actual.namespace] },
    { label: "workloads", texts: workloads.map((it) => `${it.kind} ${it.name}: ${it.ready} of ${it.wanted} ready`) },
    { label: "endpoints", texts: endpoints.map(({ service, ready, total }) => `Service ${service}: ${ready} of ${total} ready`) },
    {
      label: "ingress",
      texts: ingresses.map((it) => `${it.hosts.join(", ")} (${it.class === undefined ? "default class" : `class ${it.class}`})`),
    },
    { label: "bundle", texts: bundles.map((it) => `${it.name}: ${it.state ?? "without a state"}, ${it.link ?? "without a link"}`) },
    { label: "agents", texts: clusters.map((it) => agent(it, time)) },
    { label: "warnings", texts: warnings.map((it) => warning(it, time)) },
  ];
  return fields.filter(({ texts }) => texts.length > 0);
}

function hashes(actual: string | undefined, wanted: string | undefined): string | undefined {
  if (wanted === undefined || actual === wanted) return actual;
  return `${actual ?? "none yet"}, wanted ${wanted}`;
}

/** `Preparing 0 s, Installing 3 s, Installed since …` */
export const history = (states: readonly State[], time: string): string =>
  states
    .map(({ state, since, seconds }) =>
      seconds === undefined ? `${state} since ${clock(since)} (${duration(secondsFrom(since, time))})` : `${state} ${duration(seconds)}`,
    )
    .join(", ");

const warning = ({ time: at, object, reason, message, count: times }: Warning, time: string): string =>
  `${reason}, ${object}: ${message} (${times === 1 ? "" : `${times} times, last `}${duration(secondsFrom(at, time))} ago)`;

const agent = ({ cluster, state, version, configMatches, isLeaving, states }: AgentStatus, time: string): string =>
  [
    `${cluster}: ${state || "not begun"}${isLeaving === true ? ", to leave" : ""}`,
    ...(version === undefined ? [] : [version]),
    ...(configMatches === undefined ? [] : [`config ${configMatches ? "matches" : "differs"}`]),
    ...(states.length === 0 ? [] : [history(states, time)]),
  ].join("; ");

/** The columns of the members' table. */
export const MEMBER_COLUMNS = ["Member", "Health", "Ready", "Looked at", "Answers", "KubeSphere", "Agent", "Nodes"] as const;

/** @param time when the cluster was asked */
export function memberCells(member: MemberStatus, time: string): readonly string[] {
  const { name, displayName, health, ready, lookedAt, answers, kubeSphereVersion, agent: pods, nodes } = member;
  return [
    displayName === undefined ? name : `${name} (${displayName})`,
    WORDS[health],
    ready === "" ? NONE : ready === "True" ? "yes" : "no",
    lookedAt === undefined ? NONE : `${duration(secondsFrom(lookedAt, time))} ago`,
    answers ? "yes" : "no",
    kubeSphereVersion ?? NONE,
    pods === undefined ? NONE : `${pods.ready}/${pods.wanted}`,
    nodes === undefined ? NONE : `${nodes}`,
  ];
}
