/** An Extension's status: its versions, the one to recommend, and a mirror of its InstallPlan. */
import { compare, rcompare, satisfies, valid } from "semver";
import type { ExtensionStatus, ExtensionVersion, InstallPlan } from "./objects.js";

/** Versions of what an extension runs on, without a leading `v`. */
export interface Platform {
  kubernetes: string;
  kubeSphere: string;
}

/** Ranges are Masterminds': terms may be joined by commas; none given fits everything. */
const fits = (version: string, range = "") => satisfies(version, range.replaceAll(",", " "));

/** The highest semantic version whose ranges the platform satisfies. */
export function recommendedVersion(versions: readonly ExtensionVersion[], { kubernetes, kubeSphere }: Platform): string | undefined {
  return versions
    .filter(({ spec }) => fits(kubernetes, spec.kubeVersion) && fits(kubeSphere, spec.ksVersion))
    .flatMap(({ spec }) => (valid(spec.version) !== null && spec.version !== undefined ? [spec.version] : []))
    .sort(rcompare)[0];
}

const listed = (versions: readonly ExtensionVersion[]) =>
  versions
    .map(({ spec, metadata }) => ({ version: spec.version ?? "", creationTimestamp: metadata.creationTimestamp ?? "" }))
    .sort((a, b) => (valid(a.version) && valid(b.version) ? compare(a.version, b.version) : a.version.localeCompare(b.version)));

/** A plan counts from the moment that its target namespace is known until it is uninstalled. */
function mirrored(plan: InstallPlan | undefined): ExtensionStatus {
  const { targetNamespace, state, version, conditions, enabled, clusterSchedulingStatuses } = plan?.status ?? {};
  if (plan === undefined || targetNamespace === undefined || state === "Uninstalled") return {};
  return {
    plannedInstallVersion: plan.spec.extension.version,
    ...(state !== undefined && { state }),
    ...(version !== undefined && { installedVersion: version }),
    ...(conditions && { conditions }),
    ...(enabled !== undefined && { enabled }),
    ...(clusterSchedulingStatuses && { clusterSchedulingStatuses }),
  };
}

export function extensionStatus(versions: readonly ExtensionVersion[], plan: InstallPlan | undefined, platform: Platform): ExtensionStatus {
  const recommended = recommendedVersion(versions, platform);
  return {
    ...mirrored(plan),
    ...(recommended !== undefined && { recommendedVersion: recommended }),
    ...(versions.length > 0 && { versions: listed(versions) }),
  };
}
