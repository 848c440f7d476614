/** The kubeconfigs that the scenarios call `$admin`, `$otheraddress`, `$unreachable` and `$limited`. */
import { mkdirSync, readFileSync, writeFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import { collection, type Api } from "./api";
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

/** Writes all but `$admin` where the stand-in looks for the API servers that it may touch: each counts as a sandbox of its own. */
export async function makeKubeconfigs(place: Place): Promise<void> {
  const admin = kubeconfig(place, "$admin");
  const token = await limitedToken(place.api);
  const changes: Record<(typeof MADE)[number], (config: Kubeconfig) => void> = {
    otheraddress: ({ clusters }) => eachServer(clusters, (server) => server.replace("127.0.0.1", "localhost")),
    // The port "discard", which nobody serves.
    unreachable: ({ clusters }) => eachServer(clusters, (server) => server.replace(/:\d+$/, ":9")),
    limited: ({ users }) => users.forEach((entry) => (entry.user = { token })),
  };
  for (const name of MADE) {
    const config = load(admin) as Kubeconfig;
    changes[name](config);
    mkdirSync(place.folder(name), { recursive: true });
    writeFileSync(file(place, name), JSON.stringify(config), { mode: 0o600 });
  }
}

function eachServer(clusters: Kubeconfig["clusters"], change: (server: string) => string): void {
  for (const { cluster } of clusters) cluster.server = change(cluster.server);
}

/** A token of `system:serviceaccount:rec-rbac:few`, who may get, list and watch ConfigMaps in the namespace `locked` and nothing else. */
async function limitedToken(api: Api): Promise<string> {
  const few: JsonObject = { name: "few" };
  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/locked";
  const accounts = "/api/v1/namespaces/rec-rbac/serviceaccounts";
  for (const name of ["rec-rbac", "locked"]) await api.do("POST", collection("namespace"), { metadata: { name } });
  await api.do("POST", accounts, { metadata: few });
  await api.do("POST", `${rbac}/roles`, {
    metadata: few,
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }],
  });
  await api.do("POST", `${rbac}/rolebindings`, {
    metadata: few,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "few" },
    subjects: [{ kind: "ServiceAccount", name: "few", namespace: "rec-rbac" }],
  });
  const { status } = await api.do("POST", `${accounts}/few/token`, { spec: { expirationSeconds: 24 * 3600 } });
  return (status as { token: string }).token;
}
