/** The only reader of the project's `pulumi.Config`; returns a stack's configuration, checked. */
import * as pulumi from "@pulumi/pulumi";
import { describeWarning } from "../kubesphere/login/warnings";
import { clearSecrets, holdsSecret } from "./clearSecrets";
import { ingressWarnings } from "./ingressWarnings";
import { checkLogins } from "./oauthChecks";
import { parseSettings } from "./parsedSettings";
import type { Settings } from "./settings";
import { stackFileConfig } from "./stackFile";

/** The project's name in Pulumi.yaml, which is the namespace of its configuration keys. */
const NAMESPACE = "kubesphere";

/** The variable in which the engine lists the keys with secrets; the SDK reads it, too, but does not expose it. */
const SECRET_KEYS = "PULUMI_CONFIG_SECRET_KEYS";

/**
 * Reads the stack's configuration of this project, and warns of risky settings.
 * @throws {@link mistake} as {@link parseSettings} does
 */
export function readConfig(): Settings {
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
  const isSecret = (key: string, part: string) => holdsSecret({ secretKeys, file }, key, part);
  const settings = parseSettings(values, stack, secretKeys, inClear, prefix, isSecret);
  for (const warning of [...inClear.map(describeWarning), ...ingressWarnings(settings), ...checkLogins(settings, new Date()).warnings])
    void pulumi.log.warn(warning);
  return settings;
}

/** A password is always a text, also one of digits only, `true` or `{}`. */
const TEXTS = ["adminPassword"];

/** Structured values arrive as JSON. If a plain word stands for a map or a list, the schema refuses it. */
function parsed(config: pulumi.Config, key: string): unknown {
  if (TEXTS.includes(key)) return config.get(key);
  try {
    return config.getObject(key);
  } catch {
    return config.get(key);
  }
}
