/** The objects in a manifest of Helm. Pure. */
import { readDocuments, YamlError } from "../../kubesphere/yaml/goYaml";
import { installable } from "../../kubesphere/chart/renderedObject";
import type { KubernetesObject } from "./cluster";
import { Failure } from "./command";
import type { K8s } from "./objectDiff";

type Rendered = KubernetesObject & K8s;

export interface FromTemplate {
  readonly object: Rendered;
  /** A path in the chart; "" if Helm does not name it. */
  readonly template: string;
}

/**
 * @param manifest the output of `helm template`, or the manifest of a release
 * @throws Failure that names the template and the line if it is not valid YAML
 */
export function fromTemplates(manifest: string): FromTemplate[] {
  const lines = manifest.split("\n");
  const templateAt = (line: number) => templateAbove(lines, line);
  try {
    return readDocuments(manifest).flatMap(({ value, line }) =>
      installable([value]).map((object) => ({ object: object as Rendered, template: templateAt(line).template })),
    );
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const { template, from } = templateAt(error.line);
    const where = template === "" ? "" : `${template}: `;
    throw new Failure(`${where}what Helm renders of it is no YAML: line ${error.line - from}: ${error.reason}`);
  }
}

/** @throws as {@link fromTemplates} */
export const objectsOf = (manifest: string): Rendered[] => fromTemplates(manifest).map(({ object }) => object);

/** A file of crds/ may have such a comment, too, in which its author names the source. */
const SOURCE = /^# Source: [^/:]+\/((?:charts\/[^/]+\/)*(?:templates|crds)\/.+?)\r?$/;

/**
 * The first lines of each document name the template that it comes from.
 * @param line counted from 1; the line with the hyphens belongs to the document that it begins
 * @returns the template as a path in the package, and the line that names it, counted from 1
 */
function templateAbove(lines: readonly string[], line: number): { readonly template: string; readonly from: number } {
  // A document that begins at a line names its template in the next line.
  for (let at = Math.min(line + 1, lines.length); at > 0; at--) {
    const template = SOURCE.exec(lines[at - 1] ?? "")?.[1];
    if (template !== undefined) return { template, from: at };
  }
  return { template: "", from: 0 };
}
