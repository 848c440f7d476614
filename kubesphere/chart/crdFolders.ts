/**
 * Finds the CRDs of folders `crds/` of a package among the rendered ones: a renderer, such as the Kubernetes provider, may not tell from which
 * file an object comes.
 */
import { contentOf, isPackedChart, type AnyFile } from "./chartFiles";
import { allFiles } from "./fileTree";
import { packedTree } from "./packedTree";
import { readYaml, YamlError } from "../yaml/goYaml";
import { installable, type RenderedObject } from "./renderedObject";

const CRDS = /^(?:charts\/[^/]+\/)*crds\/.+\.(?:ya?ml|json)$/;
const isDefinition = ({ kind }: RenderedObject) => kind === "CustomResourceDefinition";
const isCrd = (object: RenderedObject) => isDefinition(object) && object.templateFile === undefined;

/**
 * @param files of the package
 * @returns the same objects; those of such a folder have their file as `templateFile`
 */
export async function withCrdFolders(objects: readonly RenderedObject[], files: readonly AnyFile[]): Promise<readonly RenderedObject[]> {
  if (!objects.some(isCrd)) return objects;
  const found = new Map((await crdsIn(files)).map(({ file, crd }) => [crd.metadata.name, file]));
  return objects.map((object) => {
    const path = isCrd(object) ? found.get(object.metadata.name) : undefined;
    return path === undefined ? object : { ...object, templateFile: path };
  });
}

export interface FoundCrd {
  /** Path in the package. */
  readonly file: string;
  /** The object in that file. */
  readonly crd: RenderedObject;
}

/** Those of all charts within, whether or not they are enabled. */
export const crdsIn = (files: readonly AnyFile[]): Promise<readonly FoundCrd[]> => crdsBelow("", files);

async function crdsBelow(folder: string, files: readonly AnyFile[]): Promise<FoundCrd[]> {
  const found: FoundCrd[] = [];
  for (const file of files) {
    if (isPackedChart(file.path)) {
      const within = allFiles(await packedTree(file.path, file));
      found.push(...(await crdsBelow(`${folder}${file.path.replace(/\.tgz$/, "")}/`, within)));
    } else if (CRDS.test(file.path)) {
      const crds = documents(Buffer.from(await contentOf(file)).toString()).filter(isDefinition);
      found.push(...crds.map((crd) => ({ file: `${folder}${file.path}`, crd })));
    }
  }
  return found;
}

function documents(text: string): RenderedObject[] {
  try {
    return installable(readYaml(text));
  } catch (error) {
    // The renderer reports it.
    if (error instanceof YamlError) return [];
    throw error;
  }
}
