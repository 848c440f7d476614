/** What is to be verified of a stack: what it says that it serves, and how it is reached. */
import { CONSOLE_TLS_SECRET, CORE_API, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { together } from "../../kubesphere/parallel";
import { recordsAt, textAt } from "../../kubesphere/chart/renderedObject";
import type { Access } from "../../kubesphere/urls";
import type { Cluster } from "../shared/cluster";
import { Failure } from "../shared/command";
import { releaseOf } from "../shared/helmReleases";
import { declaredMembers } from "../shared/members";
import { membersOf, type Member } from "./members";
import { statedIngress, type StatedIngress } from "../shared/statedIngress";
import { stackCluster, stackConfig, type Stack } from "../shared/pulumi";

export interface Extension {
  readonly name: string;
  /** Absent where it has no UI. */
  readonly url?: string;
  /** Absent where it brings no front end. */
  readonly bundleUrl?: string;
  /** Whether it has a front end, and an Ingress for its host. Both are assumed where its release cannot be read. */
  readonly hasBundle: boolean;
  readonly hasIngress: boolean;
}

export interface OAuthClient {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

export interface Target {
  readonly access: Access;
  readonly ingress: StatedIngress;
  readonly consoleUrl: string;
  readonly issuer: string;
  readonly extensions: readonly Extension[];
  /** The first that lets people in. */
  readonly client: OAuthClient | undefined;
  /** `admin`'s, in clear. */
  readonly password: string | undefined;
  /** PEM of what the stack itself has the console present. */
  readonly ca: string | undefined;
  /** Of the stack. */
  readonly members: readonly Member[];
}

interface Outputs {
  readonly consoleUrl?: string;
  readonly issuer?: string;
  readonly extensions?: Readonly<Record<string, Pick<Extension, "url" | "bundleUrl">>>;
  readonly oauthClients?: Readonly<
    Record<string, Omit<OAuthClient, "name" | "redirectUri"> & { readonly redirectURIs: readonly string[] }>
  >;
}

interface Config {
  readonly access?: Access;
  readonly adminPassword?: string;
  readonly ksCore?: { readonly https?: { readonly tls?: { readonly certificate?: string; readonly generate?: boolean } } };
  readonly oauthClients?: readonly { readonly name: string; readonly grantMethod?: string }[];
}

export const PASSWORD_VARIABLE = "KUBESPHERE_ADMIN_PASSWORD";

/** @param checkout the folder that paths are relative to @throws Failure when the stack has not been deployed */
export async function targetOf(stack: Stack, tell: (text: string) => void, checkout: string): Promise<Target> {
  tell("reading the stack");
  const [stated, outputs] = await together([stackConfig(stack), stack.json<Outputs>("the outputs", ["stack", "output", "--show-secrets"])]);
  const config: Config = stated;
  const { consoleUrl, issuer, extensions = {}, oauthClients = {} } = outputs;
  if (consoleUrl === undefined || issuer === undefined || config.access === undefined)
    throw new Failure("the stack has not been deployed: run `pulumi up` first");
  tell("asking the cluster");
  const cluster = await stackCluster(stack).catch(() => undefined);
  const denied = new Set((config.oauthClients ?? []).filter(({ grantMethod }) => grantMethod === "deny").map(({ name }) => name));
  const [client] = Object.entries(oauthClients).flatMap(
    ([
      name,
      {
        redirectURIs: [redirectUri],
        ...client
      },
    ]) => (redirectUri === undefined || denied.has(name) ? [] : [{ name, ...client, redirectUri }]),
  );
  const { certificate, generate } = config.ksCore?.https?.tls ?? {};
  return {
    access: config.access,
    ingress: statedIngress(stated),
    consoleUrl,
    issuer,
    extensions: await Promise.all(
      Object.entries(extensions).map(async ([name, urls]) => ({ name, ...urls, ...(await partsOf(cluster, name, urls)) })),
    ),
    client,
    password: process.env[PASSWORD_VARIABLE] || plainText(config.adminPassword),
    ca: certificate ?? (generate === true ? await generated(cluster) : undefined),
    members: await membersOf(cluster, declaredMembers(stated, checkout)),
  };
}

/** Of a bcrypt hash nobody knows the password. */
const plainText = (password: string | undefined) => (password?.startsWith("$2") ? undefined : password);

const BOTH = { hasBundle: true, hasIngress: true };

async function partsOf(cluster: Cluster | undefined, name: string, { url }: Pick<Extension, "url">) {
  try {
    const plan = await cluster?.read({ apiVersion: CORE_API, kind: "InstallPlan", metadata: { name } });
    const { targetNamespace = "" } = (plan?.status ?? {}) as { targetNamespace?: string };
    const release = cluster && (await releaseOf(cluster, targetNamespace, name));
    if (release === undefined) return BOTH;
    const ingresses = release.objects.filter(({ kind }) => kind === "Ingress");
    const hosts = ingresses.flatMap((ingress) => recordsAt(ingress, "spec", "rules").map((rule) => textAt(rule, "host")));
    return {
      hasBundle: release.objects.some(({ kind }) => kind === "JSBundle"),
      hasIngress: url !== undefined && hosts.includes(new URL(url).hostname),
    };
  } catch (error) {
    if (error instanceof Failure) return BOTH;
    throw error;
  }
}

/** What ks-core has made for itself. */
async function generated(cluster: Cluster | undefined): Promise<string | undefined> {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: CONSOLE_TLS_SECRET, namespace: SYSTEM_NAMESPACE } };
  const found = await cluster?.read(secret).catch(() => undefined);
  const encoded = (found?.["data"] as Record<string, string> | undefined)?.["tls.crt"];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString();
}
