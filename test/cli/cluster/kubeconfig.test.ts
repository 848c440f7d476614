import { load } from "js-yaml";
import { madeBy, reachable } from "../../../cli/cluster/kubeconfig";
import { KUBECONFIG, settings } from "./support";

test("the kubeconfig names the control plane as this machine reaches it, and nothing that its one context does not need", () => {
  expect(load(reachable(KUBECONFIG, settings()))).toEqual({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "kubernetes-admin@cluster.local",
    contexts: [{ name: "kubernetes-admin@cluster.local", context: { cluster: "cluster.local", user: "kubernetes-admin" } }],
    clusters: [{ name: "cluster.local", cluster: { "certificate-authority-data": "Y2E=", server: "https://192.168.0.1:6443" } }],
    users: [{ name: "kubernetes-admin", user: { "client-certificate-data": "Y2VydA==", "client-key-data": "cHJpdmF0ZQ==" } }],
  });
});

test("what is no kubeconfig is not quoted: it may hold a key", () => {
  expect(() => reachable("client-key-data: cHJpdmF0ZQ==: oops\n", settings())).toThrow(
    /^the kubeconfig that KubeKey left cannot be read: run the same command again$/,
  );
});

test("KubeKey 4's, which has a name that only nodes know, leads to the control plane, too", () => {
  const left = KUBECONFIG.replace("https://10.0.0.1:6443", "https://lb.kubesphere.local:6443");
  expect(load(reachable(left, settings()))).toMatchObject({ clusters: [{ cluster: { server: "https://192.168.0.1:6443" } }] });
});

test("which KubeKey has made a cluster is known as far as the name tells that our files give it", () => {
  expect(madeBy(KUBECONFIG)).toBe(3);
  expect(madeBy(KUBECONFIG.replaceAll("cluster.local", "kubekey"))).toBe(4);
  expect(madeBy(KUBECONFIG.replaceAll("cluster.local", "kind"))).toBeUndefined();
  expect(madeBy("/nowhere")).toBeUndefined();
});
