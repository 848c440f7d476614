/** What Helm made of a chart's templates, as objects. Pure. */
import { doubleKeys, readDocuments, YamlError } from "../../kubesphere/goYaml";
import { isPostRendered } from "../../kubesphere/postRendering";
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

export interface DoubleKeyIn {
  readonly key: string;
  /** As of {@link FromTemplate}. */
  readonly template: string;
  /** Of what the template renders to, counted from 1. */
  readonly line: number;
}

/**
 * Keys that stand twice in one map: Helm takes the last one, and the kustomize that KubeSphere passes it through refuses both.
 * @param manifest as of {@link fromTemplates}, which takes it
 */
export function refusedDoubleKeys(manifest: string): DoubleKeyIn[] {
  const doubles = doubleKeys(manifest);
  if (doubles.length === 0) return [];
  const lines = manifest.split("\n");
  const documents = readDocuments(manifest);
  return doubles.flatMap(({ key, line }) => {
    const { template, from } = templateAbove(lines, line - 1);
    const document = documents.filter((it) => it.line <= line).at(-1);
    const isRefused = installable([document?.value]).some((object) => isPostRendered({ ...object, templateFile: template }));
    return isRefused ? [{ key, template, line: line - from }] : [];
  });
}

/**
 * Helm says of each document where it comes from, in its first lines.
 * @param line counted from 1; that of a document's hyphens counts as the document's
 * @returns the template as a path in the package, and the line that says so, counted from 1
 */
function templateAbove(lines: readonly string[], line: number): { readonly template: string; readonly from: number } {
  // The document that begins at a line says it in the next one.
  for (let at = Math.min(line + 1, lines.length); at > 0; at--) {
    const template = /^# Source: [^/]+\/(.*?)\r?$/.exec(lines[at - 1] ?? "")?.[1];
    if (template !== undefined) return { template, from: at };
  }
  return { template: "", from: 0 };
}
