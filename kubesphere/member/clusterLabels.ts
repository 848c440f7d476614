/** Labels that a stack may set on a member's Cluster object. Pure. */
import { labelMistake } from "../extension/namespaceLabels";

/** @returns the allowed values, and how to mend it; undefined if the Cluster may have the label */
export const clusterLabelMistake = (key: string, value: string): string | undefined =>
  /^(?:kubesphere\.io|cluster-role\.kubesphere\.io|kubernetes\.io|k8s\.io)\//.test(key)
    ? "a label of your own, or one such as cluster.kubesphere.io/group. Remove this one, which is KubeSphere's or Kubernetes' own"
    : labelMistake(key, value);
