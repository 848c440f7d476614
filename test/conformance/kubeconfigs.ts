/** The kubeconfigs that the scenarios call `$admin`, `$otheraddress`, `$unreachable` and `$limited`. */
import { mkdirSync, readFileSync, writeFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import type { Place } from "./sandbox";
import type { JsonObject } from "./vectors";

interface Kubeconfig {
  clusters: { cluster: { server: string } }[];
  users: { user: object }[];
}

export const MADE = ["otheraddress", "unreachable", "limited"] as const;

const file = ({ folder }: Place, name: string) => join(folder(name), "kubeconfig");

export const kubeconfig = (place: Place, name: string): string =>
  readFileSync(name === "$admin" ? (place.env["KUBECONFIG"] as string) : file(place, name.slice(1)), "utf8");

/** A ServiceAccount and all that it may do. */
export interface Account {
  /** Its namespace. */
  readonly home: string;
  readonly name: string;
  readonly verbs: readonly string[];
  /** Of the core group. */
  readonly resources: readonly string[];
  /** Where it may do it. */
  readonly namespace: string;
}

/** The user behind `$limited` for scenarios that do not say who it is. */
const FEW: Account = { home: "rec-rbac", name: "few", verbs: ["get", "list", "watch"], resources: ["configmaps"], namespace: "locked" };

/** Writes all but `$admin` where the stand-in looks for the API servers that it may touch: each counts as a sandbox of its own. */
export async function makeKubeconfigs(place: Place): Promise<void> {
  const admin = kubeconfig(place, "$admin");
  const changes: Readonly<Record<(typeof MADE)[number], (config: Kubeconfig) => void>> = {
    otheraddress: ({ clusters }) => eachServer(clusters, (server) => server.replace("127.0.0.1", "localhost")),
    // The port "discard", which nobody serves.
    unreachable: ({ clusters }) => eachServer(clusters, (server) => server.replace(/:\d+$/, ":9")),
    limited: () => undefined,
  };
  for (const name of MADE) write(place, name, admin, changes[name]);
  await limit(place, FEW);
}

function write(place: Place, name: string, admin: string, change: (config: Kubeconfig) => void): void {
  const config = load(admin) as Kubeconfig;
  change(config);
  mkdirSync(place.folder(name), { recursive: true });
  writeFileSync(file(place, name), JSON.stringify(config), { mode: 0o600 });
}

function eachServer(clusters: Kubeconfig["clusters"], change: (server: string) => string): void {
  for (const { cluster } of clusters) cluster.server = change(cluster.server);
}

/** Makes `$limited` a kubeconfig of `account`, and the account itself where it is not there yet. */
export async function limit(place: Place, account: Account): Promise<void> {
  const token = await tokenOf(place, account);
  write(place, "limited", kubeconfig(place, "$admin"), ({ users }) => users.forEach((entry) => (entry.user = { token })));
}

async function tokenOf({ api }: Place, { home, name, verbs, resources, namespace }: Account): Promise<string> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const accounts = `/api/v1/namespaces/${home}/serviceaccounts`;
  const make = (path: string, body: JsonObject) => api.do("POST", path, body, undefined, [409]);
  const metadata = { name };
  for (const name of [home, namespace]) await make("/api/v1/namespaces", { metadata: { name } });
  await make(accounts, { metadata });
  await make(`${rbac}/roles`, { metadata, rules: [{ apiGroups: [""], resources: [...resources], verbs: [...verbs] }] });
  await make(`${rbac}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ kind: "ServiceAccount", name, namespace: home }],
  });
  const { status } = await api.do("POST", `${accounts}/${name}/token`, { spec: { expirationSeconds: 24 * 3600 } });
  return (status as { token: string }).token;
}
