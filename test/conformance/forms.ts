/** The forms in which state and objects were recorded: secrets by their clear value, field managers without what they manage. */
import { isObject, type Json, type JsonObject } from "./vectors";

const SECRET = "4dabf18193072939515e22adb298388d";

/** Helm run by its own command calls itself so in `managedFields`; inside the official provider it has that plugin's name. */
const manager = (name: Json | undefined) => (name === "pulumi-resource-kubernetes" ? "helm" : name);

function managers(entries: Json[]): Json {
  const short = entries.filter(isObject).map(({ manager: name, operation, subresource }): JsonObject => {
    return { manager: manager(name), operation, ...(subresource !== undefined && { subresource }) };
  });
  const key = ({ manager: name, subresource = "" }: JsonObject) => `${String(name)} ${String(subresource)}`;
  return short.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

export function form(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => form(item) as Json);
  if (!isObject(value)) return value;
  if (value[SECRET] !== undefined) {
    return { $secret: form(typeof value["plaintext"] === "string" ? (JSON.parse(value["plaintext"]) as Json) : value["value"]) };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === "managedFields" && Array.isArray(item) ? managers(item) : form(item)]),
  );
}

/** The clear value: a whole secret has no secrets inside. */
function clear(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => clear(item) as Json);
  if (!isObject(value)) return value;
  if ("$secret" in value) return clear(value["$secret"]);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clear(item)]));
}

/** A recorded resource with `__inputs` spelled out. */
export function unfold(resource: JsonObject): JsonObject {
  const { inputs, outputs } = resource;
  const kept = isObject(outputs) ? outputs["__inputs"] : undefined;
  if (!isObject(outputs)) return resource;
  if (kept === "<inputs>") return { ...resource, outputs: { ...outputs, __inputs: inputs } };
  if (isObject(kept) && kept["$secret"] === "<inputs>")
    return { ...resource, outputs: { ...outputs, __inputs: { $secret: clear(inputs ?? null) } } };
  return resource;
}

/** Without the settings of a Release that are not set, which most recordings leave out. */
export function trimRelease(resource: JsonObject): JsonObject {
  const trim = (value: Json | undefined): Json | undefined => {
    if (!isObject(value)) return value;
    if ("$secret" in value) return { $secret: trim(value["$secret"]) };
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== false && item !== ""));
  };
  const outputs = trim(resource["outputs"]);
  const rest = isObject(outputs) ? { ...outputs, __inputs: trim(outputs["__inputs"]) } : outputs;
  return { ...resource, inputs: trim(resource["inputs"]), outputs: rest };
}
