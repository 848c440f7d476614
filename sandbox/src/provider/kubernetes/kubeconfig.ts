import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { load } from "js-yaml";

/** How to reach one API server, with every file of the kubeconfig read in. */
export interface Access {
  readonly server: string;
  /** PEM */
  readonly ca?: string;
  /** PEM */
  readonly cert?: string;
  /** PEM */
  readonly key?: string;
  readonly token?: string;
  /** The context's namespace. @default "default" */
  readonly namespace: string;
  /** The kubeconfig itself, as a one-context file that names no other file: what Helm gets. */
  readonly kubeconfig: string;
}

interface Named {
  name: string;
  [section: string]: unknown;
}
type Section = Record<string, string | undefined>;

function pick(list: unknown, name: string | undefined, what: "cluster" | "context" | "user"): Section {
  const found = ((list ?? []) as Named[]).find((entry) => entry.name === name);
  if (!found) throw new Error(`kubeconfig: there is no ${what} "${name ?? ""}"`);
  return (found[what] ?? {}) as Section;
}

function pem(section: Section, field: string, folder: string): string | undefined {
  const data = section[`${field}-data`];
  if (data) return Buffer.from(data, "base64").toString();
  const file = section[field];
  return file ? readFileSync(resolve(folder, file), "utf8") : undefined;
}

/**
 * @param kubeconfig the file's path or its text, as the provider's setting allows
 * @param context name of the context; the current one by default
 * @param cluster name of a cluster to take instead of the context's
 * @throws when it cannot be read, or when its user logs in by a command or a login plugin: no sandbox has such a user
 */
export function readKubeconfig(kubeconfig: string, context?: string, cluster?: string): Access {
  const isText = kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
  const folder = isText ? process.cwd() : dirname(resolve(kubeconfig));
  const config = load(isText ? kubeconfig : readFileSync(kubeconfig, "utf8")) as Record<string, unknown>;
  const current = pick(config["contexts"], context ?? (config["current-context"] as string | undefined), "context");
  const found = pick(config["clusters"], cluster ?? current["cluster"], "cluster");
  const user = pick(config["users"], current["user"], "user");
  for (const field of ["exec", "auth-provider", "username"]) {
    if (user[field]) throw new Error(`kubeconfig: the stand-in provider cannot log in by "${field}"; it takes a certificate or a token`);
  }
  const token = user["token"] ?? (user["tokenFile"] ? readFileSync(resolve(folder, user["tokenFile"]), "utf8").trim() : undefined);
  const [ca, cert, key] = [
    pem(found, "certificate-authority", folder),
    pem(user, "client-certificate", folder),
    pem(user, "client-key", folder),
  ];
  const server = found["server"] ?? "";
  const namespace = current["namespace"] ?? "default";
  const base64 = (text: string | undefined) => text && Buffer.from(text).toString("base64");
  const single = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "sandbox",
    contexts: [{ name: "sandbox", context: { cluster: "sandbox", user: "sandbox", namespace } }],
    clusters: [{ name: "sandbox", cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [{ name: "sandbox", user: { token, "client-certificate-data": base64(cert), "client-key-data": base64(key) } }],
  };
  return {
    server,
    namespace,
    kubeconfig: JSON.stringify(single),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(token && { token }),
  };
}
