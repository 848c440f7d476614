/** Helm releases that a Helm which was cut off has left half-way. */
import { LUBAN } from "../../../kubesphere/luban";
import { releaseMend } from "../../recover/release";
import { check, type Finding } from "../finding";
import { stateOf } from "./execution";

export const pendingRelease = check(
  "pendingRelease",
  "no Helm release is left half-way",
  ["unfinishedReleases", "plans", "executions", "stack"],
  ({ unfinishedReleases: { releases, atWork }, plans, executions, stack }) =>
    releases.flatMap(({ name, namespace, revisions }): readonly Finding[] => {
      const object = `Release ${namespace}/${name}`;
      const means = `Helm refuses to touch it ("another operation is in progress")`;
      const mend = releaseMend(revisions, false);
      if (mend.do === "nothing" || mend.do === "adopt") return [];
      const why = mend.evidence;
      if (stack.declared.has(object)) {
        // A release under way looks the same.
        if (atWork !== undefined) return [];
        return [{ object, why, means: `${means}, so no up gets past it`, mend: [`${LUBAN} recover${stack.option}`] }];
      }
      const plan = plans.find(({ status, spec }) => status?.targetNamespace === namespace && spec.extension.name === name);
      if (plan === undefined || stateOf(executions.get(plan.metadata.name)?.job).is === "running") return [];
      const told = `${means}, so no change of InstallPlan ${plan.metadata.name} is rolled out`;
      if (mend.do === "uninstall")
        return [
          {
            object,
            why,
            means: told,
            // Volumes that the chart declares would go with it.
            mend: [
              `${mend.why.replace(/: .*/, "")}: helm uninstall ${name} --namespace ${namespace}`,
              `pulumi up --refresh${stack.option}`,
            ],
          },
        ];
      const { revision } = mend;
      const back = `helm rollback ${name} ${revision} --namespace ${namespace}`;
      return [{ object, why, means: told, mend: [back], action: { do: "roll back", name, namespace, revision } }];
    }),
);
