import type { Follow, Followed } from "../../components/cluster/rollouts";
import type { KubernetesObject, StoredObject } from "../../cli/shared/cluster";
import { publish, type Target } from "../../cli/extension/publishing";
import { packageExtension, type ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { withAddress } from "../../kubesphere/extension/installPlan";
import { SMALL_CHART, temporaryFolders } from "../support/charts";
import { RENDERING } from "../support/rendering";

const folder = temporaryFolders();
let pkg: ExtensionPackage;
beforeAll(async () => {
  pkg = await packageExtension(await folder(SMALL_CHART), RENDERING);
});

type Status = Readonly<Record<string, unknown>>;
const key = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;
const LISTED: Status = { versions: [{ version: "1.2.3" }] };
const CONFIG = "web: {}\n";

const asStored = (object: KubernetesObject, { metadata, ...rest }: Stored = {}): StoredObject => ({
  ...object,
  ...rest,
  metadata: { uid: "uid-1", generation: 2, ...object.metadata, ...metadata },
});
type Stored = { readonly metadata?: Partial<StoredObject["metadata"]>; readonly status?: unknown };

/** A cluster whose objects have these statuses, one after the other, each time they are read after they were applied. */
class FakeCluster implements Target {
  readonly server = "https://example.com";
  readonly applied: KubernetesObject[] = [];
  constructor(
    private readonly statuses: Record<string, Status[]>,
    private readonly stored: Record<string, Stored> = {},
  ) {}

  read(object: KubernetesObject): Promise<StoredObject | undefined> {
    const name = key(object);
    if (!this.applied.some((one) => key(one) === name)) {
      const stored = this.stored[name];
      return Promise.resolve(stored && asStored(object, stored));
    }
    const statuses = this.statuses[name] ?? [];
    return Promise.resolve(asStored(object, { status: statuses.length > 1 ? statuses.shift() : statuses[0] }));
  }

  apply(object: KubernetesObject): Promise<StoredObject> {
    this.applied.push(object);
    return Promise.resolve(asStored(object));
  }
}

const said: string[] = [];
const followed: Partial<Followed>[] = [];
const installs: Follow = ({ say, ...plan }) => {
  followed.push(plan);
  say("Installing, Job job");
  return Promise.resolve(undefined);
};
const publishTo = (cluster: Target, { install = true, force = false, follow = installs } = {}) =>
  publish(cluster, pkg, {
    follow,
    installation: install ? { version: "1.2.3", enabled: true, namespace: "extension-web", config: CONFIG } : undefined,
    force,
    say: (text) => said.push(text),
    pause: 0,
  });

test("the plan comes after KubeSphere lists the version, else it would never be looked at; nothing carries Pulumi's annotations", async () => {
  const cluster = new FakeCluster({ "Extension web": [{}, LISTED] });
  await publishTo(cluster);
  expect(cluster.applied.map(key)).toEqual([
    "ConfigMap extension-web-1.2.3-chart",
    "ExtensionVersion web-1.2.3",
    "Extension web",
    "InstallPlan web",
  ]);
  expect(cluster.applied.flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {}))).toEqual([]);
  expect(cluster.applied[3]).toMatchObject({ spec: { config: withAddress(CONFIG, pkg), enabled: true } });
  expect(said).toContain("KubeSphere: web 1.2.3: Installing, Job job");
});

test("without an install nothing is installed", async () => {
  const cluster = new FakeCluster({ "Extension web": [LISTED] });
  await publishTo(cluster, { install: false });
  expect(cluster.applied.map(({ kind }) => kind)).toEqual(["ConfigMap", "ExtensionVersion", "Extension"]);
});

test("what a Pulumi stack manages is left alone, unless asked for", async () => {
  const stored = { "Extension web": { metadata: { managedFields: [{ manager: "pulumi-kubernetes-1a2b" }] } } };
  const cluster = new FakeCluster({ "Extension web": [LISTED] }, stored);
  await expect(publishTo(cluster)).rejects.toThrow(/^Extension web: a Pulumi stack manages this extension here, .*add --force\.$/);
  expect(cluster.applied).toEqual([]);
  await publishTo(cluster, { force: true });
  expect(cluster.applied).toHaveLength(4);
});

test("it ends with the rollout of the plan that it has written, and of no other, and with what Helm said of a failed one", async () => {
  followed.length = 0;
  await publishTo(new FakeCluster({ "Extension web": [LISTED] }));
  expect(followed).toEqual([{ name: "web", uid: "uid-1", generation: 2, isSecret: false }]);
  const follow: Follow = () => Promise.resolve({ reason: "UpgradeFailed: no database\nThe log of its Job: …", leaving: [] });
  await expect(publishTo(new FakeCluster({ "Extension web": [LISTED] }), { follow })).rejects.toThrow(
    "web 1.2.3: UpgradeFailed: no database\nThe log of its Job: …",
  );
});
