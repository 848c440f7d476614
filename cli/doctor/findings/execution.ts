/** What the executor's Job and its pods say. */
import type { StoredObject } from "../../shared/cluster";
import type { Condition, Execution } from "../facts/facts";

/** While KubeSphere is at work on a plan. */
export const isUnder = (state: string): boolean => ["Preparing", "Installing", "Upgrading", "Uninstalling"].includes(state);

/** `since` in milliseconds. */
export function stateOf(job: StoredObject | undefined): { readonly is: "none" | "running" | "ended"; readonly since: number } {
  if (job === undefined) return { is: "none", since: 0 };
  const { conditions = [] } = (job.status ?? {}) as { conditions?: readonly (Condition & { lastTransitionTime?: string })[] };
  const end = conditions.find(({ type, status }) => status === "True" && (type === "Complete" || type === "Failed"));
  return end === undefined ? { is: "running", since: 0 } : { is: "ended", since: Date.parse(end.lastTransitionTime ?? "") };
}

/** KubeSphere's default, in milliseconds. */
const DEFAULT_TIMEOUT = 10 * 60_000;
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000 };

/** What Helm was given, in milliseconds. */
export function timeoutOf(job: StoredObject | undefined): number {
  const { template } = (job?.["spec"] ?? {}) as { template?: { spec?: { containers?: readonly Container[] } } };
  const words = template?.spec?.containers?.flatMap(({ command = [], args = [] }) => [...command, ...args]).join(" ") ?? "";
  const [, duration = ""] = /--timeout[ =]((?:\d+[hms])+)/.exec(words) ?? [];
  const parts = [...duration.matchAll(/(\d+)([hms])/g)].map(([, count, unit = ""]) => Number(count) * (UNITS[unit] ?? 0));
  return parts.length === 0 ? DEFAULT_TIMEOUT : parts.reduce((sum, part) => sum + part, 0);
}

interface Container {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

interface PodStatus {
  readonly message?: string;
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly { readonly state?: ContainerState }[];
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly reason?: string; readonly message?: string; readonly exitCode?: number };
}

const statusOf = (pod: StoredObject) => (pod.status ?? {}) as PodStatus;

/** A container that is being created waits for a moment, too. */
const HELD = /ImagePull|InvalidImageName|ErrImage|CreateContainer.*Error|CrashLoopBackOff/;

/** The first pod that does not begin, and why; undefined when all do. */
export function waitsFor(pods: readonly StoredObject[]): { readonly pod: string; readonly why: string } | undefined {
  for (const pod of pods) {
    const { name } = pod.metadata;
    const { conditions = [], containerStatuses = [] } = statusOf(pod);
    const place = conditions.find(
      ({ type, status, reason }) => type === "PodScheduled" && status === "False" && reason === "Unschedulable",
    );
    if (place) return { pod: name, why: `pod ${name} finds no node: ${place.message}` };
    const held = containerStatuses.flatMap(({ state }) => state?.waiting ?? []).find(({ reason = "" }) => HELD.test(reason));
    if (held) return { pod: name, why: `pod ${name} does not begin: ${held.reason}${held.message ? `: ${held.message}` : ""}` };
  }
  return undefined;
}

/** What its pods said last, and the last warnings about them. */
export function evidence({ pods, log, warnings, unread }: Execution): readonly string[] {
  const ends = pods.flatMap((pod) => {
    const { message, containerStatuses = [] } = statusOf(pod);
    const ended = containerStatuses.flatMap(({ state }) => (state?.terminated ? [state.terminated] : []));
    const how = ended.map(({ reason, exitCode, message: last }) => last?.trim() || `${reason ?? "ended"}, exit code ${exitCode}`);
    const text = [message?.trim() ?? "", ...how].filter((it) => it !== "").join(", ");
    return text === "" ? [] : [`pod ${pod.metadata.name} said: ${text}`];
  });
  const said = log === undefined ? ends : [`Helm said: ${log.replaceAll("\n", " ")}`];
  return [...said, ...warnings.slice(-2).map((it) => `event: ${it}`), ...(unread === undefined ? [] : [`not read: ${unread}`])];
}
