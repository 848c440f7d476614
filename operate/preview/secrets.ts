/** The secrets that a stack knows, for the masker: what the report is made of holds them in clear. */
import { load, loadAll } from "js-yaml";
import { existing } from "../shared/files";
import type { Fields } from "../shared/preview";
import type { Stack } from "../shared/pulumi";
import { secretsIn } from "../shared/secretValues";

/** What the engine has marked in a state. Texts of several lines are mostly not secret themselves: of those only the lines of a key. */
export const markedSecrets = (state: object): readonly string[] =>
  secretsIn(state).flatMap((secret) =>
    secret.includes("\n") ? secret.split("\n").filter((line) => /^[\w+/=-]{16,}$/.test(line.trim())) : [secret],
  );

/**
 * Every secret of the configuration. The CLI says only which keys hold one; the stack's file says exactly where.
 * @param config in clear, by key without namespace
 */
export async function secretsOfConfig(stack: Stack, config: Fields, checkout: string): Promise<readonly string[]> {
  const shown = await stack.json<Readonly<Record<string, { readonly secret?: boolean }>>>("the configuration", ["config"]);
  const keys = Object.keys(shown).filter((key) => shown[key]?.secret === true);
  if (keys.length === 0) return [];
  const name = stack.name ?? (await stack.run(["stack", "--show-name"])).stdout.trim();
  const file = process.env["PULUMI_OPTION_CONFIG_FILE"] ?? `${checkout}/Pulumi.${name.split("/").at(-1) ?? ""}.yaml`;
  return configSecrets(keys, config, (await existing(file))?.toString() ?? "");
}

/**
 * @param keys those that hold a secret, with namespace
 * @param file the stack's, as text: where it does not say which part of a key is secret, all of them are
 */
export function configSecrets(keys: readonly string[], config: Fields, file: string): readonly string[] {
  const [stack] = loadAll(file) as [{ config?: Fields }?];
  const stated = stack?.config ?? {};
  return keys.flatMap((key) => {
    const value = config[key.replace(/^[^:]*:/, "")];
    const found = secured(stated[key], value);
    return found.length > 0 ? found : leavesOf(value);
  });
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param stated with `{secure: …}` where a secret is */
function secured(stated: unknown, value: unknown): readonly string[] {
  if (Array.isArray(stated)) return stated.flatMap((it, index) => secured(it, (value as readonly unknown[] | undefined)?.[index]));
  if (!isFields(stated)) return [];
  if (typeof stated["secure"] === "string") return leavesOf(value);
  return Object.entries(stated).flatMap(([key, it]) => secured(it, (value as Fields | undefined)?.[key]));
}

function leavesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (isFields(value)) return Object.values(value).flatMap(leavesOf);
  if (typeof value === "number") return [`${value}`];
  return typeof value === "string" ? [value, ...partsOf(value)] : [];
}

const SECRET_KEY = /pass|secret|token|key|cred|auth|data/i;

/** A text that is itself YAML or JSON, such as an extension's config, reaches the cluster in parts. Its plain words are no secrets. */
function partsOf(text: string): readonly string[] {
  const parts = (value: unknown, key: string): readonly string[] => {
    if (Array.isArray(value)) return value.flatMap((it) => parts(it, key));
    if (isFields(value)) return Object.entries(value).flatMap(([inner, it]) => parts(it, inner));
    return typeof value === "string" && (SECRET_KEY.test(key) || /[^a-z].{5,}|.{5,}[^a-z]/i.test(value)) ? [value] : [];
  };
  try {
    const inner = load(text);
    return isFields(inner) || Array.isArray(inner) ? parts(inner, "") : [];
  } catch {
    return [];
  }
}
