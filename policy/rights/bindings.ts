/** Who gets which rights: bindings that a chart brings, and roles that add themselves to those of others. */
import { at, isRecord, join, records, strings, type Finding, type RenderedObject, type Rule } from "../rule";
import { rulesIn } from "./grants";
import { aggregations } from "./roles";

const EVERYBODY = ["system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"];

export const publicBinding: Rule = {
  name: "binding-for-everybody",
  why: "Everybody who reaches the API server then holds these rights, some without a login.",
  mend: "Name the ServiceAccount that needs them.",
  object: (object) =>
    [...records(object)].flatMap(({ path, record }) =>
      !Array.isArray(record["subjects"]) || !isRecord(record["roleRef"])
        ? []
        : record["subjects"].flatMap((subject: unknown, index): Finding[] =>
            EVERYBODY.includes(at(subject, "name") as string)
              ? [{ property: join(path, `subjects[${index}].name`), given: at(subject, "name") }]
              : [],
          ),
    ),
};

/** Kubernetes' own, and KubeSphere's administrators of the platform. */
const ADMINS = ["cluster-admin", "platform-admin"];
/** Those of a namespace, in all of them: who may read secrets and run Pods as anybody. */
const ADMINS_OF_NAMESPACES = ["admin", "edit"];
/** Controllers of the control plane; one of them may escalate. */
const isControlPlane = (role: string) => /^system:(?:controller:|kube-|node|masters$)/.test(role);

export const adminBinding: Rule = {
  name: "administrator-binding",
  why: "What runs as its subject then owns the cluster, or all of its namespaces.",
  mend: "Bring a Role with the verbs and resources that are needed, and bind that.",
  object: (object) =>
    [...records(object)].flatMap(({ path, record }) => {
      const role = at(record, "roleRef", "name");
      const isAdmin = typeof role === "string" && (ADMINS.includes(role) || isControlPlane(role) || isWide(object, role));
      const masters = (Array.isArray(record["subjects"]) ? record["subjects"] : []).findIndex(
        (subject) => at(subject, "name") === "system:masters",
      );
      return [
        ...(isAdmin ? [{ property: join(path, "roleRef.name"), given: role }] : []),
        ...(masters >= 0 ? [{ property: join(path, `subjects[${masters}].name`), given: "system:masters" }] : []),
      ];
    }),
};

const isWide = ({ kind }: RenderedObject, role: string) => kind !== "RoleBinding" && ADMINS_OF_NAMESPACES.includes(role);

/** What Kubernetes itself serves; a chart's own kinds may well be added to what people may do. */
const isBuiltIn = (group: string) => group === "*" || !group.includes(".") || group.endsWith(".k8s.io");

export const aggregatedRole: Rule = {
  name: "aggregated-role",
  why: "Kubernetes adds these rules to a role that people hold already, or the rules of others to this one, and no binding shows it.",
  mend: "Leave the label or the aggregationRule out, or add rights on the chart's own kinds only.",
  object: (object) => [
    ...(object.kind === "ClusterRole" && rulesIn(object["rules"]).some((rule) => strings(rule["apiGroups"]).some(isBuiltIn))
      ? aggregations(object).map((key) => ({ property: `metadata.labels["${key}"]`, given: "true" }))
      : []),
    ...(isRecord(object["aggregationRule"]) ? [{ property: "aggregationRule", given: object["aggregationRule"] }] : []),
  ],
};

export const bindingRules: readonly Rule[] = [publicBinding, adminBinding, aggregatedRole];
