/** What a Helm that was killed leaves of a release, and how Helm goes on from there. Pure. */
import type { StoredObject } from "../shared/cluster";

/** Of Helm's record of a release, a Secret for each revision. */
export interface Revision {
  readonly number: number;
  /** deployed, superseded, failed, uninstalling, pending-install, pending-upgrade, pending-rollback … */
  readonly status: string;
  /** RFC 3339 */
  readonly since?: string | undefined;
}

/** @param secrets those with Helm's labels of one release @returns the oldest first */
export const revisionsOf = (secrets: readonly StoredObject[]): Revision[] =>
  secrets
    .map(({ metadata: { labels = {}, creationTimestamp } }) => ({
      number: Number(labels["version"]),
      status: labels["status"] ?? "unknown",
      since: creationTimestamp,
    }))
    .sort((a, b) => a.number - b.number);

export type ReleaseMend =
  | { readonly do: "nothing"; readonly evidence: string }
  | { readonly do: "adopt"; readonly evidence: string }
  | { readonly do: "uninstall"; readonly evidence: string; readonly why: string }
  | { readonly do: "roll back"; readonly revision: number; readonly evidence: string; readonly why: string };

/**
 * Helm does nothing to a release whose last revision is `pending-*`: "another operation is in progress".
 * - With a revision that was deployed before: back to that. Helm's own rollback also takes away what only the cut off revision had
 *   brought, which deleting its Secret would leave behind, owned by nobody. The state knows that revision, so the next `up` upgrades again.
 * - Without one there is nothing to go back to, nor to upgrade from ("has no deployed releases"): what is there of it goes.
 * - A release that was being uninstalled has lost an unknown part of its objects; an upgrade would not miss them. So it is ended.
 * @param isNew whether the state does not have it
 */
export function releaseMend(revisions: readonly Revision[], isNew: boolean): ReleaseMend {
  const last = revisions.at(-1);
  if (last === undefined) return { do: "nothing", evidence: "there is no such Helm release" };
  const evidence = `the Helm release is ${last.status} (revision ${last.number}, since ${last.since ?? "an unknown time"})`;
  const good = revisions.findLast(({ status }) => status === "deployed") ?? revisions.findLast(({ status }) => status === "superseded");
  if (last.status === "uninstalling")
    return { do: "uninstall", evidence, why: "uninstall what is left of it: the next up installs it anew" };
  const isStuck = last.status.startsWith("pending-");
  if (isStuck && good !== undefined)
    return { do: "roll back", revision: good.number, evidence, why: `roll back to revision ${good.number}: the next up upgrades again` };
  if (isStuck || (isNew && good === undefined))
    return { do: "uninstall", evidence, why: "uninstall it, since no revision of it was ever whole: the next up installs it anew" };
  return { do: isNew ? "adopt" : "nothing", evidence };
}
