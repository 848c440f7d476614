import { clusterEnvironment, fetchEnvironment, renderEnvironment, userFetchEnvironment } from "../../../kubesphere/chart/helmEnvironment";

const USER = {
  PATH: "/bin",
  HOME: "/home/me",
  TMPDIR: "/tmp",
  HTTPS_PROXY: "http://me:secret@proxy.example",
  no_proxy: "localhost",
  SSL_CERT_FILE: "/etc/ca.crt",
  KUBECONFIG: "/home/me/.kube/config",
  HELM_KUBETOKEN: "token",
  HELM_KUBEAPISERVER: "https://elsewhere.example",
  HELM_KUBECONTEXT: "production",
  HELM_NAMESPACE: "kube-system",
  HELM_DRIVER: "memory",
  HELM_PLUGINS: "/home/me/plugins",
  HELM_REGISTRY_CONFIG: "/home/me/registry.json",
  HELM_REPOSITORY_CONFIG: "/home/me/repositories.yaml",
  DOCKER_CONFIG: "/home/me/.docker",
  AWS_SECRET_ACCESS_KEY: "secret",
  GITHUB_TOKEN: "token",
  PULUMI_ACCESS_TOKEN: "token",
  PULUMI_CONFIG_PASSPHRASE: "passphrase",
  NODE_OPTIONS: "--require /home/me/hook.js",
  UNSET: undefined,
};
const own = {
  PATH: "/bin",
  TMPDIR: "/tmp",
  HOME: "/own",
  HELM_CACHE_HOME: "/own/cache",
  HELM_CONFIG_HOME: "/own/config",
  HELM_DATA_HOME: "/own/data",
  HELM_PLUGINS: "/dev/null",
  HELM_NO_PLUGINS: "1",
};
const network = { HTTPS_PROXY: "http://me:secret@proxy.example", no_proxy: "localhost", SSL_CERT_FILE: "/etc/ca.crt" };
const users = {
  ...network,
  PATH: "/bin",
  HOME: "/home/me",
  TMPDIR: "/tmp",
  DOCKER_CONFIG: "/home/me/.docker",
  AWS_SECRET_ACCESS_KEY: "secret",
  GITHUB_TOKEN: "token",
  NODE_OPTIONS: "--require /home/me/hook.js",
};

test("a chart is rendered with what the user has set for others: clouds, tokens, clusters, proxies, plugins", () => {
  expect(renderEnvironment("/own", USER)).toEqual(own);
});

test("what the cluster wants fetched gets past no proxy, or with the user's logins", () => {
  expect(fetchEnvironment("/own", USER)).toEqual({ ...own, ...network });
});

test("a registry that the user is logged in to refuses the program, or sees more than the login", () => {
  expect(userFetchEnvironment(USER)).toEqual({
    ...users,
    HELM_REGISTRY_CONFIG: "/home/me/registry.json",
    HELM_REPOSITORY_CONFIG: "/home/me/repositories.yaml",
    HELM_PLUGINS: "/dev/null",
    HELM_NO_PLUGINS: "1",
  });
});

test("Helm works on another cluster, namespace or store than the stack's because of a variable, or a kubeconfig's helper lacks its own", () => {
  expect(clusterEnvironment("/own/kubeconfig", USER)).toEqual({
    ...users,
    KUBECONFIG: "/own/kubeconfig",
    HELM_PLUGINS: "/dev/null",
    HELM_NO_PLUGINS: "1",
  });
});

test("a Helm that a killed run has left at work is not found by the sandbox's mark", () => {
  const marked = { ...USER, KUBESPHERE_SANDBOX_RUN: "/sandbox" };
  for (const environment of [renderEnvironment("/own", marked), userFetchEnvironment(marked), clusterEnvironment("/k", marked)])
    expect(environment).toHaveProperty("KUBESPHERE_SANDBOX_RUN", "/sandbox");
});
