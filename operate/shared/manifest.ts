/** What Helm made of a chart's templates, as objects. Pure. */
import { templateAbove } from "../../kubesphere/doubleKeys";
import { readDocuments, YamlError } from "../../kubesphere/goYaml";
import { installable } from "../../kubesphere/renderedObject";
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
