/** The secrets that a stack knows, for the masker: what the report is made of holds them in clear. */
import { loadAll } from "js-yaml";
import { readYaml } from "../../kubesphere/yaml/goYaml";
import { existing } from "../shared/files";
import type { Fields } from "../shared/preview";
import { ownConfig, shownConfig, stackName, type Stack } from "../shared/pulumi";
import { together } from "../../kubesphere/parallel";
import { secretsIn } from "../shared/secretValues";

/** The configuration as the stack's file has it. */
export interface StatedConfig {
  /** Those that hold a secret, with namespace: the CLI says no more than that. */
  readonly keys: readonly string[];
  /** By key with namespace, with `{secure: …}` exactly where a secret is. */
  readonly config: Fields;
}

export interface StackSettings {
  /** By key without namespace, in clear: never print it. */
  readonly config: Fields;
  readonly stated: StatedConfig;
}

/** @param checkout the folder of Pulumi.yaml @throws Failure */
export async function stackSettings(stack: Stack, checkout: string): Promise<StackSettings> {
  const [shown, name] = await together([shownConfig(stack), stackName(stack)]);
  const keys = Object.keys(shown).filter((key) => shown[key]?.secret === true);
  const file = stack.env["PULUMI_OPTION_CONFIG_FILE"] ?? `${checkout}/Pulumi.${name.split("/").at(-1) ?? ""}.yaml`;
  const [settings] = loadAll((await existing(file))?.toString() ?? "") as [{ config?: Fields }?];
  return { config: ownConfig(shown), stated: { keys, config: settings?.config ?? {} } };
}

/** @param config in clear, by key without namespace; all of a key is secret where the file does not say which part */
export const secretsOf = ({ keys, config: stated }: StatedConfig, config: Fields): readonly string[] =>
  keys.flatMap((key) => {
    const value = config[key.replace(/^[^:]*:/, "")];
    const found = secured(stated[key], value);
    const leaves = (found.length > 0 ? found : [value]).flatMap((secret) => leavesOf(secret));
    return leaves.flatMap(({ text }) => [text, ...partsOf(text).filter(isNoWord).map(textOf)]);
  });

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param stated with `{secure: …}` where a secret is */
function secured(stated: unknown, value: unknown): readonly unknown[] {
  if (Array.isArray(stated)) return stated.flatMap((it, index) => secured(it, (value as readonly unknown[] | undefined)?.[index]));
  if (!isFields(stated)) return [];
  if (typeof stated["secure"] === "string") return [value];
  return Object.entries(stated).flatMap(([key, it]) => secured(it, (value as Fields | undefined)?.[key]));
}

/**
 * What the engine has marked in the state: secrets of before too. Of an object or a YAML text with a secret in it all is marked; what
 * stands in clear elsewhere is none.
 * @param clear whatever holds no secret: what the engine prints, and the stack's file
 */
export function markedSecrets(state: object, ...clear: readonly unknown[]): readonly string[] {
  const known = new Set(clear.flatMap((it) => leavesOf(it)).map(textOf));
  return secretsIn(state).flatMap((marked) => {
    if (typeof marked === "string" && !marked.includes("\n")) return [marked];
    const texts = leavesOf(marked).filter(({ text }) => text.includes("\n") || text.length <= LONGEST);
    const leaves = texts.flatMap((leaf) => {
      const parts = partsOf(leaf.text);
      return parts.length > 0 ? parts : leaf.text.split("\n").map((text) => ({ ...leaf, text: text.trim() }));
    });
    return leaves.filter((leaf) => isNoWord(leaf) && !known.has(leaf.text)).map(textOf);
  });
}

/** Longer lines are packages, which are marked only to be kept out of the engine's diffs. */
const LONGEST = 16 * 1024;

interface Leaf {
  /** The property that it is the value of. */
  readonly key: string;
  readonly text: string;
}

const textOf = ({ text }: Leaf) => text;

function leavesOf(value: unknown, key = ""): readonly Leaf[] {
  if (Array.isArray(value)) return value.flatMap((it) => leavesOf(it, key));
  if (isFields(value)) return Object.entries(value).flatMap(([inner, it]) => leavesOf(it, inner));
  return typeof value === "string" || typeof value === "number" ? [{ key, text: `${value}` }] : [];
}

/** A text that is itself YAML or JSON, such as an extension's config, reaches the cluster in parts. */
function partsOf(text: string): readonly Leaf[] {
  try {
    return readYaml(text).flatMap((inner) => (isFields(inner) || Array.isArray(inner) ? leavesOf(inner) : []));
  } catch {
    return [];
  }
}

/** Beside a secret stand such words as `kind: Config`. */
const isNoWord = ({ key, text }: Leaf) => /pass|secret|token|key|cred|auth|data/i.test(key) || text.length >= 8;
