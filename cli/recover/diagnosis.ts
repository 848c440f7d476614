/** From the state and what the cluster holds to what is wrong and how it is mended. Pure. */
import { LUBAN } from "../../kubesphere/luban";
import { idOf, isOnMember, targetOf, type Target } from "../../sandbox/src/pendingOperations";
import type { StoredObject } from "../shared/cluster";
import { releaseMend, type Revision } from "./release";
import { holdsUnknown } from "../shared/unknown";
import type { Deployment, StateResource } from "./state";

/** A resource that may have been cut off. */
export interface Suspect {
  /** That of the operation that the state says was never ended; `wanted`: the next `up` would create it; `made`: it is in the state. */
  readonly operation: string;
  readonly resource: StateResource;
  /** undefined: outside the cluster */
  readonly target: Target | undefined;
}

/** What the cluster holds of a suspect. */
export interface Found {
  readonly object?: StoredObject | undefined;
  /** Of a Helm release; the oldest first. */
  readonly revisions?: readonly Revision[];
  /** Of a namespace that is going: what holds it, and nobody takes off. */
  readonly held?: { readonly finalizers: readonly string[]; readonly why: string };
}

export type Action =
  /** The state's note of the operation goes; the next `up` or `destroy` does it again. */
  | { readonly do: "forget" }
  /** The object that is there becomes the resource. */
  | { readonly do: "adopt"; readonly resource: StateResource }
  /** The state learns what is there, once what is going is gone. */
  | { readonly do: "look again"; readonly gone: Target }
  /** Finalizers come off a namespace that is going; then the state learns that it is gone. */
  | { readonly do: "let go"; readonly gone: Target; readonly finalizers: readonly string[] }
  | { readonly do: "delete"; readonly target: Target }
  | { readonly do: "uninstall"; readonly target: Target }
  | { readonly do: "roll back"; readonly target: Target; readonly revision: number }
  /** For the user. */
  | { readonly do: "nothing" };

export interface Finding {
  readonly what: string;
  readonly evidence: string;
  readonly mend: string;
  /** Whether the mend takes something away from the cluster. */
  readonly isDestructive: boolean;
  readonly action: Action;
  readonly urn: string;
}

/** @param wanted the resources that the next `up` would create */
export function suspects({ resources = [], pending_operations = [] }: Deployment, wanted: readonly StateResource[]): Suspect[] {
  const suspect = (operation: string, resource: StateResource) => ({ operation, resource, target: targetOf(resource) });
  const pending = pending_operations.map(({ type, resource }) => suspect(type, resource));
  const isPending = ({ urn }: StateResource) => pending.some(({ resource }) => resource.urn === urn);
  return [
    ...pending,
    ...wanted
      .filter((it) => !isPending(it))
      .map((it) => suspect("wanted", it))
      .filter(({ target }) => target && !target.isOnMember && !holdsUnknown(idOf(target))),
    // A release can be stuck without the state's knowing, and so can a namespace; another object cannot.
    ...resources
      .filter((it) => !isPending(it) && !it.delete && !it.pendingReplacement)
      .map((it) => suspect("made", it))
      .filter(({ target }) => !target?.isOnMember && (target?.kind === "Release" || target?.kind === "Namespace")),
  ];
}

/** undefined: there is nothing wrong with it. */
export function diagnose({ operation, resource, target }: Suspect, found: Found, { resources = [] }: Deployment): Finding | undefined {
  const name = resource.urn.split("::").at(-1) ?? resource.urn;
  const isCut = operation !== "wanted" && operation !== "made";
  const what = isCut
    ? `${operation} ${name} was cut off`
    : operation === "made"
      ? `${name} is stuck`
      : `${name} is in the cluster, not in the state`;
  const finding = (evidence: string, mend: string, action: Action): Finding => {
    const isDestructive = action.do === "delete" || action.do === "uninstall";
    return { what, evidence, mend, isDestructive, action, urn: resource.urn };
  };
  const forget = (evidence: string, next = "the next run does it again") =>
    isCut ? finding(evidence, `forget the operation: ${next}`, { do: "forget" }) : undefined;
  const adopt = (evidence: string, id: string) =>
    resources.some(({ urn, id: providerId }) => `${urn}::${providerId}` === resource.provider?.replace(/^rs:/, ""))
      ? finding(evidence, "adopt it: the next up goes on with it", { do: "adopt", resource: { ...resource, id } })
      : finding(evidence, ADOPT, { do: "nothing" });

  if (target === undefined) return forget("it makes nothing in the cluster");
  // A member's provider takes over what is there, and a deletion of what is gone has nothing to do: the member need not be asked.
  if (target.isOnMember) return forget("it is on a member cluster");
  const id = idOf(target);
  const others = resources.filter(({ urn, delete: isOld, pendingReplacement }) => urn === resource.urn && !isOld && !pendingReplacement);
  const isMaking = operation === "creating" || operation === "importing" || operation === "wanted";
  if (isMaking && resources.some((it) => it.type === resource.type && it.id === id && !isOnMember(it) && !it.pendingReplacement))
    return forget(`${target.kind} ${id} is in the state already`);
  if (target.kind === "Release") {
    const mend = releaseMend(found.revisions ?? [], isMaking);
    switch (mend.do) {
      case "roll back":
        return finding(mend.evidence, mend.why, { do: "roll back", target, revision: mend.revision });
      case "uninstall":
        return finding(mend.evidence, mend.why, { do: "uninstall", target });
      case "adopt":
        return adopt(mend.evidence, id);
      case "nothing":
        if (found.revisions?.length !== 0) return forget(mend.evidence);
        if (operation === "deleting") return finding(mend.evidence, "let the state know", { do: "look again", gone: target });
        if (operation !== "made") return forget(mend.evidence);
        return { ...finding(`${mend.evidence}: ${GONE}`, LET_KNOW, { do: "look again", gone: target }), what: `${name} is gone` };
    }
  }
  const { object, held } = found;
  if (object === undefined) {
    if (operation === "made") return undefined;
    if (operation !== "deleting") return forget(`there is no ${target.kind} ${id}`);
    return finding(`there is no ${target.kind} ${id} any more`, "let the state know", { do: "look again", gone: target });
  }
  const { deletionTimestamp, creationTimestamp, managedFields = [] } = object.metadata;
  if (deletionTimestamp !== undefined && held !== undefined)
    return finding(
      `${target.kind} ${id} is being deleted since ${deletionTimestamp}, held by ${held.finalizers.join(", ")}: ${held.why}`,
      "take that finalizer off: the deletion ends",
      { do: "let go", gone: target, finalizers: held.finalizers },
    );
  // Until then the program refuses to build on it, and nobody knows what the next `up` would create.
  if (deletionTimestamp !== undefined)
    return {
      ...finding(`${target.kind} ${id} is being deleted since ${deletionTimestamp}`, "wait until it is gone", {
        do: "look again",
        gone: target,
      }),
      ...(operation === "made" && { what: `${name} is on its way out` }),
    };
  if (operation === "made") return undefined;
  if (!isMaking) return forget(`${target.kind} ${id} is there`);
  const maker = managedFields.find(({ manager = "" }) => manager.startsWith("pulumi-kubernetes"));
  const evidence = `${target.kind} ${id} is there since ${creationTimestamp ?? "an unknown time"}, made by ${maker?.manager ?? managedFields[0]?.manager ?? "nobody who signs"}`;
  if (maker === undefined)
    return finding(evidence, `leave it, since Pulumi did not make it: ${ADOPT}`, { do: isCut ? "forget" : "nothing" });
  if (others.length > 0)
    return finding(evidence, "delete it: it was to take the place of another one, which is still there", { do: "delete", target });
  return adopt(evidence, id);
}

const GONE = "uninstalled by hand, or by a destroy whose post-delete hook failed, it makes each destroy end in `release: not found`";
const LET_KNOW = "let the state know: a destroy goes on, an up installs it anew";
const ADOPT = `\`${LUBAN} adopt\` imports it, or delete it by hand`;
