/** What the stack's configuration must say for the cluster to stay as it is: secrets that were made by hand, and where they are kept. */
import { label, oauthClientSecretName, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { readYaml, YamlError } from "../../kubesphere/yaml/goYaml";
import { unreadableConfig } from "../shared/kubesphereConfig";
import type { Cluster, StoredObject } from "../shared/cluster";
import { setConfig, stackConfig, type Stack } from "../shared/pulumi";

export interface Setting {
  /** For `pulumi config set --path`, with its namespace. */
  readonly path: string;
  readonly value: string;
  readonly isSecret: boolean;
  /** Why it is taken. */
  readonly why: string;
}

interface RawConfig {
  readonly ksCore?: { readonly values?: { readonly authentication?: { readonly issuer?: { readonly jwtSecret?: string } } } };
  readonly oauthClients?: readonly { readonly name: string; readonly secret?: string; readonly secretName?: string }[];
}

/**
 * Those that the configuration does not say yet.
 *
 * @param managed ids of the objects and releases that the stack's state has already: their secrets are its own, and in the configuration
 * they would count as given by hand from then on
 */
export async function settingsToTake(stack: Stack, cluster: Cluster, managed: ReadonlySet<string>): Promise<readonly Setting[]> {
  const config = (await stackConfig(stack)) as RawConfig;
  const [jwtSecret, clients] = await Promise.all([jwtSecretOf(cluster), clientsOf(cluster)]);
  const isSaid = config.ksCore?.values?.authentication?.issuer?.jwtSecret !== undefined;
  const isManaged = (secretName: string) => managed.has(`Secret ${SYSTEM_NAMESPACE}/${secretName}`);
  return [
    ...(jwtSecret === undefined || isSaid || managed.has(`Release ${SYSTEM_NAMESPACE}/ks-core`)
      ? []
      : [
          {
            path: "kubesphere:ksCore.values.authentication.issuer.jwtSecret",
            value: jwtSecret,
            isSecret: true,
            why: "with another one everybody is signed out",
          },
        ]),
    ...(config.oauthClients ?? []).flatMap((client, index) => {
      const found = clients.get(client.name);
      return found === undefined || isManaged(found.secretName) ? [] : ofClient(client, index, found);
    }),
  ];
}

function ofClient(
  { name, secret, secretName = oauthClientSecretName(name) }: NonNullable<RawConfig["oauthClients"]>[number],
  index: number,
  found: HandMadeClient,
): readonly Setting[] {
  const path = `kubesphere:oauthClients[${index}]`;
  return [
    ...(found.secretName === secretName
      ? []
      : [{ path: `${path}.secretName`, value: found.secretName, isSecret: false, why: `the client ${name} is kept in that Secret` }]),
    ...(secret === undefined
      ? [{ path: `${path}.secret`, value: found.secret, isSecret: true, why: `applications of the client ${name} know this one` }]
      : []),
  ];
}

async function jwtSecretOf(cluster: Cluster): Promise<string | undefined> {
  const metadata = { name: "kubesphere-config", namespace: SYSTEM_NAMESPACE };
  const found = await cluster.read({ apiVersion: "v1", kind: "ConfigMap", metadata });
  const { data = {} } = (found ?? {}) as { data?: Readonly<Record<string, string>> };
  try {
    const config = (readYaml(data["kubesphere.yaml"] ?? "")[0] ?? {}) as { authentication?: { issuer?: { jwtSecret?: string } } };
    return config.authentication?.issuer?.jwtSecret;
  } catch (error) {
    throw error instanceof YamlError ? unreadableConfig(error) : error;
  }
}

interface HandMadeClient {
  readonly secretName: string;
  readonly secret: string;
}

/** By the client's name, as KubeSphere's own look at these Secrets finds it. */
async function clientsOf(cluster: Cluster): Promise<ReadonlyMap<string, HandMadeClient>> {
  const labelSelector = `${label.configType}=oauthclient`;
  const secrets = await cluster.list({ apiVersion: "v1", kind: "Secret", namespace: SYSTEM_NAMESPACE, labelSelector });
  return new Map(secrets.flatMap(clientIn));
}

/** None in what is no YAML: KubeSphere knows no client by it either, so that there is nothing to keep. */
function clientIn({ metadata, ...secret }: StoredObject): readonly (readonly [string, HandMadeClient])[] {
  const { data = {} } = secret as { data?: Readonly<Record<string, string>> };
  const text = Buffer.from(data["configuration.yaml"] ?? "", "base64").toString();
  try {
    const { name, secret: value } = (readYaml(text)[0] ?? {}) as { name?: unknown; secret?: unknown };
    return [[String(name), { secretName: metadata.name, secret: String(value) }]];
  } catch (error) {
    if (error instanceof YamlError) return [];
    throw error;
  }
}

export async function take(stack: Stack, settings: readonly Setting[]): Promise<void> {
  for (const { path, value, isSecret } of settings) await setConfig(stack, path, value, isSecret);
}
