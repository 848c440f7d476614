import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePostRenderer } from "../../../sandbox/src/sim/postRender.js";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "post-render-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands in for kustomize, at a path that a shell would take apart: it says how it is called, and fails as it is told. */
function standIn(exitCode = 0): string {
  const path = join(folder, "it's kustomize");
  writeFileSync(path, `#!/bin/sh\necho "kustomize $* of" *.yaml\necho "refused: why" >&2\nexit ${exitCode}\n`, { mode: 0o755 });
  return path;
}

test("objects of an extension would not carry its label, or their selectors would: kustomize is told as KubeSphere tells it", async () => {
  const script = await writePostRenderer(folder, "demo", standIn());
  const manifests = "---\n# Source: demo/templates/a.yaml\nkind: ConfigMap\n";
  expect(execFileSync(script, { cwd: folder, input: manifests, encoding: "utf8", stdio: "pipe" })).toBe(
    "kustomize build of kustomization.yaml\n",
  );
  expect(readFileSync(join(folder, ".local-helm-output.yaml"), "utf8")).toBe(manifests);
  expect(JSON.parse(readFileSync(join(folder, "kustomization.yaml"), "utf8"))).toEqual({
    labels: [{ pairs: { "kubesphere.io/extension-ref": "demo" } }],
    resources: ["./.local-helm-output.yaml"],
  });
  expect(readdirSync(folder).sort()).toEqual([".local-helm-output.yaml", "helm-post-render.sh", "it's kustomize", "kustomization.yaml"]);
});

test("an extension that kustomize refuses would be installed all the same", async () => {
  const script = await writePostRenderer(folder, "demo", standIn(1));
  expect(() => execFileSync(script, { cwd: folder, input: "", stdio: "pipe" })).toThrow(
    expect.objectContaining({ status: 1, stderr: Buffer.from("refused: why\n") }) as Error,
  );
});
