/** What has changed between two looks, one line each. */
import { newStates } from "./states";
import { unreadLine, WORDS, type ExtensionStatus, type MemberStatus, type StackStatus } from "./status";

/**
 * @param before undefined at the first look, which tells where everything stands
 * @returns each line with the time at which it happened, or was seen; an extension's in the order of their times
 */
export function changes(before: StackStatus | undefined, now: StackStatus): readonly string[] {
  const seen = now.time.replace(/\.\d+Z$/, "Z");
  const gone = (before?.extensions ?? []).filter(({ name }) => !now.extensions.some((it) => it.name === name));
  const known = (before?.unread ?? []).map(unreadLine);
  const unread = now.unread.map(unreadLine).filter((line) => !known.includes(line));
  const told = (before?.members ?? []).map(memberLine);
  const members = now.members.map(memberLine).filter((line) => !told.includes(line));
  const left = (before?.members ?? []).filter(({ name }) => !now.members.some((it) => it.name === name));
  return [
    ...unread.map((line) => `${seen} ${line}`),
    ...members.map((line) => `${seen} ${line}`),
    ...left.map(({ name }) => `${seen} member ${name}: is gone`),
    ...now.extensions.flatMap((it) =>
      ofExtension(
        before?.extensions.find(({ name }) => name === it.name),
        it,
        seen,
      ),
    ),
    ...gone.map(({ name }) => `${seen} ${name}: is gone`),
  ];
}

function ofExtension(before: ExtensionStatus | undefined, now: ExtensionStatus, seen: string): string[] {
  const line = (text: string, time = seen) => `${time} ${now.name}: ${text.replaceAll("\n", " ")}`;
  const known = before === undefined ? [] : facts(before);
  // Polling misses no state: KubeSphere keeps the last ten, with their times.
  const states = newStates(before?.states ?? [], now.states).map(({ state, since }) => line(state, since));
  return [
    ...states,
    ...facts(now)
      .filter((text) => !known.includes(text))
      .map((text) => line(text)),
  ];
}

/** Without the time since the host has looked, which passes. */
const memberLine = ({ name, health, ready, answers, kubeSphereVersion = "" }: MemberStatus): string =>
  `member ${name}: ${[WORDS[health], ready === "True" ? "Ready" : "not Ready", answers ? "answers" : "does not answer", kubeSphereVersion].filter(Boolean).join(", ")}`;

/** All that a line can be about, but the states. */
function facts({ health, reasons: [reason], actual, workloads, bundles, clusters, warnings }: ExtensionStatus): readonly string[] {
  return [
    ...(actual?.version === undefined ? [] : [`version ${actual.version}`]),
    ...workloads.map(({ kind, name, ready, wanted }) => `${kind} ${name}, ${ready} of ${wanted} ready`),
    ...bundles.map(({ name, state }) => `JSBundle ${name}, ${state ?? "without a state"}`),
    ...clusters.map(({ cluster, state }) => `agent on ${cluster}, ${state || "not begun"}`),
    ...warnings.map(({ object, reason: why, message }) => `${why}, ${object}: ${message}`),
    `${WORDS[health]}${reason === undefined ? "" : `: ${reason}`}`,
  ];
}
