/**
 * Extensions that KubeSphere takes for installed, and whose Helm release is gone: uninstalled by hand, or deleted with its namespace. Nothing
 * but another plan brings such a one back: of an installed plan KubeSphere only ever upgrades the release, and Helm upgrades none that is
 * not there. Pure.
 */
import { reinstalledAnnotation, repairedAnnotation } from "../api";
import type { Repair } from "./repairs";
import type { ExtensionCrds } from "./restoredCrds";
import type { StoredPlan } from "./rollout";

/** What a run finds of an InstallPlan before it declares it. */
export interface EarlierPlan {
  /** Goes into {@link reinstalledAnnotation}, and stays what it was until a release is lost; undefined: no annotation. */
  readonly mark: string | undefined;
  /** Why the plan has to be made anew; undefined where it has not. */
  readonly loss: string | undefined;
  /** What was rolled out again for what is lost within the release, or is now. Default: nothing. */
  readonly repair?: Repair;
  /** The CRDs that the stack declares for it. Default: none. */
  readonly crds?: ExtensionCrds;
}

export interface Surroundings {
  /** All of Helm's, as `namespace/name`. */
  readonly releases: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

export function earlierPlan(plan: StoredPlan, surroundings: Surroundings): EarlierPlan {
  const { uid, annotations = {} } = plan.metadata;
  const loss = lossOf(plan, surroundings);
  // Of this plan alone, and the same in a preview and in the run after it.
  return { mark: loss === undefined ? annotations[reinstalledAnnotation] : uid, loss, ...repairedBefore(annotations) };
}

const repairedBefore = ({ [repairedAnnotation]: mark }: Readonly<Record<string, string>>): Pick<EarlierPlan, "repair"> =>
  mark === undefined ? {} : { repair: { mark, broken: undefined, told: [] } };

/** What the release has been made by: KubeSphere would see to an install that has failed when its config changes. */
const INSTALLED = ["Installed", "UpgradeFailed", "Uninstalled"];
/** A Job was at work, or had been, and has gone with the namespace: nobody tells KubeSphere of its end. */
const BEGUN = ["Installing", "Upgrading", "InstallFailed"];

/** @returns in words; undefined where the release is there, is yet to come, or is on its way out */
export function lossOf({ metadata, status = {} }: StoredPlan, { releases, namespaces }: Surroundings): string | undefined {
  const { state = "", targetNamespace: namespace } = status;
  if (namespace === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  if (![...INSTALLED, ...BEGUN].includes(state)) return undefined;
  if (!namespaces.has(namespace)) return `the namespace ${namespace} is gone`;
  if (!INSTALLED.includes(state) || releases.has(`${namespace}/${metadata.name}`)) return undefined;
  return `the namespace ${namespace} has no Helm release ${metadata.name}`;
}
