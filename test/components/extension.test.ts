import { Extension } from "../../components/extension";
import type { ExtensionPackage } from "../../kubesphere/extensionPackage";
import { declare, only, type Options } from "../support/mocks";

const pkg: ExtensionPackage = {
  name: "demo",
  version: "0.1.0",
  archive: Buffer.from("chart"),
  digest: "sha256:0123",
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
};

const install = (options: Options = {}, args: { enabled?: boolean; config?: Record<string, unknown> } = {}) =>
  declare(() => Promise.resolve(new Extension("demo", { package: pkg, enabled: true, config: {}, ...args })), options);

const planStatus = (status: object): Options => ({ state: ({ name }) => (name === "demo-plan" ? { status } : {}) });

test("the objects that publish and install an extension are exactly those that KubeSphere's controllers look for", async () => {
  const { resources } = await install(planStatus({ state: "Installed" }));
  expect(Object.fromEntries(resources.map(({ name, type }) => [name, type]))).toEqual({
    demo: "kubesphere:index:Extension",
    "demo-0.1.0-chart": "kubernetes:core/v1:ConfigMap",
    "demo-0.1.0": "kubernetes:kubesphere.io/v1alpha1:ExtensionVersion",
    "demo-extension": "kubernetes:kubesphere.io/v1alpha1:Extension",
    "demo-namespace": "kubernetes:core/v1:Namespace",
    "demo-executor": "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    "demo-executor-binding": "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    "demo-plan": "kubernetes:kubesphere.io/v1alpha1:InstallPlan",
  });
  expect(only(resources, "demo-0.1.0-chart").inputs).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "extension-demo-0.1.0-chart", namespace: "kubesphere-system" },
    binaryData: { "chart.tgz": "Y2hhcnQ=" },
  });
  expect(only(resources, "demo-0.1.0").inputs).toEqual({
    apiVersion: "kubesphere.io/v1alpha1",
    kind: "ExtensionVersion",
    metadata: { name: "demo-0.1.0", labels: { "kubesphere.io/extension-ref": "demo", "kubesphere.io/category": "dev-tools" } },
    spec: {
      ...pkg.metadata,
      version: "0.1.0",
      chartDataRef: { name: "extension-demo-0.1.0-chart", namespace: "kubesphere-system", key: "chart.tgz" },
    },
  });
  expect(only(resources, "demo-extension").inputs).toEqual({
    apiVersion: "kubesphere.io/v1alpha1",
    kind: "Extension",
    metadata: {
      name: "demo",
      labels: { "kubesphere.io/category": "dev-tools", "kubesphere.io/managed": "true" },
      annotations: { "pulumi.com/waitFor": 'jsonpath={.status.versions[?(@.version=="0.1.0")].version}=0.1.0' },
    },
    spec: {
      displayName: { en: "Demo" },
      description: { en: "A demo" },
      icon: "data:image/svg+xml;base64,AA==",
      provider: { en: { name: "Example" } },
    },
  });
  expect(only(resources, "demo-namespace").inputs).toEqual({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: "extension-demo",
      labels: {
        "kubesphere.io/extension-ref": "demo",
        "kubesphere.io/managed": "true",
        "kubesphere.io/workspace": "system-workspace",
      },
    },
  });
  expect(only(resources, "demo-executor").inputs).toEqual({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "kubesphere:demo:helm-executor", labels: { "kubesphere.io/extension-ref": "demo" } },
    rules: [{ apiGroups: ["extensions.kubesphere.io"], resources: ["jsbundles"], verbs: ["get"] }],
  });
  expect(only(resources, "demo-executor-binding").inputs).toEqual({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "kubesphere:demo:helm-executor", labels: { "kubesphere.io/extension-ref": "demo" } },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "kubesphere:demo:helm-executor" },
    subjects: [{ kind: "ServiceAccount", name: "helm-executor.demo", namespace: "extension-demo" }],
  });
  const { spec } = only(resources, "demo-plan").inputs;
  expect(spec).toEqual({
    extension: { name: "demo", version: "0.1.0" },
    enabled: true,
    upgradeStrategy: "Manual",
    config: "# package sha256:0123\n",
  });
});

test("the state keeps the package's digest, not its bytes", async () => {
  const { resources } = await install(planStatus({ state: "Installed" }), { config: { demo: { replicaCount: 2 } } });
  expect(only(resources, "demo").inputs).toEqual({
    name: "demo",
    version: "0.1.0",
    package: "sha256:0123",
    enabled: true,
    config: { demo: { replicaCount: 2 } },
  });
  expect(only(resources, "demo-plan").inputs["spec"]).toMatchObject({ config: "demo:\n  replicaCount: 2\n# package sha256:0123\n" });
});

test("an extension that failed before does not break the preview of its mend", async () => {
  const { resources } = await install({ ...planStatus({ state: "InstallFailed" }), preview: true });
  expect(resources).toHaveLength(8);
});
