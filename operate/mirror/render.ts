/** What the stack's releases are made of, without asking any cluster. */
import { dirname, join } from "path";
import { mergeValues } from "../../kubesphere/helmValues";
import { renderEnvironment } from "../../sandbox/src/helmEnvironment";
import { runHelm } from "../preview/manifest";
import { injectedValues } from "../preview/render";
import type { TouchedRelease } from "../preview/releases";
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
 * An installation and an upgrade, with all hooks.
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
  const values = extension === undefined ? wanted.values : mergeValues(wanted.values, await injectedValues(nowhere, made));
  const args = ["template", release, archive, "--namespace", namespace, "--skip-tests", "--values", "-"];
  const version = kubeVersion === undefined ? [] : ["--kube-version", kubeVersion];
  const cwd = dirname(archive);
  const env = renderEnvironment(join(cwd, "helm"));
  await unpackRenderable(archive, release);
  const render = async (...further: string[]) => {
    const text = await runHelm(helm, [...args, ...version, ...further], values, { cwd, env });
    return objectsOf(text);
  };
  return { release, objects: (await Promise.all([render(), render("--is-upgrade")])).flat() };
}
