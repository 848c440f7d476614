/** What an extension's executor may do in the whole cluster: the ClusterRole that its permissions.yaml becomes. */
import { label } from "../kubesphere/api";
import { at, records, strings, type Rule } from "./rule";

export const clusterAdmin: Rule = {
  name: "cluster-admin",
  why: "Whoever can change the extension's chart then owns the cluster.",
  mend: "Write into permissions.yaml the verbs and resources that the chart needs; left out, it is derived from the chart.",
  resource: ({ type, inputs }) =>
    type !== "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole" || at(inputs, "metadata", "labels", label.extensionRef) === undefined
      ? []
      : [...records(inputs["rules"], "rules")].flatMap(({ path, record }) =>
          ["apiGroups", "resources", "verbs"].every((key) => strings(record[key]).includes("*")) ? [{ property: path, given: record }] : [],
        ),
};
