/** A namespace that is going changes while its finalizers are taken off: Kubernetes notes each step of the deletion. */
import { holding, lettingGo, type NamespaceApi } from "../../cli/shared/finalizers";

const OURS = "finalizers.kubesphere.io/namespaces";
const refused = (code: number) => Promise.reject(Object.assign(new Error(`HTTP-Code: ${code}`), { code }));

/** @param conflicts how often somebody writes in between */
function cluster(conflicts: number) {
  let version = 1;
  const patched: unknown[] = [];
  const api: NamespaceApi = {
    read: (name) => (name === "shop" ? Promise.resolve({ resourceVersion: `${version}`, finalizers: [OURS, "theirs"] }) : refused(404)),
    patch: (_, metadata) => {
      patched.push(metadata);
      return version++ <= conflicts ? refused(409) : Promise.resolve();
    },
  };
  return { patched, letGo: (name = "shop") => lettingGo(holding(api))(name, [OURS]) };
}

test("what was written in between is read anew, and the finalizers of others stay", async () => {
  const { patched, letGo } = cluster(2);
  await letGo();
  expect(patched).toEqual(["1", "2", "3"].map((resourceVersion) => ({ resourceVersion, finalizers: ["theirs"] })));
});

test("one that goes on changing ends with the API server's refusal, and one that is gone with nothing to do", async () => {
  await expect(cluster(100).letGo()).rejects.toThrow("Namespace shop: HTTP 409");
  await expect(cluster(0).letGo("gone")).resolves.toBeUndefined();
});
