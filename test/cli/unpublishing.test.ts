import { unpublish, type Source } from "../../cli/extension/unpublishing";
import { Failure } from "../../cli/shared/command";
import { nameOf, type KubernetesObject, type Listing, type StoredObject } from "../../cli/shared/cluster";

const CORE = "kubesphere.io/v1alpha1";
const RBAC = "rbac.authorization.k8s.io/v1";
const ofWeb = { "kubesphere.io/extension-ref": "web" };
const object = (apiVersion: string, kind: string, metadata: StoredObject["metadata"], more: object = {}): StoredObject => ({
  ...{ apiVersion, kind, metadata },
  ...more,
});

const plan = object(
  CORE,
  "InstallPlan",
  { name: "web", finalizers: ["kubesphere.io/installplan-protection"] },
  { spec: { extension: { name: "web", version: "1.2.3" } }, status: { state: "Installed" } },
);
const extension = object(CORE, "Extension", { name: "web" });
const version = (number: string, from = `extension-web-${number}-chart`) =>
  object(
    CORE,
    "ExtensionVersion",
    { name: `web-${number}`, labels: ofWeb },
    { spec: { version: number, chartDataRef: { name: from, namespace: "kubesphere-system", key: "chart.tgz" } } },
  );
const chart = (name: string) => object("v1", "ConfigMap", { name, namespace: "kubesphere-system" });
const role = object(RBAC, "ClusterRole", { name: "kubesphere:web:helm-executor", labels: ofWeb });
const binding = object(RBAC, "ClusterRoleBinding", { name: "kubesphere:web:helm-executor", labels: ofWeb });
const namespace = object("v1", "Namespace", { name: "extension-web", labels: { ...ofWeb, "kubesphere.io/managed": "true" } });
const inNamespace = (kind: string, name: string, more: object = {}) => object("v1", kind, { name, namespace: "extension-web" }, more);
const release = object(
  "v1",
  "Secret",
  { name: "sh.helm.release.v1.web.v1", namespace: "extension-web", labels: { name: "web" } },
  {
    type: "helm.sh/release.v1",
  },
);
const other = [
  object(CORE, "Extension", { name: "web-shop" }),
  object(CORE, "ExtensionVersion", { name: "web-shop-1.0.0", labels: { "kubesphere.io/extension-ref": "web-shop" } }),
  chart("extension-web-shop-1.0.0-chart"),
];
const PUBLISHED = [extension, version("1.2.3"), version("1.3.0"), chart("extension-web-1.2.3-chart"), chart("extension-web-1.3.0-chart")];
const INSTALLED = [plan, role, binding, namespace, release];

/** A cluster that holds objects; a deleted plan goes through these states, one each time that it is read, and takes its release with it. */
class FakeCluster implements Source {
  readonly server = "https://example.com";
  readonly removed: string[] = [];
  private objects: StoredObject[];
  private isDeleted = false;
  constructor(
    objects: readonly StoredObject[],
    private readonly states: object[] = [{ state: "Uninstalling", jobName: "job" }, { state: "Uninstalled" }],
    /** Pods of the release, by how often they are listed before they have ended. */
    private lives = 0,
  ) {
    this.objects = [...objects];
  }

  read(wanted: KubernetesObject): Promise<StoredObject | undefined> {
    const found = this.objects.find((it) => nameOf(it) === nameOf(wanted));
    if (found?.kind !== "InstallPlan" || !this.isDeleted) return Promise.resolve(found);
    const status = this.states.shift();
    if (status !== undefined) return Promise.resolve({ ...found, status });
    this.objects = this.objects.filter((it) => it !== found && it !== release);
    return Promise.resolve(undefined);
  }

  list({ kind, namespace: within, labelSelector }: Listing): Promise<readonly StoredObject[]> {
    const [key = "", value] = labelSelector?.split("=") ?? [];
    const found = this.objects.filter(
      ({ kind: its, metadata }) =>
        its === kind && (within === undefined || metadata.namespace === within) && (key === "" || metadata.labels?.[key] === value),
    );
    return Promise.resolve(kind === "Pod" && this.lives-- > 0 ? [...found, inNamespace("Pod", "web-0")] : found);
  }

  remove(wanted: KubernetesObject): Promise<void> {
    this.removed.push(nameOf(wanted));
    if (wanted.kind === "InstallPlan") this.isDeleted = true;
    else this.objects = this.objects.filter((it) => nameOf(it) !== nameOf(wanted));
    return Promise.resolve();
  }

  get left(): string[] {
    return this.objects.map(nameOf);
  }
}

const said: string[] = [];
const unpublishFrom = (cluster: Source, force = false) => unpublish(cluster, "web", { force, say: (text) => said.push(text), pause: 0 });

test("it is uninstalled first, while its version is there, and nothing is left of it, nor missing of another", async () => {
  const cluster = new FakeCluster([...PUBLISHED, ...INSTALLED, ...other], undefined, 3);
  const { removed, kept } = await unpublishFrom(cluster);
  expect(removed).toEqual([
    "InstallPlan web",
    "ConfigMap kubesphere-system/extension-web-1.2.3-chart",
    "ConfigMap kubesphere-system/extension-web-1.3.0-chart",
    "Extension web",
    "ExtensionVersion web-1.2.3",
    "ExtensionVersion web-1.3.0",
    "ClusterRoleBinding kubesphere:web:helm-executor",
    "ClusterRole kubesphere:web:helm-executor",
    "Namespace extension-web",
  ]);
  expect([cluster.removed, kept]).toEqual([removed, []]);
  expect(cluster.left).toEqual(other.map(nameOf));
  expect(said).toContain("KubeSphere: web is Uninstalling, Job job");
});

test("what was only published goes, too; a package that somebody keeps elsewhere stays", async () => {
  const theirs = chart("charts-of-the-team");
  const cluster = new FakeCluster([extension, version("1.2.3", "charts-of-the-team"), theirs]);
  expect((await unpublishFrom(cluster)).removed).toEqual(["Extension web", "ExtensionVersion web-1.2.3"]);
  expect(cluster.left).toEqual([nameOf(theirs)]);
});

test("a namespace with what somebody put there stays, and is named with it", async () => {
  const cluster = new FakeCluster([...PUBLISHED, ...INSTALLED, inNamespace("ConfigMap", "orders")]);
  expect((await unpublishFrom(cluster)).kept).toEqual([
    {
      object: "Namespace extension-web",
      why: "it holds ConfigMap orders",
      mend: "look at it, keep what is needed, then: kubectl delete namespace extension-web",
    },
  ]);
  expect(cluster.left).toEqual(["Namespace extension-web", "ConfigMap extension-web/orders"]);
});

test("a package at an address may have CRDs that stay: told, with the way to see them", async () => {
  const far = object(CORE, "ExtensionVersion", version("1.2.3").metadata, {
    spec: { version: "1.2.3", chartURL: "https://charts.example.com/web.tgz" },
  });
  expect((await unpublishFrom(new FakeCluster([extension, far, ...INSTALLED]))).kept).toEqual([
    {
      object: "what web-1.2.3 has in crds/",
      why: "Helm never removes it, and the package was not fetched to tell what it is",
      mend: "npx luban extension crds https://charts.example.com/web.tgz",
    },
  ]);
});

test("a Helm record that cannot be read, or a package that is none, keeps nothing from being unpublished", async () => {
  const damaged = { ...release, data: { release: "ZGFtYWdlZA==" } };
  const broken = { ...chart("extension-web-1.2.3-chart"), binaryData: { "chart.tgz": "bm8gY2hhcnQ=" } };
  const cluster = new FakeCluster([extension, version("1.2.3"), broken, plan, role, damaged]);
  expect((await unpublishFrom(cluster)).removed).toContain("ClusterRole kubesphere:web:helm-executor");
});

test("what a Repository lists is uninstalled and stays listed: the Repository would bring it back", async () => {
  const listed = [extension, version("1.2.3")].map((it) => ({
    ...it,
    metadata: { ...it.metadata, labels: { ...it.metadata.labels, "kubesphere.io/repository-ref": "museum" } },
  }));
  const cluster = new FakeCluster([...listed, ...INSTALLED]);
  expect((await unpublishFrom(cluster)).kept).toEqual([
    {
      object: "Extension web",
      why: "the Repository museum lists it, and would bring it back",
      mend: "take it out of that repository",
    },
  ]);
  expect(cluster.left).toEqual(listed.map(nameOf));
});

describe("nothing is touched", () => {
  const managed = { ...extension, metadata: { name: "web", managedFields: [{ manager: "pulumi-kubernetes-1a2b" }] } };
  test.each([
    [
      "of what a Pulumi stack manages",
      [managed],
      "Extension web: a Pulumi stack manages this extension here, and its next `pulumi up` would bring it back. " +
        "Take web out of `kubesphere:extensions` and run `pulumi up`, or add --force.",
    ],
    [
      "of a plan whose version is gone",
      [plan, extension, version("1.3.0")],
      "InstallPlan web: ExtensionVersion web-1.2.3 is gone, without which KubeSphere does not uninstall it, and its deletion would never end. " +
        "Publish web 1.2.3 again, then repeat this.",
    ],
    [
      "of an extension that runs without a plan",
      [extension, version("1.2.3"), namespace, role, release],
      "web still runs as the Helm release extension-web/web, and there is no InstallPlan by which KubeSphere would uninstall it: " +
        "helm uninstall web --namespace extension-web, then repeat this.",
    ],
    ["where there is no such extension", other, "https://example.com has no extension web; it has: web-shop"],
  ])("%s", async (_, objects, why) => {
    const cluster = new FakeCluster(objects);
    await expect(unpublishFrom(cluster)).rejects.toThrow(new Failure(why));
    expect([cluster.removed, cluster.left]).toEqual([[], objects.map(nameOf)]);
  });

  test("--force takes what a stack manages", async () => {
    expect((await unpublishFrom(new FakeCluster([managed]), true)).removed).toEqual(["Extension web"]);
  });
});

test("a plan that KubeSphere has never seen goes although its version is not there", async () => {
  const unseen = { ...plan, metadata: { name: "web" } };
  expect((await unpublishFrom(new FakeCluster([unseen], []))).removed).toEqual(["InstallPlan web"]);
});

test("an uninstall that fails ends with KubeSphere's reason, the log and the way out, and the rest is still there for another try", async () => {
  const message = "Helm was interrupted";
  const failed = {
    ...{ state: "UninstallFailed", jobName: "job", targetNamespace: "extension-web", configHash: "1" },
    conditions: [{ type: "Uninstalled", status: "False", reason: "UninstallFailed", message }],
  };
  const cluster = new FakeCluster([...PUBLISHED, ...INSTALLED], [failed]);
  await expect(unpublishFrom(cluster)).rejects.toThrow(
    "web: UninstallFailed: Helm was interrupted\nThe log of its Job: kubectl --namespace extension-web logs job/job\n" +
      "KubeSphere does not try again. Without a Job: kubectl annotate installplan web kubesphere.io/force-delete=true, then repeat this.",
  );
  expect(cluster.removed).toEqual(["InstallPlan web"]);
});
