/**
 * What only the text of a render shows, by Helm's executable on machines that have one: a key that stands twice. The provider hands on
 * objects, in which the last one has won. It only ever refuses: what a package is made of never depends on a machine's Helm.
 */
import { accessSync, constants } from "fs";
import { delimiter, isAbsolute, join } from "path";
import { RenderError, type ChartRenderer } from "../kubesphere/chartRenderer";
import { doubleKeyText, refusedDoubleKeys, type DoubleKeyIn } from "../kubesphere/doubleKeys";
import { YamlError } from "../kubesphere/goYaml";
import { helmTemplate } from "../kubesphere/helmTemplate";

/** @param path a PATH value @returns the executable; undefined where there is none */
export const helmOn = (path: string): string | undefined =>
  path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, "helm"))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

/** @param helm the executable; undefined: it renders as it did */
export const readByHelm = (renderer: ChartRenderer, helm: string | undefined): ChartRenderer =>
  helm === undefined
    ? renderer
    : {
        id: `${renderer.id}, read by helm`,
        async render(request) {
          const [objects, { isRendered, stdout }] = await Promise.all([renderer.render(request), helmTemplate(helm, request)]);
          // A Helm that is too old or too young for it has nothing to say.
          const [double] = isRendered ? doubleKeysIn(stdout) : [];
          if (double !== undefined) throw new RenderError(doubleKeyText(double));
          return objects;
        },
      };

/** What cannot be read is not for this to judge. */
function doubleKeysIn(rendered: string): DoubleKeyIn[] {
  try {
    return refusedDoubleKeys(rendered);
  } catch (error) {
    if (error instanceof YamlError) return [];
    throw error;
  }
}
