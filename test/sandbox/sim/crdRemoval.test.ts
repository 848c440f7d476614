import type { Cluster } from "../../../sandbox/src/sim/cluster";
import { removeCrds, type Crd } from "../../../sandbox/src/sim/crdRemoval";
import type { Informer } from "../../../sandbox/src/sim/informer";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const crd = (name: string, group: string): Crd => ({
  metadata: { name: `${name}.${group}` },
  spec: { group, names: { plural: name }, versions: [{ name: "v1" }] },
});

test("KubeSphere cannot be uninstalled for minutes where the API server puts off a CRD whose objects it could not list", async () => {
  const asked: string[] = [];
  let tell: (object: Crd, isGone: boolean) => void = () => undefined;
  const [first, late, others] = [crd("a", "kubesphere.io"), crd("b", "extensions.kubesphere.io"), crd("c", "example.com")];
  const crds = { items: [first, late, others], onChange: (listener: typeof tell) => (tell = listener) } as unknown as Informer<Crd>;
  const cluster = {
    list: () => Promise.resolve([]),
    delete: (path: string) => Promise.resolve(void asked.push(`delete ${path}`)),
    patch: (path: string) => {
      asked.push(`patch ${path}`);
      // It takes no notice of the first one, which does not reach it.
      if (asked.filter((it) => it.startsWith("patch")).length === 1) return Promise.reject(new Error("away"));
      tell(late, true);
      return Promise.resolve({});
    },
  } as unknown as Cluster;
  const removal = removeCrds(cluster, crds);
  await jest.advanceTimersByTimeAsync(0);
  tell(first, true);
  await jest.advanceTimersByTimeAsync(10_000);
  await removal;
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  expect(asked).toEqual([
    `delete ${path}/a.kubesphere.io`,
    `delete ${path}/b.extensions.kubesphere.io`,
    `patch ${path}/b.extensions.kubesphere.io`,
    `patch ${path}/b.extensions.kubesphere.io`,
  ]);
  expect(jest.getTimerCount()).toBe(0);
});
