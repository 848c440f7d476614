import { readFileSync } from "node:fs";
import { join } from "node:path";
import { goName } from "../../../sandbox/src/tools/build";
import { act, actionlint, crane, tools } from "../../../sandbox/src/tools/catalogue";
import { LANGUAGE_HOST_MODULE_VERSION, versions } from "../../../sandbox/src/versions";

const goModule = (folder: string) => readFileSync(join(__dirname, "../../../sandbox/tools", folder, "go.mod"), "utf8");
const required = (text: string, module: string) => new RegExp(`^\\s*${module.replaceAll(".", "\\.")} v(\\S+)`, "m").exec(text)?.[1];

test("what is built is what is pinned: go.mod has the versions of versions.ts", () => {
  const text = goModule("");
  expect({
    pulumi: required(text, "github.com/pulumi/pulumi/pkg/v3"),
    helm: required(text, "helm.sh/helm/v3"),
    kubernetes: required(text, "k8s.io/kubernetes"),
    etcd: required(text, "go.etcd.io/etcd/server/v3"),
    kwok: required(text, "sigs.k8s.io/kwok"),
    act: required(goModule("act"), "github.com/nektos/act"),
    actionlint: required(goModule("actionlint"), "github.com/rhysd/actionlint"),
    kustomize: required(goModule("kustomize"), "sigs.k8s.io/kustomize/kustomize/v5"),
    crane: required(goModule("crane"), "github.com/google/go-containerregistry"),
    languageHost: required(goModule("language-host"), "github.com/pulumi/pulumi/sdk/v3"),
  }).toEqual({
    ...Object.fromEntries(Object.entries(versions).map(([name, { pinned }]) => [name, pinned])),
    languageHost: LANGUAGE_HOST_MODULE_VERSION,
  });
});

test("what the language host and kustomize share with the other tools is of the same version, so that nobody waits for it twice", () => {
  // The SDK, of which the language host is a part; kustomize itself; what only Windows needs.
  const apart = /^(github\.com\/pulumi\/pulumi\/|sigs\.k8s\.io\/kustomize\/kustomize\/|github\.com\/Microsoft\/)/;
  const modules = (folder: string) =>
    new Map([...goModule(folder).matchAll(/^\t(\S+) (v\S+) \/\/ indirect$/gm)].map(([, name, version]) => [name, version]));
  const main = modules("");
  for (const folder of ["language-host", "kustomize"])
    expect(
      [...modules(folder)].filter(([name = "", version]) => main.has(name) && !apart.test(name) && main.get(name) !== version),
    ).toEqual([]);
});

test("every executable that is built is a tool of its module's go.mod, so that go.sum covers it", () => {
  const packages = (folder?: string) =>
    tools.flatMap(({ executables }) => executables.filter(({ goModule: module }) => module === folder).map(({ goPackage }) => goPackage));
  const listed = (text: string) =>
    [...text.matchAll(/^(?:tool|\t)\s*((?:github\.com|go\.etcd\.io|helm\.sh|k8s\.io|sigs\.k8s\.io)\/\S+)$/gm)].map(([, name]) => name);
  expect(listed(goModule("")).sort()).toEqual(packages().sort());
  for (const folder of ["language-host", "kustomize"]) expect(listed(goModule(folder))).toEqual(packages(folder));
  for (const { name, executables } of [act, actionlint, crane])
    expect(listed(goModule(name))).toEqual(executables.map(({ goPackage }) => goPackage));
});

test("a built executable is found under the name that Go gives it", () => {
  expect(["go.etcd.io/etcd/server/v3", "helm.sh/helm/v3/cmd/helm", "sigs.k8s.io/kustomize/kustomize/v5"].map(goName)).toEqual([
    "server",
    "helm",
    "kustomize",
  ]);
});

test("Linux downloads everything; macOS, for which no API server is published, pulumi, helm, kwok, kustomize, act, actionlint and crane", () => {
  const urls = (os: "linux" | "darwin", arch: "amd64" | "arm64") =>
    Object.fromEntries([...tools, act, actionlint, crane].map((tool) => [tool.name, tool.downloads({ os, arch }).map(({ url }) => url)]));
  expect(urls("linux", "amd64")).toEqual({
    pulumi: ["https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-linux-x64.tar.gz"],
    helm: ["https://get.helm.sh/helm-v3.22.0-linux-amd64.tar.gz"],
    kubernetes: ["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map(
      (name) => `https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/${name}`,
    ),
    etcd: ["https://github.com/etcd-io/etcd/releases/download/v3.7.0/etcd-v3.7.0-linux-amd64.tar.gz"],
    kwok: ["kwok", "kwokctl"].map((name) => `https://github.com/kubernetes-sigs/kwok/releases/download/v0.8.0/${name}-linux-amd64`),
    kustomize: ["https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv5.8.2/kustomize_v5.8.2_linux_amd64.tar.gz"],
    act: ["https://github.com/nektos/act/releases/download/v0.2.89/act_Linux_x86_64.tar.gz"],
    actionlint: ["https://github.com/rhysd/actionlint/releases/download/v1.7.12/actionlint_1.7.12_linux_amd64.tar.gz"],
    crane: ["https://github.com/google/go-containerregistry/releases/download/v0.22.1/go-containerregistry_Linux_x86_64.tar.gz"],
  });
  expect(urls("darwin", "arm64")).toEqual({
    pulumi: ["https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-darwin-arm64.tar.gz"],
    helm: ["https://get.helm.sh/helm-v3.22.0-darwin-arm64.tar.gz"],
    kubernetes: [],
    etcd: [],
    kwok: ["kwok", "kwokctl"].map((name) => `https://github.com/kubernetes-sigs/kwok/releases/download/v0.8.0/${name}-darwin-arm64`),
    kustomize: ["https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv5.8.2/kustomize_v5.8.2_darwin_arm64.tar.gz"],
    act: ["https://github.com/nektos/act/releases/download/v0.2.89/act_Darwin_arm64.tar.gz"],
    actionlint: ["https://github.com/rhysd/actionlint/releases/download/v1.7.12/actionlint_1.7.12_darwin_arm64.tar.gz"],
    crane: ["https://github.com/google/go-containerregistry/releases/download/v0.22.1/go-containerregistry_Darwin_arm64.tar.gz"],
  });
});
