/** Keys that occur twice in one map of a rendered object: Helm takes the last one, and kustomize refuses the object. */
import { readWithDoubles, YamlError } from "../yaml/goYaml";
import { isPostRendered } from "./postRendering";
import { installable, type RenderedObject } from "./renderedObject";
import type { TemplateTexts } from "./templateTexts";

export interface DoubleKeyIn {
  readonly key: string;
  /** As a path in the package. */
  readonly template: string;
  /** The line in the rendered template, counted from 1. */
  readonly line: number;
}

export interface ReadTexts {
  /** The objects that pass through kustomize. */
  readonly doubles: readonly DoubleKeyIn[];
  readonly objects: readonly RenderedObject[];
}

/** @returns the template of each object; text that is not YAML is ignored here */
export function readTexts(texts: TemplateTexts): ReadTexts {
  const read = [...texts].map(([template, text]) => readText(template, text));
  return { doubles: read.flatMap(({ doubles }) => doubles), objects: read.flatMap(({ objects }) => objects) };
}

function readText(templateFile: string, text: string): ReadTexts {
  try {
    const { documents, doubles } = readWithDoubles(text);
    const objectsIn = (value: unknown) => installable([value]).map((object) => ({ ...object, templateFile }));
    const isRefused = (line: number) => objectsIn(documents.filter((it) => it.line <= line).at(-1)?.value).some(isPostRendered);
    return {
      doubles: doubles.flatMap(({ key, line }) => (isRefused(line) ? [{ key, template: templateFile, line }] : [])),
      objects: documents.flatMap(({ value }) => objectsIn(value)),
    };
  } catch (error) {
    if (error instanceof YamlError) return { doubles: [], objects: [] };
    throw error;
  }
}

export const doubleKeyText = ({ key, template, line }: DoubleKeyIn): string =>
  `${template}: line ${line} of what Helm renders of it: the key ${key} stands there twice, which KubeSphere's kustomize refuses`;
