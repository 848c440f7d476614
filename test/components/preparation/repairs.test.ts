import { gzipSync } from "zlib";
import { withRepairs } from "../../../components/preparation/repairs";
import { installPlan } from "../../../kubesphere/extension/extensionObjects";
import type { Installation } from "../../../kubesphere/extension/extensionInstall";
import type { ExtensionPackage } from "../../../kubesphere/extension/extensionPackage";
import { configHash, type InstallPlanStatus } from "../../../kubesphere/extension/installPlan";
import { earlierPlan } from "../../../kubesphere/extension/lostReleases";
import type { RenderedObject } from "../../../kubesphere/chart/renderedObject";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";
import { rendered } from "../../support/rendered";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const deployment = rendered("apps/v1 Deployment web", { spec: { replicas: 2 } });
const service = rendered("v1 Service web");
const OBJECTS = [deployment, service];
const discovery = {
  apiVersions: ["apps/v1/Deployment", "v1/Service", "apiextensions.k8s.io/v1/CustomResourceDefinition"],
  resources: [],
};

const extension = (name: string, made = OBJECTS) => {
  const learnt = { made: made.map(({ apiVersion, kind, metadata }) => ({ apiVersion, kind, ...metadata })) };
  const pkg = { name, version: "0.1.0", digest: "sha256:ab", injected: {}, metadata: {}, learnt } as unknown as ExtensionPackage;
  const install: Installation = { version: "0.1.0", enabled: true, namespace: `extension-${name}`, config: {} };
  return { versions: [pkg], install };
};
type Extension = ReturnType<typeof extension>;

function stored({ versions: [pkg], install }: Extension, status: InstallPlanStatus = {}, spec: object = {}): StoredPlan {
  const { metadata, spec: declared } = installPlan(pkg as ExtensionPackage, install);
  const installed = { state: "Installed", version: "0.1.0", enabled: true, configHash: configHash(declared.config) };
  return {
    metadata: { ...metadata, uid: `uid-${metadata.name}`, generation: 1 },
    spec: { ...declared, ...spec },
    status: { ...installed, targetNamespace: install.namespace, ...status },
  };
}

const live = (object: RenderedObject, name: string, fields: object = {}) => ({
  ...{ ...object, ...fields },
  metadata: { ...object.metadata, namespace: `extension-${name}` },
});
const secret = (objects: readonly object[]) => {
  const record = {
    version: 3,
    info: { status: "deployed" },
    chart: { metadata: { version: "0.1.0" } },
    manifest: objects.map((it) => `---\n${JSON.stringify(it)}\n`).join(""),
  };
  return { data: { release: Buffer.from(gzipSync(JSON.stringify(record)).toString("base64")).toString("base64") } };
};

interface World {
  readonly deployments?: readonly object[];
  readonly services?: readonly RenderedObject[];
  /** Without the label. */
  readonly bare?: Readonly<Record<string, object>>;
  readonly autoscalers?: readonly object[];
  /** What Helm has made. */
  readonly release?: readonly object[];
}

async function found(extensions: readonly Extension[], plans: readonly StoredPlan[], world: World, returning = new Set<string>()) {
  const paths: string[] = [];
  const cluster = {
    read: <T>(path: string) => {
      paths.push(decodeURIComponent(path));
      const answer = () => {
        if (path.startsWith("/apis/apps/v1/deployments?")) return { items: world.deployments ?? [] };
        if (path.includes("/secrets?")) return { items: [secret(world.release ?? OBJECTS)] };
        if (path.endsWith("/horizontalpodautoscalers")) return { items: world.autoscalers ?? [] };
        return world.bare?.[path];
      };
      return Promise.resolve(answer() as T | undefined);
    },
    metadata: (path: string) => {
      paths.push(decodeURIComponent(path));
      if (path.startsWith("/apis/shop.example/")) return Promise.reject(new Error("404 page not found"));
      const all = path.startsWith("/api/v1/services?") ? (world.services ?? []) : [];
      return Promise.resolve(all.map(({ metadata }) => metadata as { name: string; namespace: string }));
    },
  };
  const surroundings = {
    releases: new Set(extensions.map(({ install: { namespace }, versions: [pkg] }) => `${namespace}/${pkg?.name}`)),
    namespaces: new Set(extensions.map(({ install }) => install.namespace)),
  };
  const earlier = new Map(plans.map((plan) => [plan.metadata.name, earlierPlan(plan, surroundings)]));
  const after = await withRepairs(cluster, discovery, plans, earlier, extensions, returning, NOW);
  return { paths, broken: (name: string) => after.get(name)?.repair?.broken, told: (name: string) => after.get(name)?.repair?.told };
}

const LISTS = ["/apis/apps/v1/deployments", "/api/v1/services"].map((it) => `${it}?labelSelector=kubesphere.io/extension-ref`);

test("a hundred extensions of which nothing is lost cost a list for each kind of object, and nothing is declared otherwise", async () => {
  const extensions = Array.from({ length: 100 }, (_, index) => extension(`shop-${index}`));
  const names = extensions.map(({ versions: [pkg] }) => pkg?.name ?? "");
  const { paths, broken } = await found(
    extensions,
    extensions.map((it) => stored(it)),
    { deployments: names.map((name) => live(deployment, name)), services: names.map((name) => live(service, name)) },
  );
  expect(paths.sort()).toEqual([...LISTS].sort());
  expect(names.filter((name) => broken(name) !== undefined)).toEqual([]);
});

const demo = extension("demo");
const web = live(deployment, "demo");
const AT_REST = live(deployment, "demo", { spec: { replicas: 0 } });

test("what is gone, or scaled to 0, rolls out the extension that has lost it, and no other", async () => {
  const shop = extension("shop");
  const { broken, paths } = await found([demo, shop], [stored(demo), stored(shop)], {
    deployments: [web, live(deployment, "shop")],
    services: [live(service, "shop")],
  });
  expect([broken("demo"), broken("shop")]).toEqual(["Service web is gone", undefined]);
  expect(paths.filter((path) => path.includes("/secrets?"))).toHaveLength(1);
  const scaled = await found([demo], [stored(demo)], { deployments: [AT_REST], services: [live(service, "demo")] });
  expect(scaled.broken("demo")).toBe("Deployment extension-demo/web is scaled to 0");
});

test("what an autoscaler holds at 0, and what only lost its label, rolls out nothing", async () => {
  const services = [live(service, "demo")];
  const autoscaler = rendered("autoscaling/v2 HorizontalPodAutoscaler extension-demo/keda-web", {
    spec: { scaleTargetRef: { kind: "Deployment", name: "web" } },
  });
  const held = await found([demo], [stored(demo)], { deployments: [AT_REST], services, autoscalers: [autoscaler] });
  expect(held.broken("demo")).toBeUndefined();
  const bare = { "/apis/apps/v1/namespaces/extension-demo/deployments/web": web };
  expect((await found([demo], [stored(demo)], { services, bare })).broken("demo")).toBeUndefined();
});

test("a Deployment whose replicas the chart leaves open is at 0 after a rollout, too: the command is told", async () => {
  const release = [rendered("apps/v1 Deployment web"), service];
  const { broken, told } = await found([demo], [stored(demo)], { deployments: [AT_REST], services: [live(service, "demo")], release });
  expect([broken("demo"), told("demo")]).toEqual([
    undefined,
    [
      "Deployment extension-demo/web is scaled to 0, which no rollout mends: kubectl scale deployment web --namespace extension-demo --replicas 1",
    ],
  ]);
});

test("what a render makes and Helm did not, since the chart looks into the cluster, is not missed", async () => {
  const { broken } = await found([demo], [stored(demo)], { deployments: [web], release: [deployment] });
  expect(broken("demo")).toBeUndefined();
});

test.each<[string, InstallPlanStatus, object]>([
  ["is on its way", { state: "Upgrading" }, {}],
  ["has failed", { state: "UpgradeFailed" }, {}],
  ["is to be rolled out for another reason", {}, { config: "another" }],
  ["is of another version", { version: "0.0.9" }, { extension: { name: "demo", version: "0.0.9" } }],
])("nobody is asked about an extension that %s: it is rolled out anyway, or tells of itself", async (_, status, spec) => {
  expect((await found([demo], [stored(demo, status, spec)], {})).paths).toEqual([]);
});

const BASKET = rendered("shop.example/v1 Basket mine");
const WHOLE = { deployments: [web], services: [live(service, "demo")] };

test("what a release had of a kind that comes back with its CRD is lost, too, and comes back in the same run", async () => {
  const custom = extension("demo", [...OBJECTS, BASKET]);
  const { broken, paths } = await found(
    [custom],
    [stored(custom)],
    { ...WHOLE, release: [...OBJECTS, BASKET] },
    new Set(["shop.example/v1 Basket"]),
  );
  expect(broken("demo")).toBe("Basket mine is gone");
  // The API server knows no such kind.
  expect(paths.filter((path) => path.includes("basket"))).toEqual([]);
});

test("a release with objects of a kind that is gone, and that nothing here brings, is left alone: Helm upgrades none such; what has to be there first is told", async () => {
  const custom = extension("demo", [...OBJECTS, BASKET]);
  const all = await found([custom], [stored(custom)], { release: [...OBJECTS, BASKET] });
  expect([all.broken("demo"), all.told("demo")]).toEqual([
    undefined,
    [
      "Deployment web is gone, Service web is gone, Basket mine is gone with its kind: the cluster has no Basket of shop.example/v1. " +
        "Nothing that is installed here brings that kind: once what does is there again, a run brings them back; " +
        "till then nothing of the extension can be rolled out",
    ],
  ]);
  const { told } = await found([custom], [stored(custom)], { ...WHOLE, release: [...OBJECTS, BASKET] });
  expect(told("demo")).toEqual([expect.stringMatching(/^Basket mine is gone with .* a run brings it back; /)]);
});

test("a CRD among templates that is gone with objects of its release is told with its way: a rollout would fail, also where the chart makes them of a kind that is served alone", async () => {
  const crd = rendered("apiextensions.k8s.io/v1 CustomResourceDefinition baskets.shop.example", {
    spec: { group: "shop.example", names: { kind: "Basket", plural: "baskets" } },
  });
  const told = [
    "CustomResourceDefinition baskets.shop.example is gone, which no rollout mends: helm get manifest demo --namespace extension-demo | " +
      "npx luban extension crds - baskets.shop.example | kubectl apply --server-side --force-conflicts -f -",
  ];
  for (const made of [
    [...OBJECTS, crd, BASKET],
    [...OBJECTS, crd],
  ]) {
    const custom = extension("demo", made);
    const all = await found([custom], [stored(custom)], { ...WHOLE, release: [...OBJECTS, crd, BASKET] });
    expect([all.broken("demo"), all.told("demo")]).toEqual([undefined, told]);
  }
  const alone = extension("demo", [...OBJECTS, crd]);
  const { broken } = await found([alone], [stored(alone)], { ...WHOLE, release: [...OBJECTS, crd] });
  expect(broken("demo")).toBe("CustomResourceDefinition baskets.shop.example is gone");
});
