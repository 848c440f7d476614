/** Writes what an administrator changed of an OAuth client in the cluster into the stack's configuration, so that it stays. */
import { isDeepStrictEqual } from "util";
import { OAUTH_CLIENT_SECRET_TYPE, oauthClientSecretName, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { readDocuments, YamlError } from "../../kubesphere/yaml/goYaml";
import { isFields, type Fields } from "../../kubesphere/chart/renderedObject";
import type { Cluster } from "../shared/cluster";
import { Failure } from "../shared/command";
import { setConfig, stackConfig, succeeded, type Stack } from "../shared/pulumi";
import { checkedSettings } from "../status/wanted";
import type { Taken } from "./take";

/** What KubeSphere calls it, by what the configuration calls it; with what KubeSphere leaves out. */
const FIELDS: Readonly<Record<string, { readonly theirs: string; readonly empty: unknown }>> = {
  grantMethod: { theirs: "grantMethod", empty: "auto" },
  trusted: { theirs: "trusted", empty: false },
  respondWithChallenges: { theirs: "respondWithChallenges", empty: false },
  scopes: { theirs: "scopeRestrictions", empty: [] },
  redirectURIs: { theirs: "redirectURIs", empty: [] },
  accessTokenMaxAgeSeconds: { theirs: "accessTokenMaxAgeSeconds", empty: 0 },
  accessTokenInactivityTimeoutSeconds: { theirs: "accessTokenInactivityTimeoutSeconds", empty: 0 },
};

/** @throws Failure when the stack or the cluster has no such client */
export async function takeClient(stack: Stack, cluster: Pick<Cluster, "read">, name: string): Promise<Taken> {
  const { oauthClients } = checkedSettings(await stackConfig(stack));
  const index = oauthClients.findIndex((it) => it.name === name);
  const client = oauthClients[index];
  if (client === undefined) throw new Failure(`the stack's kubesphere:oauthClients hold no ${name}: nothing can be taken`);
  const live = await clientIn(cluster, client.secretName ?? oauthClientSecretName(name));
  const path = `kubesphere:oauthClients[${index}]`;
  const keys: string[] = [];
  for (const [ours, { theirs, empty }] of Object.entries(FIELDS)) {
    const value = live[theirs] ?? empty;
    if (isDeepStrictEqual(value, (client as Fields)[ours] ?? empty)) continue;
    await write(stack, `${path}.${ours}`, value);
    keys.push(`${path}.${ours}`);
  }
  if (typeof live["secret"] === "string" && live["secret"] !== (await ownSecret(stack, name))) {
    await setConfig(stack, `${path}.secret`, live["secret"], true);
    // It says how to make another one.
    if (client.rotate !== undefined) await remove(stack, `${path}.rotate`);
    keys.push(`${path}.secret`);
  }
  if (keys.length === 0) throw new Failure(`the OAuth client ${name} is as the stack's configuration has it: nothing is to be taken`);
  return { keys };
}

async function clientIn(cluster: Pick<Cluster, "read">, name: string): Promise<Fields> {
  const secret = await cluster.read({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: SYSTEM_NAMESPACE } });
  const data = (secret?.["type"] === OAUTH_CLIENT_SECRET_TYPE ? secret["data"] : undefined) as Record<string, string> | undefined;
  const text = data?.["configuration.yaml"];
  if (text === undefined) throw new Failure(`the cluster has no OAuth client in Secret ${SYSTEM_NAMESPACE}/${name}: nothing can be taken`);
  try {
    const [document] = readDocuments(Buffer.from(text, "base64").toString());
    if (isFields(document?.value)) return document.value;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
  }
  // What it says may quote the secret.
  throw new Failure(`the OAuth client in Secret ${SYSTEM_NAMESPACE}/${name} cannot be read: it is no map in YAML`);
}

/** Of the last `up`, generated or not. */
async function ownSecret(stack: Stack, name: string): Promise<string | undefined> {
  const outputs = await stack.json<{ oauthClients?: Readonly<Record<string, { clientSecret?: string }>> }>("the outputs", [
    ...["stack", "output", "--show-secrets"],
  ]);
  return outputs.oauthClients?.[name]?.clientSecret;
}

async function write(stack: Stack, path: string, value: unknown): Promise<void> {
  if (!Array.isArray(value)) return setConfig(stack, path, String(value), false);
  // A shorter list would keep the end of a longer one.
  await remove(stack, path);
  for (const [index, item] of value.entries()) await setConfig(stack, `${path}[${index}]`, String(item), false);
}

const remove = async (stack: Stack, path: string) => void succeeded("pulumi config rm", await stack.run(["config", "rm", "--path", path]));
