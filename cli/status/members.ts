/** The members of the platform: what the host says of each, what it says of itself, and whether that is as wanted. */
import { displayNameAnnotation } from "../../kubesphere/api";
import { isHost, joinWords, lookedAt, readiness, wantedConfigHash } from "../../kubesphere/member/storedCluster";
import type { HostCluster, MemberAnswer, SeenMember } from "../shared/members";
import { worst, type Health, type MemberStatus } from "./status";
import { duration, secondsFrom } from "./words";

/** @param declared the names of the stack's members, in its order @param time RFC 3339: when the cluster was asked */
export function membersOf(
  declared: readonly string[],
  clusters: readonly HostCluster[],
  seen: readonly SeenMember[],
  time: string,
  option = "",
): readonly MemberStatus[] {
  const hostVersion = clusters.find(isHost)?.status?.kubeSphereVersion;
  const names = [...declared, ...seen.map(({ object }) => object.metadata.name).filter((name) => !declared.includes(name))];
  return names.map((name) => {
    const ofStack = declared.includes(name);
    const found = seen.find(({ object }) => object.metadata.name === name);
    if (found === undefined)
      return {
        name,
        ofStack,
        health: "differs",
        reasons: [`It is no member yet. \`pulumi up${option}\` joins it.`],
        ready: "",
        answers: false,
      };
    const reasons = reasonsOf(found, { hostVersion, time, option });
    return { ...facts(found), ofStack, health: worst(reasons.map(({ health }) => health)), reasons: reasons.map(({ text }) => text) };
  });
}

function facts({ object, answer }: SeenMember): Omit<MemberStatus, "ofStack" | "health" | "reasons"> {
  const { metadata, status = {} } = object;
  const ready = readiness(object);
  const displayName = metadata.annotations?.[displayNameAnnotation];
  const looked = lookedAt(ready);
  return {
    name: metadata.name,
    ...(displayName !== undefined && { displayName }),
    ready: ready?.status ?? "",
    ...(looked !== undefined && { lookedAt: looked }),
    answers: !("silent" in answer),
    ...(status.kubeSphereVersion !== undefined && { kubeSphereVersion: status.kubeSphereVersion }),
    ...(status.kubernetesVersion !== undefined && { kubernetesVersion: status.kubernetesVersion }),
    ...(status.nodeCount !== undefined && { nodes: status.nodeCount }),
    ...(!("silent" in answer) && answer.agent !== undefined && { agent: answer.agent }),
  };
}

interface Reason {
  readonly health: Exclude<Health, "asWanted">;
  readonly text: string;
}

interface Known {
  /** Of KubeSphere on the host, as the host says; undefined if it does not. */
  readonly hostVersion: string | undefined;
  readonly time: string;
  readonly option: string;
}

function reasonsOf({ object, answer }: SeenMember, known: Known): readonly Reason[] {
  if (object.metadata.deletionTimestamp !== undefined) return [{ health: "rollingOut", text: "It is being taken out." }];
  const waits = joinWords(object, wantedConfigHash(object));
  return [
    ...(waits === undefined
      ? []
      : [{ health: readiness(object)?.status === "False" ? ("differs" as const) : ("rollingOut" as const), text: `${waits}.` }]),
    ...("silent" in answer ? [silent(object, answer.silent, known.time)] : ofItself(object, answer, known)),
  ];
}

/** The host does not notice before it looks again. */
function silent(object: HostCluster, why: string, time: string): Reason {
  const ready = readiness(object);
  const looked = lookedAt(ready);
  const stale =
    ready?.status !== "True" || looked === undefined
      ? ""
      : ` KubeSphere says that it is Ready, as it was ${duration(secondsFrom(looked, time))} ago; it looks every 15 minutes.`;
  return { health: "differs", text: `It does not answer from here: ${why.replace(/\.$/, "")}.${stale}` };
}

function ofItself(
  object: HostCluster,
  { uid, agent }: Exclude<MemberAnswer, { silent: string }>,
  { hostVersion, option }: Known,
): Reason[] {
  const { status = {} } = object;
  const differs = (text: string): Reason => ({ health: "differs", text });
  if (status.uid !== undefined && uid !== undefined && uid !== status.uid)
    return [
      differs(
        `Another cluster answers in its place (${uid}, and not ${status.uid}), on which KubeSphere installs nothing. \`pulumi up${option}\` takes it in.`,
      ),
    ];
  // Before it has joined, that is still to come.
  const isJoined = readiness(object)?.status === "True";
  const version = status.kubeSphereVersion;
  return [
    ...(isJoined && agent === undefined ? [differs("KubeSphere is no longer installed on it, and the host does not notice.")] : []),
    ...(isJoined && agent !== undefined && agent.ready < agent.wanted
      ? [differs(`KubeSphere on it does not answer: ${agent.ready} of ${agent.wanted} pods of ks-agent are ready.`)]
      : []),
    ...(version !== undefined && hostVersion !== undefined && version !== hostVersion
      ? [
          differs(
            `KubeSphere on it is ${version}, and ${hostVersion} on the host. \`pulumi up${option}\` upgrades a member of the stack, unless its values pin older images.`,
          ),
        ]
      : []),
  ];
}
