/** Which of the rendered CRDs stand in a folder `crds/`: a renderer may not say where an object comes from, as the Kubernetes provider does not. */
import { unpackChartArchive } from "./archive";
import { contentOf, isPackedChart, type AnyFile } from "./chartFiles";
import { readYaml, YamlError } from "./goYaml";
import { installable, type RenderedObject } from "./renderedObject";

const CRDS = /^(?:charts\/[^/]+\/)*crds\/.+\.(?:ya?ml|json)$/;
const isCrd = ({ kind, templateFile }: RenderedObject) => kind === "CustomResourceDefinition" && templateFile === undefined;

/**
 * @param files of the package
 * @returns the same objects; those of such a folder with it as their `templateFile`
 */
export async function withCrdFolders(objects: readonly RenderedObject[], files: readonly AnyFile[]): Promise<readonly RenderedObject[]> {
  if (!objects.some(isCrd)) return objects;
  const names = new Map(await namesIn("", files));
  return objects.map((object) => {
    const path = isCrd(object) ? names.get(object.metadata.name) : undefined;
    return path === undefined ? object : { ...object, templateFile: path };
  });
}

async function namesIn(folder: string, files: readonly AnyFile[]): Promise<[name: string, path: string][]> {
  const found = await Promise.all(
    files.map(async (file): Promise<[string, string][]> => {
      if (isPackedChart(file.path)) {
        const within = await unpackChartArchive(file.path, Buffer.from(await contentOf(file)));
        return namesIn(`${folder}${file.path.replace(/\.tgz$/, "")}/`, within);
      }
      if (!CRDS.test(file.path)) return [];
      return documents(Buffer.from(await contentOf(file)).toString()).map(({ metadata }) => [metadata.name, `${folder}${file.path}`]);
    }),
  );
  return found.flat();
}

function documents(text: string): RenderedObject[] {
  try {
    return installable(readYaml(text));
  } catch (error) {
    // Whoever renders it says so.
    if (error instanceof YamlError) return [];
    throw error;
  }
}
