/** The kubeconfigs that the scenarios call `$admin`, `$otheraddress`, `$unreachable` and `$limited`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "fs";
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

/** Of the user that a scenario named itself: others that run beside it have their own. */
const ownFile = (cwd: string) => join(cwd, "limited.kubeconfig");

/** @param cwd the scenario's folder */
export function kubeconfig(place: Place, name: string, cwd: string): string {
  if (name === "$limited" && existsSync(ownFile(cwd))) return readFileSync(ownFile(cwd), "utf8");
  return name === "$admin" ? admin(place) : readFileSync(file(place, name.slice(1)), "utf8");
}

const admin = ({ env }: Place): string => readFileSync(env["KUBECONFIG"] as string, "utf8");

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
  const token = await tokenOf(place, FEW);
  const changes: Readonly<Record<(typeof MADE)[number], (config: Kubeconfig) => void>> = {
    otheraddress: ({ clusters }) => eachServer(clusters, (server) => server.replace("127.0.0.1", "localhost")),
    // The port "discard", which nobody serves.
    unreachable: ({ clusters }) => eachServer(clusters, (server) => server.replace(/:\d+$/, ":9")),
    limited: actsAs(token),
  };
  for (const name of MADE) {
    mkdirSync(place.folder(name), { recursive: true });
    write(place, file(place, name), changes[name]);
  }
}

function write(place: Place, path: string, change: (config: Kubeconfig) => void): void {
  const config = load(admin(place)) as Kubeconfig;
  change(config);
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
}

const actsAs =
  (token: string) =>
  ({ users }: Kubeconfig): void =>
    users.forEach((entry) => (entry.user = { token }));

function eachServer(clusters: Kubeconfig["clusters"], change: (server: string) => string): void {
  for (const { cluster } of clusters) cluster.server = change(cluster.server);
}

/** Makes `$limited` a kubeconfig of `account` for the scenario in `cwd`, and the account itself where it is not there yet. */
export async function limit(place: Place, cwd: string, account: Account): Promise<void> {
  write(place, ownFile(cwd), actsAs(await tokenOf(place, account)));
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
