import { isDeepStrictEqual } from "node:util";
import { changes, detailed, pathText, type Change } from "../diff.js";
import type { Diff, Resource } from "../provider.js";
import { revealAll, isObject, type Properties, type Value } from "../values.js";
import { AUTONAMED } from "./check.js";
import { asServerSpells } from "./crdSpelling.js";
import { isPatch } from "./patches.js";
import { pruned } from "./prune.js";
import { lastInputs } from "./state.js";

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

/** Which object it is. A patch can be changed in place in all else. */
const IDENTITY = ["metadata.name", "metadata.namespace"];

function replacing(inputs: Properties, mutable: Mutable): string[] {
  const kind = `${String(inputs["apiVersion"])}/${String(inputs["kind"])}`;
  const isMutable = { "v1/ConfigMap": mutable.configMaps, "v1/Secret": mutable.secrets }[kind] ?? true;
  // The server refuses any change of an object that says so itself, and taking that back too.
  const frozen = inputs["immutable"] === true ? ["data", "binaryData", "immutable"] : [];
  return ["kind", ...IDENTITY, ...(isMutable ? [] : ["data", "binaryData"]), ...frozen, ...(IMMUTABLE[kind] ?? [])];
}

const covers = (field: string, { path }: Change): boolean => {
  const steps = field.split(".");
  return steps.every((step, index) => index >= path.length || path[index] === step);
};

const metadata = (inputs: Properties): Properties => (isObject(inputs["metadata"]) ? inputs["metadata"] : {});

const at = (value: Value | undefined, path: Change["path"]): Value | undefined =>
  path.reduce<Value | undefined>((inner, step) => (inner === null ? undefined : (inner as Properties | undefined)?.[step]), value);

/**
 * What an update changes of the object as it was last seen; the server is not asked (`refresh` brings drift into the state). Where the
 * program asks for what it always asked for, the server only spells it otherwise; except that a list which it gives back as null, as it
 * does with empty rules of a role, is a difference for ever (pulumi-kubernetes issue 3538).
 */
export function diffObject({ urn, ...old }: Pick<Resource, "urn" | "inputs" | "outputs">, newInputs: Properties, mutable: Mutable): Diff {
  const [before, asked, news] = [old.inputs, lastInputs(old), newInputs].map(revealAll) as [Properties, Properties, Properties];
  const olds = pruned(asServerSpells(revealAll(old.outputs)), asked);
  const isConstant = ({ path }: Change) =>
    at(olds, path) !== null && [before, asked].every((inputs) => isDeepStrictEqual(at(inputs, path), at(news, path)));
  const found = changes(olds, olds, news).filter((change) => !isConstant(change));
  const fields = isPatch(urn, String(news["kind"])) ? IDENTITY : replacing(olds, mutable);
  const replaces = found.filter((change) => fields.some((field) => covers(field, change))).map(({ path }) => pathText(path));
  const [former, after] = [metadata(olds), metadata(news)];
  const isAutonamed = isObject(after["annotations"]) && after["annotations"][AUTONAMED] === "true";
  const keepsName = former["name"] === after["name"] && former["namespace"] === after["namespace"];
  return {
    changed: found.length > 0,
    replaces,
    detailed: detailed(found),
    // Two objects cannot have one name.
    deleteBeforeReplace: replaces.length > 0 && keepsName && !isAutonamed,
  };
}
