/**
 * The members of a stack on which it declares an extension's namespace and its executor's rights, beside the host. KubeSphere makes both there
 * with the agent and leaves them behind; it takes those that are there already, as on the host (read and measured, 4.1.2 and 4.1.3). Pure.
 */
import { isOfStack, label, membersAnnotation } from "../api";
import type { ObjectMetadata } from "../cluster/clusterCheck";
import type { StoredPlan } from "../extension/rollout";

/** A member of the stack as it was found. */
export interface RightsMember {
  readonly name: string;
  /** Whether it has joined and does not answer now. */
  readonly isAway: boolean;
  /** Undefined if nobody knows them: it is away, or is not there yet. */
  readonly namespaces?: readonly ObjectMetadata[] | undefined;
}

export interface MemberRights {
  readonly declaredOn: readonly string[];
  /** The members that take an agent, and on which nothing is declared, each with the reason: words that follow its name. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

/**
 * On a member that is away nothing can be made and nothing taken away: what the stack has declared there stays declared, and nothing more is.
 * @param placed the clusters that take its agents
 * @param plan the one that the host has of it
 */
export function memberRights(
  members: readonly RightsMember[],
  placed: readonly string[],
  { name, namespace }: { readonly name: string; readonly namespace: string },
  plan: StoredPlan | undefined,
): MemberRights {
  const before = markedMembers(plan);
  const declaredOn: string[] = [];
  const leftOut: { name: string; why: string }[] = [];
  for (const member of members) {
    const isPlaced = placed.includes(member.name);
    if (member.isAway ? before.includes(member.name) : isPlaced && !isForeign(member, namespace, name)) declaredOn.push(member.name);
    else if (isPlaced) leftOut.push({ name: member.name, why: member.isAway ? AWAY : foreignWords(namespace) });
  }
  return { declaredOn, leftOut };
}

const AWAY = "does not answer; a run that reaches it takes them in";

const foreignWords = (namespace: string) => `has a namespace ${namespace} that others have made; KubeSphere uses it, and it stays`;

/** Whether it has a namespace of that name which neither KubeSphere has made for the extension nor a stack: with it, things of others would go. */
function isForeign({ namespaces = [] }: RightsMember, namespace: string, extension: string): boolean {
  const metadata = namespaces.find(({ name }) => name === namespace);
  return metadata !== undefined && metadata.labels?.[label.extensionRef] !== extension && !isOfStack({ metadata });
}

/** The members on which the stack has declared something for an extension. */
export const markedMembers = (plan: StoredPlan | undefined): readonly string[] =>
  plan?.metadata.annotations?.[membersAnnotation]?.split(",") ?? [];
