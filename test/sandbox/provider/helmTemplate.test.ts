import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { helmTemplate } from "../../../sandbox/src/provider/kubernetes/helmTemplate";
import { Secret } from "../../../sandbox/src/provider/values";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "fake-helm-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A helm that keeps its arguments, and what it is given on standard input; it prints `output`. */
function context(output: string) {
  const binary = join(folder, "helm");
  writeFileSync(join(folder, "output"), output);
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" KUBECONFIG="$KUBECONFIG" > ${folder}/args; cat > ${folder}/values; cat ${folder}/output\n`;
  writeFileSync(binary, script);
  chmodSync(binary, 0o755);
  const warn = jest.fn(async () => undefined);
  return { helm: { binary, kubeconfig: "fake-kubeconfig", signal: new AbortController().signal }, client: undefined, warn };
}

const asked = (options: object) => ({ jsonOpts: JSON.stringify({ path: folder, release_name: "demo", ...options }) });

test("a first preview renders without a cluster; helm gets no kubeconfig, and values on no command line", async () => {
  delete process.env["KUBECONFIG"];
  const given = context("---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n");
  const { jsonOpts } = asked({
    namespace: "target",
    values: { password: "fake-secret" },
    kube_version: "1.30",
    api_versions: ["a/v1", "b/v1"],
  });
  expect(await helmTemplate(given, { jsonOpts: new Secret(jsonOpts) })).toEqual({
    result: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "target" } }],
  });
  expect(readFileSync(join(folder, "args"), "utf8").trim().split("\n")).toEqual([
    ...["template", "--namespace", "target", "--values", "-", "--include-crds", "--kube-version", "1.30"],
    ...["--api-versions", "a/v1", "--api-versions", "b/v1", "--", "demo", folder, "KUBECONFIG="],
  ]);
  expect(readFileSync(join(folder, "values"), "utf8")).toBe('{"password":"fake-secret"}');
  expect(given.warn).not.toHaveBeenCalled();
});

test("CRDs of megabytes are left out where nobody asks for them, and a release without namespace is rendered for the default one", async () => {
  expect(await helmTemplate(context(""), asked({ skip_crd_rendering: true }))).toEqual({ result: [] });
  expect(readFileSync(join(folder, "args"), "utf8").trim().split("\n")).toEqual([
    ...["template", "--namespace", "default", "--values", "-", "--", "demo", folder, "KUBECONFIG="],
  ]);
});

test("output that is no YAML is told as such", async () => {
  await expect(helmTemplate(context("---\na: b: c\n"), asked({}))).rejects.toThrow(/^failed to decode YAML for specified Helm chart: /);
});
