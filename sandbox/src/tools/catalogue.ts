/** The tools that the sandbox runs, and where each can come from. */
import { versions, type ToolVersion } from "../versions.js";

export interface Platform {
  readonly os: "linux" | "darwin";
  readonly arch: "amd64" | "arm64";
}

export interface Download {
  readonly url: string;
  /** A list of `sum  name` lines, a bare sum, or GitHub's description of a release with its assets' digests. */
  readonly checksums: string;
  /** Executable name to the file's own name, or its path in the archive. */
  readonly executables: Readonly<Record<string, string>>;
}

/** Tools with a module folder each, so that another version of one builds nothing else anew; no sandbox needs any but kustomize. */
export const toolsOfTheirOwn = ["act", "actionlint", "crane", "kubectl", "kustomize"] as const;
type ToolOfItsOwn = (typeof toolsOfTheirOwn)[number];

export interface Executable {
  readonly name: string;
  /** Arguments that make it print its version; none for one that has no such option. */
  readonly versionArgs?: readonly string[];
  /** Its Go package, and the module folder under `sandbox/tools` that pins it. */
  readonly goPackage: string;
  readonly goModule?: "language-host" | ToolOfItsOwn;
  /** For Go's linker, beside those that everything is built with. */
  readonly linkerFlags?: readonly string[];
}

/** Executables of one version that are taken from one place together. */
export interface Tool {
  readonly name: string;
  readonly version: ToolVersion;
  readonly executables: readonly Executable[];
  /** None for a platform without official downloads. */
  downloads(platform: Platform): readonly Download[];
}

const github = (repository: string, version: string) => `https://github.com/${repository}/releases/download/v${version}`;

const pulumi: Tool = {
  name: "pulumi",
  version: versions.pulumi,
  executables: [
    { name: "pulumi", versionArgs: ["version"], goPackage: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
    {
      name: "pulumi-language-nodejs",
      goPackage: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      goModule: "language-host",
    },
  ],
  downloads({ os, arch }) {
    const version = versions.pulumi.pinned;
    const releases = "https://get.pulumi.com/releases/sdk";
    return [
      {
        url: `${releases}/pulumi-v${version}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`,
        checksums: `${releases}/pulumi-${version}-checksums.txt`,
        executables: { pulumi: "pulumi/pulumi", "pulumi-language-nodejs": "pulumi/pulumi-language-nodejs" },
      },
    ];
  },
};

/** As Helm's own Makefile has it: without them Helm takes every cluster that it does not ask for Kubernetes 1.20. */
const kubernetesOfHelm = ["chartutil", "lint/rules"].flatMap((name) => {
  const [major, minor] = versions.kubernetes.pinned.split(".");
  return [`-X helm.sh/helm/v3/pkg/${name}.k8sVersionMajor=${major}`, `-X helm.sh/helm/v3/pkg/${name}.k8sVersionMinor=${minor}`];
});

const helm: Tool = {
  name: "helm",
  version: versions.helm,
  executables: [
    {
      name: "helm",
      versionArgs: ["version", "--template", "{{.Version}}"],
      goPackage: "helm.sh/helm/v3/cmd/helm",
      linkerFlags: kubernetesOfHelm,
    },
  ],
  downloads({ os, arch }) {
    const url = `https://get.helm.sh/helm-v${versions.helm.pinned}-${os}-${arch}.tar.gz`;
    return [{ url, checksums: `${url}.sha256sum`, executables: { helm: `${os}-${arch}/helm` } }];
  },
};

const kubernetesExecutables = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];

const kubernetes: Tool = {
  name: "kubernetes",
  version: versions.kubernetes,
  executables: kubernetesExecutables.map((name) => ({ name, versionArgs: ["--version"], goPackage: `k8s.io/kubernetes/cmd/${name}` })),
  downloads({ os, arch }) {
    // Kubernetes publishes its server executables for Linux only.
    if (os !== "linux") return [];
    return kubernetesExecutables.map((name) => {
      const url = `https://dl.k8s.io/release/v${versions.kubernetes.pinned}/bin/${os}/${arch}/${name}`;
      return { url, checksums: `${url}.sha256`, executables: { [name]: name } };
    });
  },
};

const etcd: Tool = {
  name: "etcd",
  version: versions.etcd,
  executables: [{ name: "etcd", versionArgs: ["--version"], goPackage: "go.etcd.io/etcd/server/v3" }],
  downloads({ os, arch }) {
    // For macOS it is a zip archive; kube-apiserver has to be built there anyway, and etcd comes along with it.
    if (os !== "linux") return [];
    const releases = github("etcd-io/etcd", versions.etcd.pinned);
    const name = `etcd-v${versions.etcd.pinned}-${os}-${arch}`;
    return [{ url: `${releases}/${name}.tar.gz`, checksums: `${releases}/SHA256SUMS`, executables: { etcd: `${name}/etcd` } }];
  },
};

const kwok: Tool = {
  name: "kwok",
  version: versions.kwok,
  executables: ["kwok", "kwokctl"].map((name) => ({ name, versionArgs: ["--version"], goPackage: `sigs.k8s.io/kwok/cmd/${name}` })),
  downloads({ os, arch }) {
    const version = versions.kwok.pinned;
    return ["kwok", "kwokctl"].map((name) => ({
      url: `${github("kubernetes-sigs/kwok", version)}/${name}-${os}-${arch}`,
      executables: { [name]: `${name}-${os}-${arch}` },
      // kwok publishes no list of sums; GitHub keeps a digest of every asset.
      checksums: `https://api.github.com/repos/kubernetes-sigs/kwok/releases/tags/v${version}`,
    }));
  },
};

/** KubeSphere's executor labels by it what a chart renders. */
const kustomize: Tool = {
  name: "kustomize",
  version: versions.kustomize,
  executables: [{ name: "kustomize", versionArgs: ["version"], goPackage: "sigs.k8s.io/kustomize/kustomize/v5", goModule: "kustomize" }],
  downloads({ os, arch }) {
    const version = versions.kustomize.pinned;
    // The repository has several programs, whose tags begin with their names.
    const releases = `https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv${version}`;
    return [
      {
        url: `${releases}/kustomize_v${version}_${os}_${arch}.tar.gz`,
        checksums: `${releases}/checksums.txt`,
        executables: { kustomize: "kustomize" },
      },
    ];
  },
};

/** Checks the workflows. */
export const actionlint: Tool = {
  name: "actionlint",
  version: versions.actionlint,
  executables: [
    { name: "actionlint", versionArgs: ["-version"], goPackage: "github.com/rhysd/actionlint/cmd/actionlint", goModule: "actionlint" },
  ],
  downloads({ os, arch }) {
    const version = versions.actionlint.pinned;
    const releases = github("rhysd/actionlint", version);
    return [
      {
        url: `${releases}/actionlint_${version}_${os}_${arch}.tar.gz`,
        checksums: `${releases}/actionlint_${version}_checksums.txt`,
        executables: { actionlint: "actionlint" },
      },
    ];
  },
};

/** Runs the workflows, for their test. */
export const act: Tool = {
  name: "act",
  version: versions.act,
  executables: [{ name: "act", versionArgs: ["--version"], goPackage: "github.com/nektos/act", goModule: "act" }],
  downloads({ os, arch }) {
    const releases = github("nektos/act", versions.act.pinned);
    const name = `act_${os === "linux" ? "Linux" : "Darwin"}_${arch === "amd64" ? "x86_64" : arch}.tar.gz`;
    return [{ url: `${releases}/${name}`, checksums: `${releases}/checksums.txt`, executables: { act: "act" } }];
  },
};

/** For who has none and does by hand what the program does: the benchmark. */
export const kubectl: Tool = {
  name: "kubectl",
  version: versions.kubernetes,
  executables: [{ name: "kubectl", versionArgs: ["version", "--client"], goPackage: "k8s.io/kubernetes/cmd/kubectl", goModule: "kubectl" }],
  downloads({ os, arch }) {
    const url = `https://dl.k8s.io/release/v${versions.kubernetes.pinned}/bin/${os}/${arch}/kubectl`;
    return [{ url, checksums: `${url}.sha256`, executables: { kubectl: "kubectl" } }];
  },
};

/** Copies images between registries, for `luban mirror`. */
export const crane: Tool = {
  name: "crane",
  version: versions.crane,
  executables: [
    { name: "crane", versionArgs: ["version"], goPackage: "github.com/google/go-containerregistry/cmd/crane", goModule: "crane" },
  ],
  downloads({ os, arch }) {
    const releases = github("google/go-containerregistry", versions.crane.pinned);
    const name = `go-containerregistry_${os === "linux" ? "Linux" : "Darwin"}_${arch === "amd64" ? "x86_64" : arch}.tar.gz`;
    return [{ url: `${releases}/${name}`, checksums: `${releases}/checksums.txt`, executables: { crane: "crane" } }];
  },
};

/** What a sandbox needs. */
export const tools: readonly Tool[] = [pulumi, helm, kubernetes, etcd, kwok, kustomize];
