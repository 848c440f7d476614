/** Keys that stand twice in one map of what Helm renders: Helm takes the last one, and the kustomize behind it refuses both. */
import { doubleKeys, readDocuments } from "./goYaml";
import { isPostRendered } from "./postRendering";
import { installable } from "./renderedObject";

export interface DoubleKeyIn {
  readonly key: string;
  /** As a path in the package; "" where Helm does not say. */
  readonly template: string;
  /** Of what the template renders to, counted from 1. */
  readonly line: number;
}

/**
 * @param manifest what `helm template` prints
 * @throws YamlError
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

export const doubleKeyText = ({ key, template, line }: DoubleKeyIn): string =>
  `${template}: line ${line} of what Helm renders of it: the key ${key} stands there twice, which KubeSphere's kustomize refuses`;

/**
 * Helm says of each document where it comes from, in its first lines.
 * @param line counted from 1; that of a document's hyphens counts as the document's
 * @returns the template as a path in the package, and the line that says so, counted from 1
 */
export function templateAbove(lines: readonly string[], line: number): { readonly template: string; readonly from: number } {
  // The document that begins at a line says it in the next one.
  for (let at = Math.min(line + 1, lines.length); at > 0; at--) {
    const template = /^# Source: [^/]+\/(.*?)\r?$/.exec(lines[at - 1] ?? "")?.[1];
    if (template !== undefined) return { template, from: at };
  }
  return { template: "", from: 0 };
}
