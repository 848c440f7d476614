/** An extension as its component declares it under mocks. */
import { createHash } from "crypto";
import { Extension } from "../../components/extension";
import type { PreparedExtension } from "../../components/extensionArgs";
import type { Installation } from "../../kubesphere/extension/extensionInstall";
import type { ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { declare, type Declared, type Options } from "./mocks";

/** The digest of what KubeSphere sets. */
export const PLATFORM = `# platform ${createHash("sha256").update('{"global":{"portal":{"url":"http://ks.example"}}}').digest("hex").slice(0, 16)}\n`;

export const pkg: ExtensionPackage = {
  name: "demo",
  version: "0.1.0",
  contents: [],
  archive: Buffer.from("chart"),
  size: 5,
  digest: "sha256:0123",
  files: { "Chart.yaml": "0a1b2c3d4e5f" },
  configKeys: ["base", "demo", "global"],
  metadata: {
    displayName: { en: "Demo" },
    description: { en: "A demo" },
    icon: "data:image/svg+xml;base64,AA==",
    provider: { en: { name: "Example" } },
    category: "dev-tools",
    keywords: ["demo"],
    sources: [],
    home: "https://example.com",
    kubeVersion: ">=1.25.0-0",
    ksVersion: ">=4.0.0-0",
    installationMode: "HostOnly",
  },
  clusterRules: [{ apiGroups: ["extensions.kubesphere.io"], resources: ["jsbundles"], verbs: ["get"] }],
  rules: [],
  injected: { global: { portal: { url: "http://ks.example" } } },
  learnt: {
    ...{
      rules: [],
      clusterRules: [],
      added: { rules: [], clusterRules: [] },
      ui: undefined,
      hosts: [],
      hasFrontEnd: false,
      undecided: [],
      notes: [],
    },
    record: { bytes: 0, most: [], others: 0 },
    awaited: { storageClasses: [], foreignKinds: [] },
    awaitedOnMembers: [],
    crds: [],
    goneEntries: [],
    made: [],
  },
};

export const later: ExtensionPackage = { ...pkg, version: "0.2.0", archive: Buffer.from("later"), digest: "sha256:4567" };
export const installation: Installation = { version: "0.1.0", enabled: true, namespace: "extension-demo", config: {} };

export const install = (options: Options = {}, args: Partial<PreparedExtension> = {}) =>
  declare(
    () =>
      Promise.resolve(new Extension("demo", { versions: [pkg], install: installation, follow: () => Promise.resolve(undefined), ...args })),
    options,
  );
export const types = (resources: readonly Declared[]) => Object.fromEntries(resources.map(({ name, type }) => [name, type]));

export const planStatus = (status: object): Options => ({ state: ({ name }) => (name === "demo-plan" ? { status } : {}) });
