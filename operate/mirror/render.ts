/** What the stack's releases are made of, without asking any cluster. */
import { dirname, join } from "path";
import { mergeValues, type Values } from "../../kubesphere/helmValues";
import { partsIn, releaseOfPart, valuesOfPart } from "../../kubesphere/installedParts";
import { renderEnvironment } from "../../kubesphere/helmEnvironment";
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

/**
 * An installation and an upgrade, with all hooks; of an extension for several clusters what members get, too.
 * @param before what was rendered before it, in which ks-core says what every extension is told
 * @returns undefined when its chart is not at hand
 * @throws Failure with Helm's words
 */
export async function renderedRelease(
  { release, namespace, extension, wanted }: TouchedRelease,
  before: readonly RenderedRelease[],
  { helm, archives, kubeVersion }: RenderOptions,
): Promise<RenderedRelease | undefined> {
  const archive = archives.get(release);
  if (archive === undefined || wanted === undefined) return undefined;
  const made = before.flatMap(({ objects }) => objects);
  const nowhere = { read: () => Promise.resolve(undefined) };
  const files = await unpackRenderable(archive, release);
  const injected = extension === undefined ? {} : await injectedBy(nowhere, made);
  const version = kubeVersion === undefined ? [] : ["--kube-version", kubeVersion];
  const cwd = dirname(archive);
  const env = renderEnvironment(join(cwd, "helm"));
  const render = async (name: string, over: Values, ...further: string[]) => {
    const args = ["template", name, archive, "--namespace", namespace, "--skip-tests", "--values", "-", ...version, ...further];
    return objectsOf(await runHelm(helm, args, mergeValues(wanted.values, over), { cwd, env }));
  };
  const both = async (name: string, over: Values) => (await Promise.all([render(name, over), render(name, over, "--is-upgrade")])).flat();
  if (extension === undefined) return { release, objects: await both(release, {}) };
  // Members pull from the same place.
  const parts = await Promise.all(
    (await partsIn(files)).map(async (part) => both(releaseOfPart(part, release), mergeValues(injected, await valuesOfPart(part, files)))),
  );
  return { release, objects: parts.flat() };
}
