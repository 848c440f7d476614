/** A stand-in for KubeKey 3 or 4: it records what it was given, and leaves what that one leaves. */
import { appendFile, readFile, writeFile } from "fs/promises";
import { join } from "path";

export interface Behaviour {
  /** @default 3 */
  readonly major?: 3 | 4;
  /** As `kk version` prints it. */
  readonly version?: string;
  /** What `--show-supported-k8s` lists; a KubeKey 4 prints a config for these. */
  readonly supported?: readonly string[];
  readonly lines?: readonly string[];
  /** A file that must be there before it goes on after its first line. */
  readonly waitsFor?: string;
  /** What it leaves as kubeconfig. */
  readonly kubeconfig?: string;
  readonly exitCode?: number;
}

export interface KkCall {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly cwdMode: string;
  /** By name, with their modes. */
  readonly files: Readonly<Record<string, { readonly text: string; readonly mode: string }>>;
}

/** It starts Node only for a cluster, since that takes longer than what most tests ask of it. KubeKey 4 prints its version as an error. */
const PROGRAMS = {
  3: `#!/bin/sh
here=$(dirname "$0")
case "$*" in
  version) exec cat "$here/version" ;;
  version*) exec cat "$here/supported" ;;
  *) exec node "$here/cluster.js" "$@" ;;
esac
`,
  4: `#!/bin/sh
here=$(dirname "$0")
case "$*" in
  version) cat "$here/version" >&2 ;;
  "create inventory") exec cat "$here/printed-inventory" ;;
  "create config --with-kubernetes "*)
    grep -qxF "$4" "$here/supported" || { echo "failed to get local configFile template" >&2; exit 1; }
    sed "s/KUBERNETES/$4/" "$here/printed-config" ;;
  *) exec node "$here/cluster.js" "$@" ;;
esac
`,
} as const;

/** Some of what KubeKey 4.0.6 prints: lists and maps that a stack has settings for, and others. */
const PRINTED = {
  "printed-inventory": `# This is a stand-in for KubeKey 4.
apiVersion: kubekey.kubesphere.io/v1
kind: Inventory
metadata:
  name: default
spec:
  hosts: # node1: …
  groups:
    k8s_cluster: { groups: [kube_control_plane, kube_worker] }
    kube_control_plane: { hosts: [localhost] }
    kube_worker: { hosts: [localhost] }
    etcd: { hosts: [localhost] }
`,
  "printed-config": `# This is a stand-in for KubeKey 4.
apiVersion: kubekey.kubesphere.io/v1
kind: Config
spec:
  zone: ""
  kubernetes:
    kube_version: KUBERNETES
    helm_version: v3.18.5
    sandbox_image: { tag: "3.10" }
    control_plane_endpoint: { type: local, haproxy: { image: { tag: 2.9.6-alpine } } }
  etcd: { etcd_version: v3.5.11 }
  image_registry: { type: "", ha_vip: "" }
  cri: { container_manager: containerd, crictl_version: v1.25.0 }
  cni: { type: calico }
  storage_class: { local: { enabled: true, default: true }, nfs: { enabled: false } }
  image_manifests: []
`,
};

const CLUSTER = `const fs = require("fs");
const path = require("path");
const { major = 3, lines = [], waitsFor, kubeconfig, exitCode = 0 } = JSON.parse(fs.readFileSync(path.join(__dirname, "behaviour.json"), "utf8"));
const args = process.argv.slice(2);
const mode = (file) => (fs.statSync(file).mode & 0o777).toString(8);
const there = (file) =>
  new Promise((done) => {
    const watcher = fs.watch(path.dirname(file), () => look());
    const look = () => fs.existsSync(file) && (watcher.close(), done());
    look();
  });
(async () => {
  const named = ["-f", "-i", "-c"].filter((option) => args.includes(option)).map((option) => args[args.indexOf(option) + 1]);
  const files = Object.fromEntries(named.map((file) => [file, { text: fs.readFileSync(file, "utf8"), mode: mode(file) }]));
  const call = { args, cwd: process.cwd(), cwdMode: mode("."), files };
  fs.appendFileSync(path.join(__dirname, "calls"), JSON.stringify(call) + "\\n");
  for (const [index, line] of lines.entries()) {
    console.log(line);
    if (index === 0 && waitsFor !== undefined) await there(waitsFor);
  }
  if (kubeconfig !== undefined) {
    fs.mkdirSync("kubekey/pki/etcd", { recursive: true });
    fs.writeFileSync(major === 3 ? "kubekey/config-kubesphere" : "kubekey/kubeconfig", kubeconfig);
  }
  if (exitCode !== 0) console.error("error: Pipeline[CreateClusterPipeline] execute failed");
  process.exitCode = exitCode;
})();
`;

/** What KubeKey 3.1.12 says of itself. */
export const KK_VERSION =
  'kk version: &version.Info{Major:"3", Minor:"1", GitVersion:"v3.1.12", GoVersion:"go1.19.13", Platform:"linux/amd64"}';
/** What KubeKey 4.0.6 says of itself, as an error. */
const KK4_VERSION = '{"gitVersion":"v4.0.6","goVersion":"go1.26.8","compiler":"gc","platform":"linux/amd64"}';
const SUPPORTED = ["v1.25.3", "v1.25.4", "v1.26.0"];

/** @param folder where nothing else is; the program there is called `kk` */
export async function standInKk(folder: string, behaviour: Behaviour) {
  const program = join(folder, "kk");
  const behave = async ({ version = behaviour.major === 4 ? KK4_VERSION : KK_VERSION, supported = SUPPORTED, ...as }: Behaviour) => {
    const files = {
      version: `${version}\n`,
      supported: supported.map((it) => `${it}\n`).join(""),
      "behaviour.json": JSON.stringify({ major: behaviour.major, ...as }),
      ...PRINTED,
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  };
  await behave(behaviour);
  await writeFile(join(folder, "cluster.js"), CLUSTER);
  await writeFile(program, PROGRAMS[behaviour.major ?? 3], { mode: 0o755 });
  await appendFile(join(folder, "calls"), "");
  return {
    program,
    behave,
    /** Those that were given files, in order. */
    calls: async (): Promise<KkCall[]> => {
      const lines = (await readFile(join(folder, "calls"), "utf8")).split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line) as KkCall);
    },
  };
}
