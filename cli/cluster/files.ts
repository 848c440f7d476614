/** What the files of both major versions of KubeKey have in common. */
import { homedir } from "os";
import { resolve } from "path";
import { dump } from "js-yaml";
import type { KubekeySettings } from "../../settings/clusterSettings";

export interface KkCall {
  readonly args: readonly string[];
  /** Texts by the names that the arguments give them; they may hold passwords. */
  readonly files: Readonly<Record<string, string>>;
}

export interface KkCalls {
  create(settings: KubekeySettings): KkCall;
  /** undefined: it has none. */
  readonly upgrade: ((settings: KubekeySettings) => KkCall) | undefined;
  /** @param names of workers that `settings` has, and the cluster has not */
  addNodes(settings: KubekeySettings, names: readonly string[]): KkCall;
  /** @param name of a mere worker that `settings` has */
  deleteNode(settings: KubekeySettings, name: string): KkCall;
  deleteCluster(settings: KubekeySettings): KkCall;
  /** Where it leaves the kubeconfig, from the folder that it runs in. */
  readonly kubeconfig: string;
}

/** The name that nodes know the API server by. */
export const CONTROL_PLANE_DOMAIN = "lb.kubesphere.local";
export const API_SERVER_PORT = 6443;
/** Where local volumes are kept: the default of both. */
export const LOCAL_STORAGE_PATH = "/var/openebs/local";

/** The clusters' names within the kubeconfigs: by these it is seen later which KubeKey has made a cluster. */
export const CLUSTER_NAMES = { 3: "cluster.local", 4: "kubekey" } as const;

/** Every text is quoted: KubeKey reads YAML 1.1, to which a password such as `on` is none. */
export const asYaml = (file: object): string => dump(file, { forceQuotes: true, lineWidth: -1 });

/** Each secret that the files hold, in clear. */
export const secretsIn = ({ hosts, registry }: KubekeySettings): string[] => [
  ...hosts.flatMap(({ password }) => password ?? []),
  ...Object.values(registry.auths).map(({ password }) => password),
];

/** The file of an SSH key. */
export const keyFile = (path: string, checkout: string): string => resolve(checkout, path.replace(/^~(?=\/)/, homedir()));
