/** Kubeconfigs, read as kubectl reads them: several files make one, and a file's paths are relative to that file. */
import { existsSync, readFileSync } from "fs";
import type { RequestOptions } from "https";
import { homedir } from "os";
import { delimiter, dirname, join, resolve, sep } from "path";
import { readYaml } from "../yaml/goYaml";

type Section = Readonly<Record<string, unknown>>;
type Entry<Kind extends string> = { readonly name: string } & Readonly<Record<Kind, Section>>;

/** In a kubeconfig's own form, with absolute paths: as JSON it is one for any client. */
export interface Kubeconfig {
  readonly "current-context": string;
  readonly contexts: readonly Entry<"context">[];
  readonly clusters: readonly Entry<"cluster">[];
  readonly users: readonly Entry<"user">[];
}

/** One API server and one user of it, with every file read in. */
export interface Access {
  /** A URL without a slash at its end. */
  readonly server: string;
  /** The context's namespace. @default "default" */
  readonly namespace: string;
  /** PEM, as are `cert` and `key`. @default the authorities that the system trusts */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  readonly basic?: { readonly username: string; readonly password: string };
  /** The name on the server's certificate. @default the URL's host */
  readonly tlsServerName?: string;
  /** Whether any certificate of the server will do. */
  readonly isInsecure: boolean;
  /** Fields that {@link connection} does not support: they need a client library. */
  readonly special: readonly string[];
}

/** The default places of kubeconfigs. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The folder in which a Pod finds its token, certificate authority and namespace. */
  readonly serviceAccount: string;
}

const here = (): Surroundings => ({
  env: process.env,
  home: homedir(),
  serviceAccount: "/var/run/secrets/kubernetes.io/serviceaccount",
});

/** Whether it is a kubeconfig's text and not its path. */
export const isKubeconfigText = (given: string): boolean => given.includes("\n") || given.trimStart().startsWith("{");

/**
 * @param given text or path; undefined: the files of $KUBECONFIG, else ~/.kube/config, else the Pod's own service account
 * @throws an error whose message may quote the file and with it a credential; its `code` is set when a file cannot be read
 */
export function readKubeconfig(given: string | undefined, { env, home, serviceAccount }: Surroundings = here()): Kubeconfig {
  if (given !== undefined) return isKubeconfigText(given) ? parse(given, process.cwd()) : readFile(given.replace(/^~(?=\/)/, home));
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  if (listed.length > 0) {
    // kubectl ignores files that do not exist.
    const found = listed.filter((file) => existsSync(file));
    return (found.length > 0 ? found : listed).map(readFile).reduce(merge);
  }
  const own = join(home, ".kube", "config");
  return existsSync(own) || !existsSync(join(serviceAccount, "token")) ? readFile(own) : podConfig(env, serviceAccount);
}

const readFile = (file: string) => parse(readFileSync(file, "utf8"), dirname(resolve(file)));

function parse(text: string, folder: string): Kubeconfig {
  const config = readYaml(text)[0] as Section | undefined;
  if (typeof config !== "object") throw new Error("a kubeconfig is a map");
  const placed = (section: Section, fields: readonly string[]): Section => {
    const paths = fields.flatMap((field) => (isText(section[field]) ? [[field, resolve(folder, section[field])]] : []));
    return { ...section, ...(Object.fromEntries(paths) as Section) };
  };
  return {
    "current-context": isText(config["current-context"]) ? config["current-context"] : "",
    contexts: entries(config["contexts"], "context", (context) => context),
    clusters: entries(config["clusters"], "cluster", (cluster) => placed(cluster, ["certificate-authority"])),
    users: entries(config["users"], "user", (user) => {
      const exec = user["exec"] as Section | undefined;
      // A command without a slash is found on PATH.
      const isPath = isText(exec?.["command"]) && exec["command"].includes(sep);
      return { ...placed(user, ["client-certificate", "client-key", "tokenFile"]), ...(isPath && { exec: placed(exec, ["command"]) }) };
    }),
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function entries<Kind extends string>(list: unknown, kind: Kind, change: (section: Section) => Section): Entry<Kind>[] {
  const given = (Array.isArray(list) ? list : []) as ({ name?: unknown } & Partial<Record<Kind, Section | null>>)[];
  return given.flatMap(({ name, [kind]: section }) => (isText(name) ? [{ name, [kind]: change(section ?? {}) } as Entry<Kind>] : []));
}

/** The first file that defines a name, or the current context, wins. */
function merge(first: Kubeconfig, second: Kubeconfig): Kubeconfig {
  const both = <Named extends { readonly name: string }>(ours: readonly Named[], theirs: readonly Named[]) => [
    ...ours,
    ...theirs.filter(({ name }) => !ours.some((known) => known.name === name)),
  ];
  return {
    "current-context": first["current-context"] || second["current-context"],
    contexts: both(first.contexts, second.contexts),
    clusters: both(first.clusters, second.clusters),
    users: both(first.users, second.users),
  };
}

function podConfig(env: Surroundings["env"], folder: string): Kubeconfig {
  const [host = "", port = ""] = [env["KUBERNETES_SERVICE_HOST"], env["KUBERNETES_SERVICE_PORT"]];
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const namespace = join(folder, "namespace");
  const context = { cluster: "pod", user: "pod", ...(existsSync(namespace) && { namespace: readFileSync(namespace, "utf8").trim() }) };
  return {
    "current-context": "pod",
    contexts: [{ name: "pod", context }],
    clusters: [{ name: "pod", cluster: { server, "certificate-authority": join(folder, "ca.crt") } }],
    users: [{ name: "pod", user: { tokenFile: join(folder, "token") } }],
  };
}

/**
 * The kubeconfig with one context and only what that one needs.
 * @param context the current one by default
 * @param cluster taken instead of the context's
 * @throws when one of them is not there
 */
export function oneContext(config: Kubeconfig, context: string = config["current-context"], cluster?: string): Kubeconfig {
  const chosen = find(config.contexts, context, "context");
  const user = chosen.context["user"];
  const section = { ...chosen.context, cluster: cluster ?? chosen.context["cluster"] };
  return {
    "current-context": context,
    contexts: [{ name: context, context: section }],
    clusters: [find(config.clusters, section.cluster, "cluster")],
    // Without a user, requests are anonymous.
    users: isText(user) ? [find(config.users, user, "user")] : [],
  };
}

function find<Named extends { readonly name: string }>(list: readonly Named[], name: unknown, what: string): Named {
  const found = list.find((entry) => entry.name === name);
  if (!found) throw new Error(`there is no ${what} "${String(name ?? "")}"`);
  return found;
}

/** @param config of {@link oneContext} @throws when a file that it names cannot be read, or when its cluster has no address */
export function accessOf({ contexts, clusters, users }: Kubeconfig): Access {
  const context = contexts[0]?.context ?? {};
  const { name = "", cluster = {} } = clusters[0] ?? {};
  const user = users[0]?.user ?? {};
  const [server, serverName, { tokenFile, username, password }] = [cluster["server"], cluster["tls-server-name"], user];
  if (!isText(server)) throw new Error(`cluster "${name}" has no server`);
  const [ca, cert, key] = [pem(cluster, "certificate-authority"), pem(user, "client-certificate"), pem(user, "client-key")];
  const token = isText(tokenFile) ? readFileSync(tokenFile, "utf8").trim() : user["token"];
  return {
    server: server.replace(/\/+$/, ""),
    namespace: isText(context["namespace"]) ? context["namespace"] : "default",
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(isText(token) && { token }),
    ...(isText(username) && { basic: { username, password: isText(password) ? password : "" } }),
    ...(isText(serverName) && { tlsServerName: serverName }),
    isInsecure: cluster["insecure-skip-tls-verify"] === true,
    special: [...["exec", "auth-provider", "as"].filter((field) => user[field]), ...["proxy-url"].filter((field) => cluster[field])],
  };
}

/** Data wins over the file. */
function pem(section: Section, field: string): string | undefined {
  const [data, file] = [section[`${field}-data`], section[field]];
  if (isText(data)) return Buffer.from(data, "base64").toString();
  return isText(file) ? readFileSync(file, "utf8") : undefined;
}

/** The options of a request; all of them except the headers also fit an agent. */
export interface Connection extends Pick<RequestOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized"> {
  readonly headers: Readonly<Record<string, string>>;
}

export function connection({ ca, cert, key, token, basic, tlsServerName, isInsecure }: Access): Connection {
  const encoded = basic && Buffer.from(`${basic.username}:${basic.password}`).toString("base64");
  const authorization = token !== undefined ? `Bearer ${token}` : encoded && `Basic ${encoded}`;
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(tlsServerName !== undefined && { servername: tlsServerName }),
    ...(isInsecure && { rejectUnauthorized: false }),
    headers: authorization === undefined ? {} : { authorization },
  };
}
