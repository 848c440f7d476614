import type { PreparedExtension } from "../../components/extensionArgs";
import type { ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { installation, install, later, pkg, PLATFORM, planStatus, types } from "../support/declaredExtension";
import { only } from "../support/mocks";

test("an upgrade may remove what only the version before it made: an installed version stays listed until it is replaced", async () => {
  const removable = { apiGroups: ["apps"], resources: ["daemonsets"], verbs: ["delete", "get"] };
  const before: ExtensionPackage = {
    ...pkg,
    rules: [{ ...removable, verbs: ["*"] }],
    clusterRules: [...pkg.clusterRules, { ...removable, resourceNames: ["web"] }],
  };
  const { resources } = await install({}, { versions: [before, later], install: { ...installation, version: "0.2.0" } });
  const executor = only(resources, "demo-executor").inputs as { rules: unknown };
  // KubeSphere writes the package's own rules over whatever this one has.
  expect(executor.rules).toEqual(later.clusterRules);
  const metadata = { name: "kubesphere:demo:helm-executor-leaving", labels: { "kubesphere.io/extension-ref": "demo" } };
  const subjects = [{ kind: "ServiceAccount", name: "helm-executor.demo", namespace: "extension-demo" }];
  const declared = resources
    .filter(({ name }) => name.includes("-leaving"))
    .map(({ inputs: { apiVersion, ...inputs } }) => ({ ...inputs, isRbac: String(apiVersion).startsWith("rbac") }));
  const here = { ...metadata, namespace: "extension-demo" };
  const roleRef = (kind: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name: metadata.name });
  expect(declared).toHaveLength(4);
  expect(declared).toEqual(
    expect.arrayContaining([
      { kind: "Role", metadata: here, rules: [removable], isRbac: true },
      { kind: "RoleBinding", metadata: here, roleRef: roleRef("Role"), subjects, isRbac: true },
      { kind: "ClusterRole", metadata, rules: [{ ...removable, resourceNames: ["web"] }], isRbac: true },
      { kind: "ClusterRoleBinding", metadata, roleRef: roleRef("ClusterRole"), subjects, isRbac: true },
    ]),
  );
});

test("without cluster-wide rights every preview shows a change of none: the API server makes null of an empty list", async () => {
  const { resources } = await install({}, { versions: [{ ...pkg, clusterRules: [] }] });
  expect(only(resources, "demo-executor").inputs).not.toHaveProperty("rules");
});

test("the objects that publish and install an extension are exactly those that KubeSphere's controllers look for", async () => {
  const { resources } = await install(planStatus({ state: "Installed" }));
  expect(types(resources)).toEqual({
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
    binaryData: { $secret: { "chart.tgz": "Y2hhcnQ=" } },
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
    config: `# package sha256:0123\n${PLATFORM}`,
  });
});

test("the state keeps digests of the package and its files, not its bytes", async () => {
  const settled = { ...installation, config: { demo: { replicaCount: 2 } } };
  const { resources } = await install(planStatus({ state: "Installed" }), { install: settled });
  expect(only(resources, "demo").inputs).toEqual({
    versions: { "0.1.0": { package: "sha256:0123", files: { "Chart.yaml": "0a1b2c3d4e5f" } } },
    install: { ...settled, injected: pkg.injected },
  });
  expect(only(resources, "demo-plan").inputs["spec"]).toMatchObject({
    config: `demo:\n  replicaCount: 2\n# package sha256:0123\n${PLATFORM}`,
  });
});

test("what KubeSphere sets over the config changes, and installed extensions keep what it was before, or a preview does not say why", async () => {
  const planOf = async (args: Partial<PreparedExtension>) => {
    const { resources } = await install(planStatus({ state: "Installed" }), args);
    const { config } = only(resources, "demo-plan").inputs["spec"] as { config: string };
    return { config, shown: only(resources, "demo").inputs };
  };
  const injected = { global: { extension: { ingress: { domainSuffix: "apps.example" } } } };
  const [before, after] = [await planOf({}), await planOf({ versions: [{ ...pkg, injected }] })];
  expect(after.config).not.toBe(before.config);
  expect(after.shown).toMatchObject({ install: { injected } });
  // Of ks-core's values, which are a secret as a whole.
  expect((await planOf({ isInjectedSecret: true })).shown).toMatchObject({ install: { $secret: { injected: pkg.injected } } });
});

test("an install that failed for a reason outside of the chart is rolled out again by another word in the configuration", async () => {
  const { resources } = await install(planStatus({ state: "Installed" }), { install: { ...installation, attempt: "2" } });
  expect(only(resources, "demo-plan").inputs["spec"]).toMatchObject({ config: `# package sha256:0123\n${PLATFORM}# attempt 2\n` });
});

test("an extension that failed before does not break the preview of its mend", async () => {
  const { resources } = await install({ ...planStatus({ state: "InstallFailed" }), preview: true });
  expect(resources).toHaveLength(8);
});

test("a secret config is one in the component and in the plan", async () => {
  const { resources } = await install({}, { install: { ...installation, config: { demo: { password: "fake" } } }, isSecret: true });
  const clear = resources.map(({ inputs }) => JSON.stringify(inputs, (key, value: unknown) => (key === "$secret" ? "" : value)));
  expect(clear.filter((text) => text.includes("fake"))).toEqual([]);
  expect(only(resources, "demo-plan").inputs["spec"]).toEqual({
    $secret: {
      extension: { name: "demo", version: "0.1.0" },
      enabled: true,
      upgradeStrategy: "Manual",
      config: `demo:\n  password: fake\n# package sha256:0123\n${PLATFORM}`,
    },
  });
});

test("no plan is made before KubeSphere lists every version that is published", async () => {
  const { resources } = await install({}, { versions: [pkg, later] });
  expect(Object.keys(types(resources))).toEqual(
    expect.arrayContaining(["demo-0.1.0-chart", "demo-0.1.0", "demo-0.2.0-chart", "demo-0.2.0"]),
  );
  const { annotations } = only(resources, "demo-extension").inputs["metadata"] as { annotations: Record<string, string> };
  expect(JSON.parse(annotations["pulumi.com/waitFor"] ?? "")).toEqual([
    'jsonpath={.status.versions[?(@.version=="0.1.0")].version}=0.1.0',
    'jsonpath={.status.versions[?(@.version=="0.2.0")].version}=0.2.0',
  ]);
  expect(only(resources, "demo-plan").inputs["spec"]).toMatchObject({ extension: { name: "demo", version: "0.1.0" } });
});

test("an extension that is only published has nothing that a plan would need", async () => {
  const { resources } = await install({}, { install: undefined });
  expect(Object.keys(types(resources)).sort()).toEqual(["demo", "demo-0.1.0", "demo-0.1.0-chart", "demo-extension"]);
  expect(only(resources, "demo").inputs["install"]).toBe(false);
});

test("a namespace of one's own is said to KubeSphere by every version, and to the executor's rights", async () => {
  const { resources } = await install({}, { versions: [pkg, later], install: { ...installation, namespace: "shops" } });
  for (const version of ["demo-0.1.0", "demo-0.2.0"]) expect(only(resources, version).inputs["spec"]).toMatchObject({ namespace: "shops" });
  expect(only(resources, "demo-namespace").inputs["metadata"]).toMatchObject({ name: "shops" });
  expect(only(resources, "demo-executor-binding").inputs["subjects"]).toEqual([
    { kind: "ServiceAccount", name: "helm-executor.demo", namespace: "shops" },
  ]);
});

test("a package that KubeSphere fetches by itself needs no ConfigMap", async () => {
  const chartURL = "https://charts.example.com/demo-0.1.0.tgz";
  const { resources } = await install({}, { versions: [{ ...pkg, chartURL }] });
  expect(types(resources)).not.toHaveProperty("demo-0.1.0-chart");
  expect(only(resources, "demo-0.1.0").inputs["spec"]).toEqual({ ...pkg.metadata, version: "0.1.0", chartURL });
  expect(only(resources, "demo").inputs["versions"]).toMatchObject({ "0.1.0": { chartURL } });
  // Another address updates the plan, and so waits for it anew.
  expect(only(resources, "demo-plan").inputs["metadata"]).toMatchObject({ annotations: { "kubesphere-luban/chart-url": chartURL } });
});
