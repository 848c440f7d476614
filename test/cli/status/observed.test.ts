import { observe } from "../../../cli/status/observed";
import type { Listing, StoredObject } from "../../../cli/shared/cluster";
import { Failure } from "../../../cli/shared/command";

const object = (kind: string): StoredObject => ({ apiVersion: "v1", kind, metadata: { name: "a" } });
const clusterWithout = (...kinds: string[]) => ({
  read: () => Promise.resolve(undefined),
  list: ({ kind }: Listing) =>
    kinds.includes(kind)
      ? Promise.reject(
          new Failure(`https://k8s, ${kind} (list): User "me" cannot list resource "${kind.toLowerCase()}s" in API group "" (HTTP 403)`),
        )
      : Promise.resolve([object(kind)]),
});

test("what may not be read is named, and all else is told", async () => {
  const { unread, plans, warnings, deployments } = await observe(clusterWithout("Event", "Deployment"));
  expect(unread).toEqual([
    { kind: "Deployment", why: "the kubeconfig's user may not list deployments", matters: true },
    { kind: "Event", why: "the kubeconfig's user may not list events", matters: false },
  ]);
  expect({ plans, warnings, deployments }).toEqual({ plans: [object("InstallPlan")], warnings: [], deployments: [] });
});

test.each(["InstallPlan", "Extension"])("without %ss there is nothing to tell: it is an error", async (kind) => {
  await expect(observe(clusterWithout(kind))).rejects.toThrow(`${kind} (list)`);
});

test("a mistake of ours is not taken for a missing right", async () => {
  await expect(
    observe({ read: () => Promise.resolve(undefined), list: () => Promise.reject(new TypeError("x is undefined")) }),
  ).rejects.toThrow(TypeError);
});
