import { changes, detailed, pathText, type Change } from "../diff.js";
import type { Diff } from "../provider.js";
import { revealAll, isObject, type Properties } from "../values.js";
import { AUTONAMED } from "./check.js";

export interface Mutable {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

/** Fields that the API server refuses to change in place, by apiVersion and kind. */
const IMMUTABLE: Record<string, string[]> = {
  "v1/PersistentVolumeClaim": ["spec.accessModes", "spec.storageClassName", "spec.volumeName", "spec.selector"],
  "v1/Secret": ["type"],
  "v1/Service": ["spec.clusterIP"],
  "apps/v1/DaemonSet": ["spec.selector"],
  "apps/v1/Deployment": ["spec.selector"],
  "apps/v1/StatefulSet": ["spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"],
  "batch/v1/Job": ["spec.completions", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
};

function replacing(inputs: Properties, mutable: Mutable): string[] {
  const kind = `${String(inputs["apiVersion"])}/${String(inputs["kind"])}`;
  const isMutable = { "v1/ConfigMap": mutable.configMaps, "v1/Secret": mutable.secrets }[kind] ?? true;
  // The server refuses any change of an object that says so itself, and taking that back too.
  const frozen = inputs["immutable"] === true ? ["data", "binaryData", "immutable"] : [];
  return [
    "kind",
    "metadata.name",
    "metadata.namespace",
    ...(isMutable ? [] : ["data", "binaryData"]),
    ...frozen,
    ...(IMMUTABLE[kind] ?? []),
  ];
}

const covers = (field: string, { path }: Change): boolean => {
  const steps = field.split(".");
  return steps.every((step, index) => index >= path.length || path[index] === step);
};

const metadata = (inputs: Properties): Properties => (isObject(inputs["metadata"]) ? inputs["metadata"] : {});

/** The difference between what the program asked for last and asks for now; the server is not asked (`refresh` brings drift into the inputs). */
export function diffObject(oldInputs: Properties, newInputs: Properties, mutable: Mutable): Diff {
  const [olds, news] = [revealAll(oldInputs), revealAll(newInputs)];
  const found = changes(olds, olds, news);
  const fields = replacing(olds, mutable);
  const replaces = found.filter((change) => fields.some((field) => covers(field, change))).map(({ path }) => pathText(path));
  const [before, after] = [metadata(olds), metadata(news)];
  const isAutonamed = isObject(after["annotations"]) && after["annotations"][AUTONAMED] === "true";
  const keepsName = before["name"] === after["name"] && before["namespace"] === after["namespace"];
  return {
    changed: found.length > 0,
    replaces,
    detailed: detailed(found),
    // Two objects cannot have one name.
    deleteBeforeReplace: replaces.length > 0 && keepsName && !isAutonamed,
  };
}
