/** Secrets in clear text in a stack's configuration: everybody who can read the file, or its history in git, can read them. */
import { isKubeconfigText } from "../kubesphere/cluster/kubeconfig";
import type { Problem } from "../kubesphere/errors";

/** `*` stands for each element of a list or map. Among free values of charts, only Harbor's passwords are known as such. */
const SECRETS = [
  "adminPassword",
  "oauthClients.*.secret",
  "extensionRepositories.*.password",
  "ingress.password",
  "ingressNginx.password",
  "ksCore.password",
  "harbor.password",
  "extensions.*.password",
  "extensions.*.versions.*.password",
  "ksCore.https.tls.key",
  "harbor.values.harborAdminPassword",
  "harbor.values.secretKey",
  "memberClusters.*.kubeconfig",
  "cluster.kubekey.hosts.*.password",
  "cluster.kubekey.registry.auths.*.password",
].map((path) => path.split("."));

type Path = readonly (string | number)[];

export interface Configuration {
  /** By key without namespace, secrets decrypted. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Keys that have a secret somewhere in their value. */
  readonly secretKeys: readonly string[];
  /** By key without namespace, as in the stack's file, if it can be read: it shows which of several secrets under a key is in clear text. */
  readonly file: () => Readonly<Record<string, unknown>>;
}

/** @returns the place, the allowed value and the command that mends it; never the secret */
export function clearSecrets({ values, secretKeys, file }: Configuration): Problem[] {
  const stated = SECRETS.flatMap((path) => leaves(values, path));
  const isInClear = ({ path, secret }: Leaf) => !secretKeys.includes(String(path[0])) || at(file(), path) === secret;
  return stated.filter(isInClear).map(({ path }) => {
    const key = `kubesphere:${pathText(path)}`;
    return {
      path: key,
      given: "[not shown]",
      allowed: "a Pulumi secret: in clear it is everybody's who reads the stack's file",
      mend: `Choose another one, and set it with \`pulumi config set --secret --path '${key}'\``,
    };
  });
}

interface Leaf {
  readonly path: Path;
  readonly secret: string;
}

/** Only texts: the schema refuses everything else. Neither a bcrypt hash nor the path of a kubeconfig is a secret. */
function leaves(value: unknown, [key, ...rest]: readonly string[], before: Path = []): Leaf[] {
  if (key === undefined) return typeof value === "string" && isSecret(value, before.at(-1)) ? [{ path: before, secret: value }] : [];
  if (typeof value !== "object" || value === null) return [];
  if (key !== "*") return Object.hasOwn(value, key) ? leaves((value as Record<string, unknown>)[key], rest, [...before, key]) : [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([name, child]) => leaves(child, rest, [...before, name]));
}

const isSecret = (text: string, key: Path[number] | undefined): boolean =>
  key === "kubeconfig" ? isKubeconfigText(text) : !/^(?:$|\$2)/.test(text);

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (found, key) => (typeof found === "object" && found !== null ? (found as Record<string | number, unknown>)[key] : undefined),
    value,
  );

/** A path in the form of `pulumi config set --path`. */
const pathText = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    if (!/^[A-Za-z0-9_-]+$/.test(key)) return `${text}["${key}"]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");

/**
 * Whether a part of a key's value is, or holds, a secret. The engine tells the key alone, and beside a chart's password its values are none.
 * @param part below the key; `*` stands for each element of a list
 * @returns true as well where the stack's file does not say it
 */
export function holdsSecret({ secretKeys, file }: Omit<Configuration, "values">, key: string, part: string): boolean {
  if (!secretKeys.includes(key)) return false;
  const value = file()[key];
  return value === undefined || encryptedAt(value, part.split("."));
}

function encryptedAt(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Object.hasOwn(value, "secure")) return true;
  if (key === undefined || key === "*") return Object.values(value).some((child) => encryptedAt(child, rest));
  return encryptedAt((value as Record<string, unknown>)[key], rest);
}
