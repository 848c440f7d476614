/** A render together with the texts of its templates: refuses a key that occurs twice, and tells the template of each object. */
import { RenderError } from "./chartRenderer";
import type { AnyFile } from "./chartFiles";
import { doubleKeyText, readTexts } from "./doubleKeys";
import { nameOf, type RenderedObject } from "./renderedObject";
import { READER, takeTexts } from "./templateTexts";

/** Paths of one chart's archives. */
export interface ReadableChart {
  /** The chart whose renders also return the texts of templates. */
  readonly read: string;
  /** The unchanged chart. */
  readonly plain: () => Promise<string>;
}

/** @param texts the reader of their texts, as `textsReader` gives it @param write packs files into an archive of that name @returns its path */
export async function readableChart(
  files: readonly AnyFile[],
  texts: readonly AnyFile[],
  name: string,
  write: (files: readonly AnyFile[], name: string) => Promise<string>,
): Promise<ReadableChart> {
  let plain: Promise<string> | undefined;
  return { read: await write([...files, ...texts], name), plain: () => (plain ??= write(files, `${name}-plain`)) };
}

/**
 * @param render of an archive
 * @throws {@link RenderError} if the unchanged chart cannot be rendered either
 */
export async function renderRead(
  { read, plain }: ReadableChart,
  render: (chart: string) => Promise<readonly RenderedObject[]>,
): Promise<readonly RenderedObject[]> {
  let rendered: ReturnType<typeof takeTexts>;
  try {
    rendered = takeTexts(await render(read));
  } catch (error) {
    // Some templates cannot be rendered twice, such as one that changes the values for later ones.
    if (error instanceof RenderError && error.message.includes(READER)) return render(await plain());
    throw error;
  }
  const { doubles, objects } = readTexts(rendered.texts);
  const [double] = doubles;
  if (double !== undefined) throw new RenderError(doubleKeyText(double));
  const templates = new Map(objects.map((object) => [keyOf(object), object.templateFile]));
  return rendered.objects.map((object) => {
    const templateFile = object.templateFile ?? templates.get(keyOf(object));
    return templateFile === undefined ? object : { ...object, templateFile };
  });
}

const keyOf = (object: RenderedObject): string => `${object.apiVersion} ${nameOf(object)}`;
