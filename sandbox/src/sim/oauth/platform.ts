/** What the OAuth server finds in the cluster: ks-core's settings, the clients and the built-in administrator. Read anew for each request. */
import { compare } from "bcryptjs";
import { OAUTH_CLIENT_SECRET_TYPE, SYSTEM_NAMESPACE, label } from "../../../../kubesphere/api";
import type { OAuthClientConfiguration } from "../../../../kubesphere/login/oauthClientConfig";
import { readClient } from "../admission/oauthClientYaml.js";
import { Denied } from "../admission/review.js";
import { ifFound } from "../apiError.js";
import type { Cluster } from "../cluster.js";
import { milliseconds } from "../duration.js";
import { ADMIN_SECRET, CONFIG_PATH, namespaced } from "../names.js";
import type { ConfigMap, Secret } from "../objects.js";
import { readYaml } from "../../../../kubesphere/yaml/goYaml.js";

export type Reader = Pick<Cluster, "get" | "list">;

/** `authentication.issuer` of `kubesphere.yaml`. */
export interface Issuer {
  url: string;
  /** What access tokens, refresh tokens and codes are signed with. */
  jwtSecret: string;
  /** Seconds. */
  accessTokenMaxAge: number;
  /** Seconds by which refresh tokens and id_tokens outlive an access token. */
  accessTokenInactivityTimeout: number;
}

/** @throws where ks-core is not installed */
export async function readIssuer(cluster: Reader): Promise<Issuer> {
  const { data } = await cluster.get<ConfigMap>(CONFIG_PATH);
  const [yaml] = readYaml(data?.["kubesphere.yaml"] ?? "") as [{ authentication?: { issuer?: Record<string, string> } }?];
  const issuer = yaml?.authentication?.issuer ?? {};
  return {
    url: issuer["url"] ?? "",
    jwtSecret: issuer["jwtSecret"] ?? "",
    accessTokenMaxAge: milliseconds(issuer["accessTokenMaxAge"] ?? "2h") / 1000,
    accessTokenInactivityTimeout: milliseconds(issuer["accessTokenInactivityTimeout"] ?? "30m") / 1000,
  };
}

/** By the name in its text: the Secret's own name says nothing. */
export async function findClient(cluster: Reader, clientId: string): Promise<OAuthClientConfiguration | undefined> {
  const secrets = await cluster.list<Secret>(namespaced("v1", SYSTEM_NAMESPACE, "secrets"), `${label.configType}=oauthclient`);
  return secrets.flatMap(clientOf).find(({ name }) => name !== "" && name === clientId);
}

/** What cannot be read is no client, and no reason to refuse the others. */
function clientOf({ type, data }: Secret): OAuthClientConfiguration[] {
  if (type !== OAUTH_CLIENT_SECRET_TYPE) return [];
  try {
    return [readClient(textOf(data?.["configuration.yaml"]))];
  } catch (error) {
    if (error instanceof Denied) return [];
    throw error;
  }
}

/** The only user: real KubeSphere keeps users, and the stand-in has the built-in administrator alone. */
export const ADMIN = { name: "admin", email: "admin@kubesphere.io" } as const;

/** @returns whether this is the administrator, with `authentication.adminPassword` of ks-core */
export async function isPasswordRight(cluster: Reader, username: string, password: string): Promise<boolean> {
  if (username !== ADMIN.name) return false;
  const secret = await ifFound(cluster.get<Secret>(namespaced("v1", SYSTEM_NAMESPACE, "secrets", ADMIN_SECRET)));
  const expected = textOf(secret?.data?.["password"]);
  return /^\$2[aby]\$\d\d\$.{53}$/.test(expected) ? compare(password, expected) : expected !== "" && password === expected;
}

const textOf = (base64 = "") => Buffer.from(base64, "base64").toString();
