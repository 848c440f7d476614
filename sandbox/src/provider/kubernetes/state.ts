/** The forms of an object that the engine keeps: inputs, outputs, id. */
import { randomBytes } from "node:crypto";
import { markLike } from "../marks.js";
import type { Resource } from "../provider.js";
import { isObject, reveal, revealAll, Secret, without, type Properties, type Value } from "../values.js";
import type { KubeObject } from "./client.js";
import { asSdkSpells } from "./crdSpelling.js";

export const idOf = ({ metadata: { namespace, name } }: KubeObject): string => (namespace ? `${namespace}/${name}` : name);

/** What the provider itself remembers of an object. */
export interface Memory {
  /** The manager of its server-side applies. */
  readonly manager: string;
  readonly initialApiVersion: string;
}

/** Names the manager of an object's server-side applies. */
const FIELD_MANAGER = "pulumi.com/patchFieldManager";

export function memoryOf(outputs: Properties, { apiVersion, metadata }: Pick<KubeObject, "apiVersion" | "metadata">): Memory {
  const [kept, initial] = [outputs["__fieldManager"], outputs["__initialApiVersion"]];
  const manager = metadata.annotations?.[FIELD_MANAGER] || kept;
  return {
    manager: typeof manager === "string" ? manager : `pulumi-kubernetes-${randomBytes(4).toString("hex")}`,
    initialApiVersion: typeof initial === "string" ? initial : apiVersion,
  };
}

/**
 * The inputs that made the outputs what they are; after a failed update the engine's own are older. A whole secret has no marks inside:
 * what is taken out of it stays secret, unless the engine has something in clear at its place.
 */
export function lastInputs({ inputs, outputs }: Pick<Resource, "inputs" | "outputs">): Properties {
  const kept = outputs["__inputs"];
  if (!(kept instanceof Secret)) return isObject(kept) ? kept : inputs;
  if (!isObject(kept.value)) return inputs;
  return markLike(markLike(kept.value, outputs, inputs, kept), inputs, outputs, kept) as Properties;
}

/** A Secret's data is secret whoever wrote it. */
function hideData(object: Properties): Properties {
  const data = object["data"];
  return object["kind"] !== "Secret" || data === undefined ? object : { ...object, data: new Secret(reveal(data)) };
}

/** The outputs of an object: what is on the server, secret where the inputs are, and the provider's memory. */
export function outputsOf(inputs: Properties, live: KubeObject, { manager, initialApiVersion }: Memory): Properties {
  const marked = markLike(live as unknown as Properties, inputs) as Properties;
  return asSdkSpells({ ...hideData(marked), __fieldManager: manager, __initialApiVersion: initialApiVersion, __inputs: hideData(inputs) });
}

/** Fields that a dry run makes up and `up` will set otherwise. */
const MADE_UP = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"];

export function previewOf(inputs: Properties, live: KubeObject): Properties {
  const metadata = without(live.metadata as unknown as Properties, ...MADE_UP);
  return hideData(markLike({ ...(live as unknown as Properties), metadata }, inputs) as Properties);
}

/** The inputs with the values that the server has for them now; what is gone is left out, what others added stays unseen. */
export function refreshedInputs(inputs: Properties, live: KubeObject): Properties {
  const refresh = (old: Value, now: Value): Value => {
    if (Array.isArray(old) && Array.isArray(now) && old.length === now.length)
      return old.map((item, index) => refresh(item, now[index] as Value));
    if (!isObject(old) || !isObject(now)) return now;
    const kept = Object.entries(old).flatMap(([key, value]) => (now[key] === undefined ? [] : [[key, refresh(value, now[key])]]));
    return Object.fromEntries(kept) as Properties;
  };
  return hideData(markLike(refresh(revealAll(inputs), live as unknown as Properties), inputs) as Properties);
}

/** The inputs of an object that is read for the first time: only what says which one it is. */
export function importedInputs({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Properties {
  return { apiVersion, kind, metadata: namespace ? { name, namespace } : { name } };
}
