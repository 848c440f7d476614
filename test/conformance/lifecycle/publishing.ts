/** Publishes an extension as the recordings did, with charts that fail as theirs did. */
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import type { Api } from "../api";
import type { JsonObject } from "../vectors";
import { path } from "./platform";
import type { Scenario } from "./recording";

const SYSTEM = "kubesphere-system";

const MODULE = (name: string) => `
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}-cm-iframe
data:
  index.js: System.register([],function(e){return{execute:function(){e("default",{})}}});
---
apiVersion: extensions.kubesphere.io/v1alpha1
kind: JSBundle
metadata:
  name: ${name}-js
spec:
  rawFrom:
    configMapKeyRef: { name: ${name}-cm-iframe, namespace: "{{ .Release.Namespace }}", key: index.js }
status: { state: Available, link: /dist/${name}/index.js }
`;

const PERMISSIONS = `
kind: ClusterRole
rules: [{ apiGroups: [extensions.kubesphere.io], resources: [jsbundles], verbs: ["*"] }]
---
kind: Role
rules: [{ apiGroups: [""], resources: [configmaps, secrets], verbs: ["*"] }]
`;

/** Beside the module; how the recorded charts failed is in the names of their scenarios. */
const EXTRA: Readonly<Record<string, string>> = {
  "broken 0.1.0 1": `{{ fail "the template fails" }}`,
  "nsmaker 0.1.0 1": "apiVersion: v1\nkind: Namespace\nmetadata: { name: nsmaker-extra }\n",
  "fragile 0.2.0 2": `{{ fail "the template fails" }}`,
};

export const chart = (name: string, version: string, more: Readonly<Record<string, string>> = {}): Promise<Buffer> => {
  const files = {
    "Chart.yaml": `{ apiVersion: v2, name: ${name}, version: ${version} }`,
    "permissions.yaml": PERMISSIONS,
    "templates/module.yaml": MODULE(name),
    ...more,
  };
  return writeChartArchive(
    name,
    Object.entries(files).map(([file, text]) => ({ path: file, data: Buffer.from(text) })),
  );
};

/** @param count how often this scenario has published, this time included */
export async function publish(api: Api, { extension: name, events }: Scenario, version: string, count: number): Promise<void> {
  const specs = (kind: string, of: string) =>
    events.flatMap(({ kind: it, object }) =>
      it === kind && object.metadata.name === of && typeof object.spec === "object" ? [object] : [],
    );
  const extension = specs("Extension", name)[count - 1];
  const versionName = `${name}-${version}`;
  const versions = specs("ExtensionVersion", versionName);
  const data = (await chart(name, version, { "templates/extra.yaml": EXTRA[`${name} ${version} ${count}`] ?? "" })).toString("base64");
  const put = async (collection: string, kind: string, object: JsonObject) => {
    const apiVersion = kind === "ConfigMap" ? "v1" : "kubesphere.io/v1alpha1";
    const { status } = await api.ask("POST", collection, { apiVersion, kind, ...object });
    const { name: of } = object["metadata"] as { name: string };
    if (status === 409) await api.do("PATCH", `${collection}/${of}`, object, "application/merge-patch+json");
    else expect(status).toBe(201);
  };
  const { labels } = extension?.metadata ?? {};
  await put(path.extension(), "Extension", {
    metadata: { name, labels },
    spec: extension?.spec,
    status: { recommendedVersion: "0.1.0" },
  } as JsonObject);
  const published = versions[Math.min(count, versions.length) - 1];
  const metadata = { name: versionName, labels: published?.metadata.labels };
  await put(path.version(), "ExtensionVersion", { metadata, spec: published?.spec } as JsonObject);
  await put(path.configMap(SYSTEM), "ConfigMap", {
    metadata: { name: `extension-${name}-${version}-chart` },
    binaryData: { "chart.tgz": data },
  });
}
