/** An OAuth client's `configuration.yaml` as Go reads it into a struct: a field that is a text takes whatever stands there. */
import { CORE_SCHEMA, FAILSAFE_SCHEMA, YAMLException, boolYaml11Tag, intYaml11Tag, load, nullCoreTag, type Schema } from "js-yaml";
import type { GrantMethod, OAuthClientConfiguration } from "../../../../kubesphere/login/oauthClientConfig";
import { Denied } from "./review.js";

const TEXTS = FAILSAFE_SCHEMA.withTags(nullCoreTag);
const TYPED = CORE_SCHEMA.withTags(intYaml11Tag, boolYaml11Tag);

/** @throws Denied, with what is wrong in the parser's words; KubeSphere's is another parser. */
export function readClient(text: string): OAuthClientConfiguration {
  const texts = read(text, TEXTS);
  const typed = read(text, TYPED);
  const textAt = (key: string) => (typeof texts[key] === "string" ? texts[key] : "");
  const listAt = (key: string) => (Array.isArray(texts[key]) ? texts[key].map(String) : []);
  const number = (key: string) => valueOf<number>(text, key, typed[key], "number", "int64");
  const boolean = (key: string) => valueOf<boolean>(text, key, typed[key], "boolean", "bool");
  return {
    name: textAt("name"),
    secret: textAt("secret"),
    trusted: boolean("trusted"),
    grantMethod: textAt("grantMethod") as GrantMethod,
    respondWithChallenges: boolean("respondWithChallenges"),
    scopeRestrictions: listAt("scopeRestrictions"),
    redirectURIs: listAt("redirectURIs"),
    accessTokenMaxAgeSeconds: number("accessTokenMaxAgeSeconds"),
    accessTokenInactivityTimeoutSeconds: number("accessTokenInactivityTimeoutSeconds"),
  };
}

/** Of a client that is stored, in whatever form. */
export function clientName(text: string): string | undefined {
  try {
    return readClient(text).name;
  } catch {
    return undefined;
  }
}

function read(text: string, schema: Schema): Record<string, unknown> {
  try {
    const value = text.trim() === "" ? {} : load(text, { schema });
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new Denied(`yaml: line ${(error.mark?.line ?? 0) + 1}: ${error.reason}`);
  }
}

function valueOf<T>(text: string, key: string, value: unknown, type: string, goType: string): T | undefined {
  if (value === undefined || value === null || typeof value === type) return value as T | undefined;
  const line = text.split("\n").findIndex((it) => it.startsWith(`${key}:`)) + 1;
  throw new Denied(`yaml: unmarshal errors:\n  line ${line}: cannot unmarshal !!str \`${String(value)}\` into ${goType}`);
}
