/**
 * Extensions that KubeSphere takes for installed, but whose Helm release is lost: it was uninstalled by hand, or deleted with its namespace.
 * Only a new plan brings such an extension back: for an installed plan KubeSphere only upgrades the release, and Helm cannot upgrade a missing
 * one. Pure.
 */
import { reinstalledAnnotation, repairedAnnotation } from "../api";
import type { Repair } from "./repairs";
import type { ExtensionCrds } from "./restoredCrds";
import type { StoredPlan } from "./rollout";

/** The facts that a run collects about an InstallPlan before it declares it. */
export interface EarlierPlan {
  /** The value of {@link reinstalledAnnotation}, which changes only when a release is lost; undefined for no annotation. */
  readonly mark: string | undefined;
  /** Why the plan must be made anew; undefined if it need not. */
  readonly loss: string | undefined;
  /** The repair of lost objects in the release, an earlier or a current one. Default: none. */
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
  // Unique for this plan, and the same in a preview and in the run after it.
  return { mark: loss === undefined ? annotations[reinstalledAnnotation] : uid, loss, ...repairedBefore(annotations) };
}

const repairedBefore = ({ [repairedAnnotation]: mark }: Readonly<Record<string, string>>): Pick<EarlierPlan, "repair"> =>
  mark === undefined ? {} : { repair: { mark, broken: undefined, told: [] } };

/** States in which KubeSphere does not install again by itself. A failed installation is not among them: KubeSphere repeats it when its config changes. */
const INSTALLED = ["Installed", "UpgradeFailed", "Uninstalled"];
/** A Job was running or had ended, and was deleted with the namespace: so KubeSphere never learns of its end. */
const BEGUN = ["Installing", "Upgrading", "InstallFailed"];

/** @returns a description of the loss; undefined if the release exists, is not made yet, or is being deleted */
export function lossOf({ metadata, status = {} }: StoredPlan, { releases, namespaces }: Surroundings): string | undefined {
  const { state = "", targetNamespace: namespace } = status;
  if (namespace === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  if (![...INSTALLED, ...BEGUN].includes(state)) return undefined;
  if (!namespaces.has(namespace)) return `the namespace ${namespace} is gone`;
  if (!INSTALLED.includes(state) || releases.has(`${namespace}/${metadata.name}`)) return undefined;
  return `the namespace ${namespace} has no Helm release ${metadata.name}`;
}
