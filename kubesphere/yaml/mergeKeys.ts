/** Finds the places at which a YAML text merges one map into another. YAML 1.1 and Helm support that; YAML 1.2 does not. */
import { EVENT_ID, SCALAR_STYLE } from "js-yaml";
import { Effort, parseAsGo } from "./yamlIndentation";

/** @param text that {@link ./goYaml.readYaml} takes @returns the lines of its keys `<<`, counted from 1 */
export function mergeKeyLines(text: string): number[] {
  const { source, events } = parseAsGo(text.replace(/^\uFEFF/, ""), new Effort(text.length));
  return events.flatMap((event) => {
    const isMerge =
      event.type === EVENT_ID.SCALAR &&
      event.style === SCALAR_STYLE.PLAIN &&
      source.slice(event.valueStart, event.valueEnd) === "<<" &&
      /^[ \t]*:/.test(source.slice(event.valueEnd));
    return isMerge ? [source.slice(0, event.valueStart).split("\n").length] : [];
  });
}
