/** What the stack's releases are made of, without asking any cluster. */
import { dirname, join } from "path";
import { mergeValues, type Values } from "../../kubesphere/chart/helmValues";
import { partsIn, releaseOfPart, valuesOfPart } from "../../kubesphere/extension/installedParts";
import { renderEnvironment } from "../../kubesphere/chart/helmEnvironment";
import { runHelm } from "../preview/manifest";
import type { TouchedRelease } from "../preview/releases";
import { injectedBy } from "../shared/kubesphereConfig";
import { objectsOf } from "../shared/manifest";
import { unpackRenderable } from "../shared/renderable";
import type { RenderedRelease } from "./images";

export interface RenderOptions {
  readonly helm: string;
  /** Release to archive. */
  readonly archives: ReadonlyMap<string, string>;
  /** Kubernetes' version, for charts that ask. Default: Helm's own. */
  readonly kubeVersion: string | undefined;
}

/** An upgrade may make what an install does not, and the other way round: nodes pull images for both. */
export const INSTALL_AND_UPGRADE: Forms = [[], ["--is-upgrade"]];

/** Further arguments of Helm, of each render that counts. */
type Forms = readonly (readonly string[])[];

/**
 * With all hooks; of an extension for several clusters what members get, too, as a release of its own.
 * @param before what was rendered before it, in which ks-core says what every extension is told
 * @returns undefined when its chart is not at hand
 * @throws Failure with Helm's words
 */
export async function rendersOf(
  { release, namespace, extension, wanted }: TouchedRelease,
  before: readonly RenderedRelease[],
  { helm, archives, kubeVersion }: RenderOptions,
  forms: Forms,
): Promise<readonly RenderedRelease[] | undefined> {
  const archive = archives.get(release);
  if (archive === undefined || wanted === undefined) return undefined;
  const made = before.flatMap(({ objects }) => objects);
  const nowhere = { read: () => Promise.resolve(undefined) };
  const files = await unpackRenderable(archive, release);
  const version = kubeVersion === undefined ? [] : ["--kube-version", kubeVersion];
  const cwd = dirname(archive);
  const env = renderEnvironment(join(cwd, "helm"));
  const render = async (name: string, over: Values): Promise<RenderedRelease> => {
    const args = ["template", name, archive, "--namespace", namespace, "--skip-tests", "--values", "-", ...version];
    const rendered = forms.map(async (further) =>
      objectsOf(await runHelm(helm, [...args, ...further], mergeValues(wanted.values, over), { cwd, env })),
    );
    return { release: name, objects: (await Promise.all(rendered)).flat() };
  };
  if (extension === undefined) return [await render(release, {})];
  // Members pull from the same place.
  const injected = await injectedBy(nowhere, made);
  return Promise.all(
    (await partsIn(files)).map(async (part) =>
      render(releaseOfPart(part, release), mergeValues(injected, await valuesOfPart(part, files))),
    ),
  );
}
