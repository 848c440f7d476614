import { clusterContents } from "../../../components/cluster/clusterContents";
import { earlierPlans } from "../../../components/preparation/earlierPlans";
import type { ObjectMetadata } from "../../../kubesphere/cluster/clusterCheck";
import type { StoredPlan } from "../../../kubesphere/extension/rollout";

const plan = (name: string): StoredPlan => ({
  metadata: { name, uid: `uid-of-${name}` },
  spec: { extension: { name: "shop", version: "0.1.0" }, enabled: true },
  status: { state: "Installed", targetNamespace: `extension-${name}` },
});

/** @param found what the API server lists, by the beginning of the path */
async function asked(names: string[], plans: readonly StoredPlan[] | undefined, found: Record<string, readonly ObjectMetadata[]> = {}) {
  const paths: string[] = [];
  const cluster = {
    read: <T>(path: string) => {
      paths.push(path);
      return Promise.resolve(plans && ({ items: plans } as T));
    },
    metadata: (path: string) => {
      paths.push(path);
      return Promise.resolve(Object.entries(found).find(([start]) => path.startsWith(start))?.[1] ?? []);
    },
  };
  const earlier = await earlierPlans(cluster, await clusterContents(cluster), names);
  return { earlier: Object.fromEntries(earlier), paths: paths.map(decodeURIComponent) };
}

test("four questions tell of all plans which have lost their release; other people's plans are left alone", async () => {
  const { earlier, paths } = await asked(["demo", "shop"], [plan("demo"), plan("shop"), plan("theirs")], {
    "/api/v1/secrets": [{ name: "sh.helm.release.v1.demo.v1", namespace: "extension-demo", labels: { name: "demo" } }],
    "/api/v1/namespaces": [{ name: "extension-demo" }, { name: "extension-shop" }],
  });
  expect(earlier).toEqual({
    demo: { mark: undefined, loss: undefined },
    shop: { mark: "uid-of-shop", loss: "the namespace extension-shop has no Helm release shop" },
  });
  expect(paths).toEqual([
    "/api/v1/namespaces",
    "/apis/kubesphere.io/v1alpha1/installplans",
    "/apis/kubesphere.io/v1alpha1/extensions",
    "/api/v1/secrets?labelSelector=owner=helm,name in (demo,shop)",
  ]);
});

test("before there is a KubeSphere nobody is asked for its kinds, and where none of the plans is wanted nobody for releases", async () => {
  expect(await asked(["demo"], undefined)).toEqual({
    earlier: {},
    paths: ["/api/v1/namespaces", "/apis/kubesphere.io/v1alpha1/installplans"],
  });
  const { earlier, paths } = await asked(["demo"], [plan("theirs")]);
  expect([earlier, paths.some((path) => path.includes("secrets"))]).toEqual([{}, false]);
});
