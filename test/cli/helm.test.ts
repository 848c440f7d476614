import { chmodSync, mkdirSync, writeFileSync } from "fs";
import { join } from "path";
import { Failure } from "../../cli/shared/command";
import { findHelm, objectsIn } from "../../cli/extension/helm";
import { lintFindings } from "../../cli/extension/lint";
import { temporaryFolders } from "../support/charts";

const folder = temporaryFolders();

function fakeHelm(dir: string, version: string): string {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, "helm");
  writeFileSync(file, `#!/bin/sh\necho ${version}\n`);
  chmodSync(file, 0o755);
  return file;
}

test("PATH's Helm is taken, else the sandbox's, else the user is told how to get one", async () => {
  const root = await folder({});
  const cache = join(root, "cache");
  await expect(findHelm(cache, join(root, "path"))).rejects.toThrow(
    `This needs Helm >=3.14.0 <4. On PATH: not there. In ${cache}: none.\nInstall it (https://helm.sh/docs/intro/install), or run \`npm run sandbox -- up\` once`,
  );
  const built = fakeHelm(join(cache, "tools"), "v3.22.0");
  writeFileSync(join(cache, "tools", "sources.json"), JSON.stringify({ helm: { paths: { helm: built } } }));
  expect(await findHelm(cache, join(root, "path"))).toBe(built);
  const installed = fakeHelm(join(root, "path"), "v2.17.0");
  expect(await findHelm(cache, join(root, "path"))).toBe(built);
  fakeHelm(join(root, "path"), "v3.15.0");
  expect(await findHelm(cache, join(root, "path"))).toBe(installed);
});

const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";

test("each rendered object knows its template, also when a template makes several or none", () => {
  const rendered = `---
# Source: web/charts/web/templates/a.yaml
${SERVICE}---
# Source: web/charts/web/templates/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  text: |
    ---
    # Source: web/templates/none.yaml
---
# Source: web/charts/web/templates/empty.yaml
---
# Source: web/templates/b.yaml
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret, metadata: {name: one}}
  - {apiVersion: v1, kind: SecretList, items: [{apiVersion: v1, kind: Secret, metadata: {name: two}}, null, text]}
  - kind: nothing of the kind
---
# Source: web/templates/c.yaml
just: data
`;
  expect(objectsIn(rendered)).toEqual([
    { templateFile: "charts/web/templates/a.yaml", apiVersion: "v1", kind: "Service", metadata: { name: "web" } },
    {
      ...{ templateFile: "charts/web/templates/a.yaml", apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" } },
      data: { text: "---\n# Source: web/templates/none.yaml\n" },
    },
    { templateFile: "templates/b.yaml", apiVersion: "v1", kind: "Secret", metadata: { name: "one" } },
    { templateFile: "templates/b.yaml", apiVersion: "v1", kind: "Secret", metadata: { name: "two" } },
  ]);
});

test("what is no YAML is told with its template and the line there, and not with a stack trace", () => {
  const rendered = `---\n# Source: web/templates/a.yaml\n${SERVICE}---\n# Source: web/templates/b.yaml\nkind: x\na: 'b\n`;
  expect(() => objectsIn(rendered)).toThrow(
    new Failure("templates/b.yaml: what Helm renders of it is no YAML: line 3: unexpected end of the stream within a single quoted scalar"),
  );
});

test("Helm's verdict names the author's own file; what is only advice is none", async () => {
  const source = await folder({ "templates/a.yaml": "" });
  const said = `==> Linting web
[INFO] Chart.yaml: icon is recommended
==> Linting web/charts/web
[WARNING] templates/a.yaml: object name does not conform
[ERROR] values.yaml: file does not exist
[WARNING] web/charts/web: chart directory is missing these dependencies: db
Error: 2 chart(s) linted, 1 chart(s) failed`;
  const ofHelm = { tool: "helm lint", severity: "error" };
  expect(lintFindings(said, "web", source)).toEqual([
    { path: join(source, "templates/a.yaml"), found: "object name does not conform", mend: "", ...ofHelm },
    { path: `${source}: charts/web/values.yaml`, found: "file does not exist", mend: "", ...ofHelm },
    { path: `${source}: charts/web`, found: "chart directory is missing these dependencies: db", mend: "", ...ofHelm },
  ]);
});
