/** InstallPlans made before their ExtensionVersion: KubeSphere looks for it once, and nothing but a change of the plan brings it back. */
import { LUBAN } from "../../../kubesphere/luban";
import { extensionVersionName } from "../../../kubesphere/api";
import { nameOf } from "../../shared/cluster";
import { check, type Finding } from "../finding";
import type { ExtensionVersion, Plan } from "../facts/facts";

/** Milliseconds, in which the controller takes up a new plan. */
const NEW_MS = 5_000;

export const unversionedPlan = check(
  "unversionedPlan",
  "InstallPlans have their ExtensionVersions",
  ["plans", "versions", "now", "stack"],
  ({ plans, versions, now, stack }) =>
    plans
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap((plan): readonly Finding[] => {
        const { name, version: wanted } = plan.spec.extension;
        const versionName = extensionVersionName(name, wanted);
        const version = versions.find(({ metadata }) => metadata.name === versionName);
        if (version === undefined) return [missing(plan, versionName, stack.option)];
        if (!isForgotten(plan, version, now)) return [];
        return [
          {
            object: nameOf(plan),
            why: `it was ${plan.status?.state === undefined ? "made" : "changed"} before ExtensionVersion ${versionName}, which is there since ${version.metadata.creationTimestamp}; KubeSphere looked for that once`,
            means: `${name} ${wanted} is never installed`,
            mend: [`${LUBAN} doctor --fix${stack.option}`],
            action: { do: "touch", object: plan },
          },
        ];
      }),
);

function missing(plan: Plan, versionName: string, option: string): Finding {
  const { name, version } = plan.spec.extension;
  const isInstalled = plan.status?.state === "Installed" && plan.status.version === version;
  return {
    object: nameOf(plan),
    why: `there is no ExtensionVersion ${versionName}`,
    means: isInstalled
      ? `${name} runs on, and neither changes nor goes: KubeSphere cannot uninstall it without its version`
      : `${name} ${version} is not installed, and will not be when the version comes: KubeSphere looked for it once`,
    mend: [`publish it: ${LUBAN} extension publish SOURCE`, `${LUBAN} doctor --fix${option}`],
  };
}

/** It has no state at all; or it runs another version, and its own came after its last change. */
function isForgotten({ metadata, status = {}, spec }: Plan, version: ExtensionVersion, now: number): boolean {
  const made = Date.parse(metadata.creationTimestamp ?? "");
  if (status.state === undefined) return now - made > NEW_MS;
  if (status.state !== "Installed" || status.version === spec.extension.version) return false;
  const changed = Math.max(made, ...(metadata.managedFields ?? []).map(({ time }) => Date.parse(time ?? "") || 0));
  return Date.parse(version.metadata.creationTimestamp ?? "") > changed;
}
