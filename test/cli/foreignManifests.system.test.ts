/** Every command that reads what Helm made of somebody's chart, with manifests as charts and Helm write them, and with broken ones. */
import { chmodSync, writeFileSync } from "fs";
import { join } from "path";
import { gzipSync } from "zlib";
import { settingsToTake } from "../../cli/adopt/configuration";
import { findDrift } from "../../cli/drift/drift";
import { lintCommand } from "../../cli/extension/lint";
import { imagesOf } from "../../cli/mirror/images";
import { referenceText } from "../../cli/mirror/reference";
import { INSTALL_AND_UPGRADE, rendersOf } from "../../cli/mirror/render";
import { renderInstalled } from "../../cli/policy/extensions";
import { releaseChanges, type Rendering } from "../../cli/preview/render";
import { injectedBy } from "../../cli/shared/kubesphereConfig";
import type { Cluster } from "../../cli/shared/cluster";
import { Failure } from "../../cli/shared/command";
import { releaseOf } from "../../cli/shared/helmReleases";
import { Progress } from "../../cli/shared/progress";
import { plainRendering } from "../../cli/shared/rendering";
import type { Stack } from "../../cli/shared/pulumi";
import { writeChartArchive } from "../../kubesphere/chart/archive";
import { packExtension } from "../../kubesphere/extension/extensionPackage";
import { violations } from "../../policy/gate";
import type { Preview } from "../../policy/preview";
import { chartFiles, SMALL_CHART, temporaryFolders } from "../support/charts";

const folder = temporaryFolders();

/** A list without metadata, in it lists and what is no object; an object without a name; a text at its key's own indentation; a merge; `yes`. */
const FOREIGN = `---
# Source: web/templates/list.yaml
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMapList
    items:
      - {apiVersion: v1, kind: ConfigMap, metadata: {name: listed}}
      - null
      - text
  - &pod
    apiVersion: v1
    kind: Pod
    metadata: {name: listed}
    spec: {hostNetwork: yes, containers: [{name: it, image: "listed:1"}]}
  - <<: *pod
    metadata: {name: merged}
---
# Source: web/templates/odd.yaml
apiVersion: v1
kind: ConfigMap
metadata:
---
# Source: web/templates/text.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: text
  labels: {a: b, a: c}
data:
  rules: '{"x":"view",
  "y":"view"}'
`;
const BROKEN = "---\n# Source: web/templates/b.yaml\napiVersion: v1\nkind: ConfigMap\ndata:\n  a: 'b\n";
const WHY = "templates/b.yaml: what Helm renders of it is no YAML: line 5: unexpected end of the stream within a single quoted scalar";

const KUBECONFIG = JSON.stringify({
  ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
  clusters: [{ name: "c", cluster: { server: "https://cluster.example" } }],
  contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
  users: [{ name: "u", user: { token: "token" } }],
});

const { PATH: path, KUBESPHERE_LUBAN_CACHE: cacheHome } = process.env;
afterAll(() => {
  process.env["PATH"] = path;
  if (cacheHome === undefined) Reflect.deleteProperty(process.env, "KUBESPHERE_LUBAN_CACHE");
  else process.env["KUBESPHERE_LUBAN_CACHE"] = cacheHome;
});

/** A Helm, first on PATH, that makes this of every chart. */
async function helmThatRenders(manifest: string, ofUpgrade = manifest): Promise<string> {
  const place = await folder({ manifest, ofUpgrade, "dry.json": JSON.stringify({ manifest }) });
  const helm = join(place, "helm");
  const cases = [
    "version) echo v3.22.0;;",
    `template) case "$*" in *--is-upgrade*) cat ${place}/ofUpgrade;; *) cat ${place}/manifest;; esac;;`,
    `upgrade) cat ${place}/dry.json;;`,
  ];
  writeFileSync(helm, ["#!/bin/sh", 'case "$1" in', ...cases, "esac", "exit 0"].join("\n"));
  chmodSync(helm, 0o755);
  process.env["PATH"] = `${place}:${path ?? ""}`;
  // What one has rendered is not remembered for another.
  process.env["KUBESPHERE_LUBAN_CACHE"] = place;
  return helm;
}

const stored = (manifest: string, name: string) => {
  const release = { version: 1, info: { status: "deployed" }, chart: { metadata: { version: "1.0.0" } }, manifest };
  const data = Buffer.from(gzipSync(JSON.stringify(release)).toString("base64")).toString("base64");
  return { apiVersion: "v1", kind: "Secret", metadata: { name, labels: { version: "1" } }, data: { release: data } };
};

/** Nothing in it but Helm's releases. */
const clusterWith = (manifests: Readonly<Record<string, string>>, read: Cluster["read"] = () => Promise.resolve(undefined)) =>
  ({
    read,
    list: ({ labelSelector = "" }: { labelSelector?: string }) => {
      const name = labelSelector.replace(/.*name=/, "");
      const manifest = manifests[name];
      return Promise.resolve(manifest === undefined ? [] : [stored(manifest, name)]);
    },
  }) as unknown as Cluster;

const chart = async () => join(await folder({ "chart.tgz": await writeChartArchive("web", chartFiles(SMALL_CHART)) }), "chart.tgz");

const previewed = async (helm: string, manifests: Readonly<Record<string, string>>, ...releases: string[]) => {
  const file = await chart();
  const touched = releases.map((release) => ({ release, namespace: "web", wanted: { chart: file, values: {} } }));
  const rendering: Rendering = { helm, cluster: clusterWith(manifests), access: { kubeconfig: KUBECONFIG }, checkout: "/" };
  const changes = await releaseChanges(touched, rendering, () => undefined);
  return changes.map(({ objects, problem }) => problem ?? objects.map(({ kind, name }) => `${kind} ${name}`).sort());
};

const ALL = ["ConfigMap listed", "ConfigMap text", "Pod listed", "Pod merged"];

test("a preview ends in the middle over a list, or shows less than is installed", async () => {
  const helm = await helmThatRenders(FOREIGN);
  expect(await previewed(helm, { old: "" }, "new", "old")).toEqual([ALL, ALL]);
  expect(await previewed(helm, { same: FOREIGN }, "same")).toEqual([[]]);
});

test("a preview ends in the middle over one release that cannot be read", async () => {
  expect(await previewed(await helmThatRenders(BROKEN), {}, "new")).toEqual([WHY]);
  const helm = await helmThatRenders(FOREIGN);
  expect(await previewed(helm, { damaged: BROKEN }, "damaged", "new")).toEqual([`the release web/damaged cannot be read: ${WHY}`, ALL]);
});

test("drift ends in the middle over a list or a release that cannot be read", async () => {
  const declared = ["damaged", "foreign"].map((name) => ({ urn: name, name, namespace: "web", revision: 1, version: "1.0.0" }));
  const found = await findDrift(clusterWith({ damaged: BROKEN, foreign: FOREIGN }), { objects: [], releases: declared }, () => undefined);
  expect(found.map(({ object, drift, reason }) => [object, drift, reason])).toEqual([
    ["Release web/damaged", "unknown", `the release web/damaged cannot be read: ${WHY}`],
    ...["ConfigMap listed", "Pod listed", "Pod merged", "ConfigMap text"].map((it) => [it, "missing", undefined]),
  ]);
});

test("what a damaged release keeps, passwords too, is quoted in an error", async () => {
  const secret = {
    ...stored("", "web"),
    data: { release: Buffer.from(gzipSync("password: hunter2").toString("base64")).toString("base64") },
  };
  const cluster = { list: () => Promise.resolve([secret]) } as unknown as Cluster;
  await expect(releaseOf(cluster, "web", "web")).rejects.toThrow(
    new Failure("the release web/web cannot be read: what Helm keeps of it in its Secret is damaged"),
  );
});

const mirrored = async (helm: string) =>
  rendersOf(
    { release: "web", namespace: "web", wanted: { chart: "", values: {} } },
    [],
    { helm, archives: new Map([["web", await chart()]]), kubeVersion: undefined },
    INSTALL_AND_UPGRADE,
  );

test("a mirror lacks the images of a list, or of an upgrade alone", async () => {
  const upgrade =
    "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: it}, spec: {containers: [{image: later}]}}]\n";
  const rendered = await mirrored(await helmThatRenders(FOREIGN, upgrade));
  expect(imagesOf(rendered ?? [], []).images.map(({ reference }) => referenceText(reference))).toEqual([
    "docker.io/library/later:latest",
    "docker.io/library/listed:1",
  ]);
  await expect(mirrored(await helmThatRenders(BROKEN))).rejects.toThrow(new Failure(WHY));
});

test("a configuration of ks-core that is no YAML ends a mirror, a preview or an adoption in a stack trace", async () => {
  const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kubesphere-config" }, data: { "kubesphere.yaml": "a: 'b\n" } };
  const why = "is no YAML: line 2: unexpected end of the stream within a single quoted scalar";
  const { misspelt } = imagesOf([{ release: "ks-core", objects: [config] }], []);
  expect(misspelt).toEqual([`ks-core: kubesphere.yaml in its ConfigMap ${why}`]);
  const failure = new Failure(`kubesphere.yaml in the ConfigMap kubesphere-system/kubesphere-config ${why}`);
  await expect(injectedBy(clusterWith({}), [config])).rejects.toThrow(failure);
  const stack = { json: () => Promise.resolve({}) } as unknown as Stack;
  const cluster = clusterWith({}, () => Promise.resolve(config));
  await expect(settingsToTake(stack, cluster, new Set())).rejects.toThrow(failure);
});

test("somebody's broken OAuth client ends the adoption of all others", async () => {
  const client = (name: string, yaml: string) => ({
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name } },
    data: { "configuration.yaml": Buffer.from(yaml).toString("base64") },
  });
  const secrets = [client("broken", "name: 'shop\n"), client("kept", "name: shop\nsecret: known\n")];
  const cluster = { ...clusterWith({}), list: () => Promise.resolve(secrets) } as unknown as Cluster;
  const stack = { json: () => Promise.resolve({ "kubesphere:oauthClients": { objectValue: [{ name: "shop" }] } }) } as unknown as Stack;
  const settings = await settingsToTake(stack, cluster, new Set());
  expect(settings.map(({ path, value }) => [path, value])).toEqual([
    ["kubesphere:oauthClients[0].secretName", "kept"],
    ["kubesphere:oauthClients[0].secret", "known"],
  ]);
});

const linted = async () =>
  lintCommand.run({ words: [await folder(SMALL_CHART)], values: {}, cache: "/nonexistent", progress: new Progress(() => undefined) });

test("lint ends in a stack trace over a list or over what is no YAML", async () => {
  await helmThatRenders(FOREIGN);
  expect((await linted())?.text).not.toMatch(/TypeError|\n {4}at /);
  await helmThatRenders(BROKEN);
  expect((await linted())?.text).toContain(WHY);
});

test("lint says nothing of a menu entry that KubeSphere 4.2 has no place for", async () => {
  const entry =
    "apiVersion: extensions.kubesphere.io/v1alpha1\nkind: ExtensionEntry\nmetadata:\n  name: web\nspec:\n  entries:\n    - parent: topbar\n";
  await helmThatRenders(`---\n# Source: web/charts/web/templates/entry.yaml\n${entry}`);
  expect((await linted())?.text).toContain(
    "ExtensionEntry web has its menu entry at topbar, which KubeSphere 4.2 no longer has: it shows none",
  );
});

/** What the policy says of an extension that is one small chart. */
async function judged(): Promise<string[]> {
  const source = await folder(SMALL_CHART);
  const { name, version, digest, files } = await packExtension(source, await plainRendering("/nonexistent"));
  const inputs = { versions: { [version]: { package: digest, files } }, install: { version, config: {} } };
  const urn = `urn:pulumi:dev::luban::kubesphere:index:Extension::${name}`;
  const preview = { config: {}, steps: [{ op: "create", urn, newState: { urn, type: "kubesphere:index:Extension", inputs } }] };
  const { rendered, unchecked } = await renderInstalled(preview as unknown as Preview, { extensions: [{ source }] }, "/", "/nonexistent");
  expect(unchecked).toEqual([]);
  return violations(preview as unknown as Preview, rendered).flatMap(({ rule, object = "" }) =>
    /^host/.test(rule) ? [`${rule}: ${object}`] : [],
  );
}

test("a chart hides from the policy in a list, in a merge, in YAML's other words for true, and in what only an upgrade or a hook makes", async () => {
  const hook = `---
# Source: web/templates/hook.yaml
apiVersion: v1
kind: Pod
metadata:
  generateName: hook-
  annotations: {helm.sh/hook: post-upgrade}
spec: {hostPID: on, containers: [{name: it, image: it}]}
`;
  // Without what could not be installed.
  const manifest = FOREIGN.replace("a: b, a: c", "a: b");
  await helmThatRenders(manifest, manifest + hook);
  expect((await judged()).sort()).toEqual([
    "host-namespace: Pod hook- (templates/hook.yaml)",
    "host-namespace: Pod listed (templates/list.yaml)",
    "host-namespace: Pod merged (templates/list.yaml)",
  ]);
});
