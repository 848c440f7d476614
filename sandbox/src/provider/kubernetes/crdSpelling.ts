/**
 * A CRD's extension fields are `x-kubernetes-…` for the API server, which drops any other spelling, and `x_kubernetes_…` in the SDK's
 * typed classes, whose fields must be names of the language.
 */
import { isObject, type Properties, type Value } from "../values.js";

const respell = (value: Value, spell: (key: string) => string): Value => {
  if (Array.isArray(value)) return value.map((item) => respell(item, spell));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [spell(key), respell(item, spell)]));
};

const isCrd = (object: Properties): boolean => object["kind"] === "CustomResourceDefinition";

/** For inputs; of a CRD only. */
export function asServerSpells(object: Properties): Properties {
  const spell = (key: string) => (key.startsWith("x_kubernetes_") ? key.replaceAll("_", "-") : key);
  return isCrd(object) ? (respell(object, spell) as Properties) : object;
}

/** For outputs; of a CRD only. */
export function asSdkSpells(object: Properties): Properties {
  const spell = (key: string) => (key.startsWith("x-kubernetes-") ? key.replaceAll("-", "_") : key);
  return isCrd(object) ? (respell(object, spell) as Properties) : object;
}
