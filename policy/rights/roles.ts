/**
 * Lists of RBAC rules that hold in the whole cluster: the ClusterRole of an extension's executor, which its permissions.yaml becomes, and
 * the roles that its chart brings, by shape: KubeSphere's own roles and operators' bundles hold such lists too.
 */
import { label, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { at, isRecord, join, records, strings, type RenderedObject, type Resource } from "../rule";
import { rulesIn, type GrantingRule } from "./grants";

export interface RoleRules {
  /** Of the list, such as `rules`. */
  readonly path: string;
  readonly rules: readonly GrantingRule[];
}

const CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";

export const executorRules = ({ type, inputs }: Resource): RoleRules[] =>
  type === CLUSTER_ROLE && at(inputs, "metadata", "labels", label.extensionRef) !== undefined
    ? [{ path: "rules", rules: rulesIn(inputs["rules"]) }]
    : [];

/** @param siblings all that the chart makes */
export const chartRules = (object: RenderedObject, siblings: readonly RenderedObject[]): RoleRules[] =>
  isConfined(object, siblings)
    ? []
    : [...records(object)].flatMap(({ path, record }) => {
        const rules = rulesIn(record["rules"]).filter((rule) => strings(rule["verbs"]).length > 0);
        // As they stand, for their indices.
        return rules.length === 0 ? [] : [{ path: join(path, "rules"), rules: rulesIn(record["rules"]) }];
      });

/** A Role, and a ClusterRole that the chart binds in namespaces only; a namespace of the system's is as good as the cluster. */
const isConfined = (object: RenderedObject, siblings: readonly RenderedObject[]) => {
  if (object.kind === "Role") return !isSystem(object);
  if (object.kind !== "ClusterRole") return false;
  const bindings = siblings.filter(
    ({ roleRef }) => isRecord(roleRef) && roleRef["kind"] === "ClusterRole" && roleRef["name"] === object.metadata.name,
  );
  return bindings.length > 0 && bindings.every((binding) => binding.kind === "RoleBinding" && !isSystem(binding)) && !isAggregated(object);
};

const isSystem = ({ metadata }: RenderedObject) => {
  const namespace = at(metadata, "namespace");
  return (
    typeof namespace === "string" &&
    (namespace.startsWith("kube-") || namespace === SYSTEM_NAMESPACE || namespace === "kubesphere-controls-system")
  );
};

/** Kubernetes adds the rules of such a ClusterRole to a role that people hold already. */
export const aggregations = ({ metadata }: RenderedObject): string[] => {
  const labels = at(metadata, "labels");
  return isRecord(labels)
    ? Object.keys(labels).filter((key) => /^rbac\.authorization\.k8s\.io\/aggregate-to-/.test(key) && String(labels[key]) === "true")
    : [];
};

const isAggregated = (object: RenderedObject) => aggregations(object).length > 0;
