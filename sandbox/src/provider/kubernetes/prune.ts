/** What is live, cut to the shape of what was asked for. */
import { isObject, type Properties, type Value } from "../values.js";

/**
 * The fields and list items of `live` that `inputs` has too, with their live values: so that what the server and others added is no
 * difference, and what they changed is one. Where the types differ, the live value is kept whole.
 */
export function pruned(live: Properties, inputs: Properties): Properties {
  const kept = Object.entries(live).filter(([key]) => inputs[key] !== undefined);
  return Object.fromEntries(kept.map(([key, value]) => [key, prunedValue(value, inputs[key] ?? null)]));
}

function prunedValue(live: Value, input: Value): Value {
  if (isObject(live) && isObject(input)) return pruned(live, input);
  if (!Array.isArray(live) || !Array.isArray(input)) return live;
  return live.slice(0, input.length).map((item, index) => prunedValue(item, input[index] ?? null));
}
