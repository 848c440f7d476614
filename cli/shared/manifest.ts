/** What Helm made of a chart's templates, as objects. Pure. */
import { readDocuments, YamlError } from "../../kubesphere/yaml/goYaml";
import { installable } from "../../kubesphere/chart/renderedObject";
import type { KubernetesObject } from "./cluster";
import { Failure } from "./command";
import type { K8s } from "./objectDiff";

type Rendered = KubernetesObject & K8s;

export interface FromTemplate {
  readonly object: Rendered;
  /** As a path in the chart; "" where Helm does not say. */
  readonly template: string;
}

/**
 * @param manifest what `helm template` prints and what a release keeps
 * @throws Failure that names the template and the line where it is no YAML
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

/** A file of crds/ may say in such a comment, too, where its author has it from. */
const SOURCE = /^# Source: [^/:]+\/((?:charts\/[^/]+\/)*(?:templates|crds)\/.+?)\r?$/;

/**
 * Helm says of each document where it comes from, in its first lines.
 * @param line counted from 1; that of a document's hyphens counts as the document's
 * @returns the template as a path in the package, and the line that says so, counted from 1
 */
function templateAbove(lines: readonly string[], line: number): { readonly template: string; readonly from: number } {
  // The document that begins at a line says it in the next one.
  for (let at = Math.min(line + 1, lines.length); at > 0; at--) {
    const template = SOURCE.exec(lines[at - 1] ?? "")?.[1];
    if (template !== undefined) return { template, from: at };
  }
  return { template: "", from: 0 };
}
