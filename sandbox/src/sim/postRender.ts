/** The post-renderer that KubeSphere's executor gives to Helm: what a chart renders is labelled, or refused, by kustomize. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { label } from "../../../kubesphere/api";

const MANIFESTS = "./.local-helm-output.yaml";

/**
 * Writes the files that the executor has in its folder for `helm --post-renderer`, as KubeSphere 4.1 does
 * (staging/src/kubesphere.io/utils/helm/executor.go). The labels go on the objects, not into selectors and Pod templates.
 * @param folder where Helm runs: the script and kustomize work in the folder they are called in
 * @param kustomize path of the executable
 * @returns the post-renderer's path
 */
export async function writePostRenderer(folder: string, extension: string, kustomize: string): Promise<string> {
  const kustomization = { labels: [{ pairs: { [label.extensionRef]: extension } }], resources: [MANIFESTS] };
  await writeFile(join(folder, "kustomization.yaml"), JSON.stringify(kustomization));
  const script = join(folder, "helm-post-render.sh");
  await writeFile(script, `#!/bin/sh\ncat > ${MANIFESTS}\n${quoted(kustomize)} build\n`, { mode: 0o700 });
  return script;
}

const quoted = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`;
