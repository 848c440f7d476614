/** The one reader of `pulumi.Config`: the stack's configuration, checked and typed before any resource is declared. */
import * as pulumi from "@pulumi/pulumi";
import { checkOAuthClients } from "../kubesphere/oauthClientConfig";
import { describeProblem } from "../kubesphere/errors";
import { configurationProblems } from "./configProblems";
import { mistake } from "./mistake";
import { settingsSchema, type Settings } from "./settings";

/** The project's name in Pulumi.yaml, which is the namespace of its configuration keys. */
const NAMESPACE = "kubesphere";

/**
 * @param raw every key of the project's configuration without its namespace, already parsed.
 * @param stack the stack's name, which is the cluster's identifier unless another one is given.
 * @throws {@link mistake} naming every problem at once, a line each: the key's path, the value given, what is allowed.
 */
export function parseSettings(raw: Readonly<Record<string, unknown>>, stack: string): Settings {
  const result = settingsSchema.safeParse(raw);
  const problems = result.success
    ? checkOAuthClients(`${NAMESPACE}:oauthClients`, result.data.oauthClients).map(describeProblem)
    : configurationProblems(NAMESPACE, result.error.issues, raw);
  if (!result.success || problems.length > 0) throw mistake(problems.join("\n"));
  const { cluster, ...settings } = result.data;
  return { ...settings, cluster: { ...cluster, identifier: cluster.identifier ?? stack } };
}

/** Reads the stack's configuration of this project. */
export function readSettings(): Settings {
  const prefix = `${NAMESPACE}:`;
  const config = new pulumi.Config(NAMESPACE);
  const keys = Object.keys(pulumi.runtime.allConfig()).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  return parseSettings(Object.fromEntries(keys.map((key) => [key, parsed(config, key)])), pulumi.getStack());
}

/** Structured values arrive as JSON; a plain word where a map or a list belongs is for the schema to refuse. */
function parsed(config: pulumi.Config, key: string): unknown {
  try {
    return config.getObject(key);
  } catch {
    return config.get(key);
  }
}
