/** The simulator as Helm's post-renderer: KubeSphere's executor labels whatever an extension's chart renders. */
import { text } from "node:stream/consumers";
import { label } from "../../../kubesphere/api";
import type { KubeObject } from "./objects.js";
import { readYaml } from "./yaml.js";

/** @returns the manifests with the label, as a stream of JSON documents (which are YAML). */
export function labelManifests(manifests: string, extension: string): string {
  return (readYaml(manifests) as KubeObject[])
    .map(({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, labels: { ...metadata.labels, [label.extensionRef]: extension } },
    }))
    .map((object) => `---\n${JSON.stringify(object)}\n`)
    .join("");
}

/**
 * How Helm is told to post-process.
 * @param program how to run this very program: nothing that a chart or a plan says is run
 */
export const postRenderArguments = ([executable = "", ...args]: readonly string[], extension: string): string[] => [
  ...["--post-renderer", executable],
  ...[...args, "--post-render", extension].flatMap((it) => ["--post-renderer-args", it]),
];

export async function postRender(extension: string): Promise<void> {
  process.stdout.write(labelManifests(await text(process.stdin), extension));
}
