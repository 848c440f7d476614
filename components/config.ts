/** The one reader of `pulumi.Config`: the stack's configuration, checked and typed before any resource is declared. */
import * as pulumi from "@pulumi/pulumi";
import { describeProblem, type Problem } from "../kubesphere/errors";
import { describeWarning } from "../kubesphere/warnings";
import { clearSecrets } from "./clearSecrets";
import { configurationProblems } from "./configProblems";
import { mistake } from "./mistake";
import { checkLogins } from "./oauthChecks";
import { checkProduction, inProduction } from "./productionChecks";
import { settingsSchema, type Settings } from "./settings";
import { stackFileConfig } from "./stackFile";

/** The project's name in Pulumi.yaml, which is the namespace of its configuration keys. */
const NAMESPACE = "kubesphere";

/** How the engine says which keys hold secrets; the SDK reads it too and keeps it to itself. */
const SECRET_KEYS = "PULUMI_CONFIG_SECRET_KEYS";

/**
 * @param raw every key of the project's configuration without its namespace, already parsed.
 * @param stack the stack's name, which is the cluster's identifier unless another one is given.
 * @param secretKeys those of the keys that hold a secret somewhere within.
 * @param inClear secrets that are none to Pulumi, which production refuses. Default: all under the other keys.
 * @throws {@link mistake} naming every problem at once, a line each: the key's path, the value given, what is allowed.
 */
export function parseSettings(
  raw: Readonly<Record<string, unknown>>,
  stack: string,
  secretKeys: readonly string[] = [],
  inClear: readonly Problem[] = clearSecrets({ values: raw, secretKeys, file: () => ({}) }),
): Settings {
  const result = settingsSchema.safeParse(raw);
  const problems = result.success
    ? [
        ...checkLogins(result.data, new Date()).problems,
        ...checkProduction(result.data, secretKeys.includes("adminPassword")),
        ...(result.data.production ? inProduction(inClear) : []),
      ].map(describeProblem)
    : configurationProblems(NAMESPACE, result.error.issues, raw);
  if (!result.success || problems.length > 0) throw mistake(problems.join("\n"));
  const { cluster, ...settings } = result.data;
  return {
    ...settings,
    cluster: { ...cluster, identifier: cluster.identifier ?? stack },
    hasSecretConfigs: secretKeys.includes("extensions"),
    hasSecretValues: {
      ingressNginx: secretKeys.includes("ingressNginx"),
      ksCore: secretKeys.includes("ksCore"),
      harbor: secretKeys.includes("harbor"),
    },
  };
}

/** Reads the stack's configuration of this project. */
export function readSettings(): Settings {
  const prefix = `${NAMESPACE}:`;
  const config = new pulumi.Config(NAMESPACE);
  const ours = (keys: readonly string[]) => keys.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  const values: Readonly<Record<string, unknown>> = Object.fromEntries(
    ours(Object.keys(pulumi.runtime.allConfig())).map((key) => [key, parsed(config, key)]),
  );
  const secretKeys = ours(JSON.parse(process.env[SECRET_KEYS] ?? "[]") as string[]);
  const stack = pulumi.getStack();
  const file = () => Object.fromEntries(Object.entries(stackFileConfig(stack)).map(([key, value]) => [key.replace(prefix, ""), value]));
  const inClear = clearSecrets({ values, secretKeys, file });
  const settings = parseSettings(values, stack, secretKeys, inClear);
  for (const warning of [...checkLogins(settings, new Date()).warnings, ...inClear.map(describeWarning)]) void pulumi.log.warn(warning);
  return settings;
}

/** A password of digits alone is no number, nor is one that reads `true` or `{}` anything but a text. */
const TEXTS = ["adminPassword"];

/** Structured values arrive as JSON; a plain word where a map or a list belongs is for the schema to refuse. */
function parsed(config: pulumi.Config, key: string): unknown {
  if (TEXTS.includes(key)) return config.get(key);
  try {
    return config.getObject(key);
  } catch {
    return config.get(key);
  }
}
