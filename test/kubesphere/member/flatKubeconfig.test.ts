/** Whoever may write a Cluster object must not read files of those who look at it, nor run commands as them. */
import { flatKubeconfig } from "../../../kubesphere/member/flatKubeconfig";

const kubeconfig = (cluster: object = {}, user: object = { token: "t" }) => ({
  apiVersion: "v1",
  "current-context": "edge",
  contexts: [{ name: "edge", context: { cluster: "edge", user: "me" } }],
  clusters: [{ name: "edge", cluster: { server: "https://edge:6443", ...cluster } }],
  users: [{ name: "me", user }],
});

test("a flat one is taken, in JSON or YAML", () => {
  expect(JSON.parse(flatKubeconfig(JSON.stringify(kubeconfig())))).toEqual(kubeconfig());
  expect(JSON.parse(flatKubeconfig("current-context: edge\nclusters: null\nusers: [null, {user: 3}]\n"))).toMatchObject({
    "current-context": "edge",
  });
});

test.each<[string, object]>([
  ["tokenFile", kubeconfig({}, { tokenFile: "/home/me/.secret" })],
  ["client-key", kubeconfig({}, { "client-key": "/home/me/.ssh/id_ed25519" })],
  ["certificate-authority", kubeconfig({ "certificate-authority": "/etc/shadow" })],
  ["exec", kubeconfig({}, { exec: { command: "sh" } })],
  ["proxy-url", kubeconfig({ "proxy-url": "http://evil:1" })],
])("%s is not followed", (field, config) => {
  expect(() => flatKubeconfig(JSON.stringify(config))).toThrow(
    `the kubeconfig of its Cluster object has ${field}, which is not followed here`,
  );
});

test.each([
  ["", "nothing"],
  ["/home/me/.kube/config", "a path"],
  ["a: [token-x", "no YAML"],
])("%j, %s, is refused without being quoted", (text) => {
  expect(() => flatKubeconfig(text)).toThrow(/^its Cluster object has no kubeconfig that can be read$/);
});
