/**
 * What editors know of a stack's file, as JSON Schema: made of the very schema that refuses, with its words as descriptions. What several
 * keys say together, the program alone judges. Pure.
 */
import { z } from "zod";
import { access, accessSection, ADDRESS_LIKE } from "../../settings/accessSettings";
import { install, installSection } from "../../settings/extensionSettings";
import { dnsName, ipv4 } from "../../settings/schema";
import { settingsSchema } from "../../settings/settings";
import { readYaml } from "../../kubesphere/yaml/goYaml";

type Json = z.core.JSONSchema.JSONSchema;

/** Draft 7, which every editor's YAML plugin reads. */
const DRAFT = { target: "draft-7", io: "input", unrepresentable: "any" } as const;

/** As `pulumi config set --secret` writes it. */
const SECRET: Json = { $ref: "#/definitions/secret" };
const definitions = {
  secret: {
    description: "A value that Pulumi has encrypted; `pulumi config set --secret` writes it.",
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
  },
} as const;
/** Keys whose values are credentials; a key of the configuration itself may be one anyway. */
const CREDENTIALS = ["kubeconfig", "key", "password", "secret"];

/** @param project the text of Pulumi.yaml, which describes the keys of the configuration */
export function schemaText(project: string): string {
  const [{ config = {} } = {}] = readYaml(project) as { config?: Readonly<Record<string, { description?: string }>> }[];
  const descriptions = Object.fromEntries(Object.entries(config).map(([key, { description }]) => [key, description]));
  return `${JSON.stringify(stackFileSchema(descriptions), undefined, 2)}\n`;
}

function stackFileSchema(descriptions: Readonly<Record<string, string | undefined>>): Json {
  const { properties = {}, required = [] } = z.toJSONSchema(settingsSchema, { ...DRAFT, override: refine });
  const keys = Object.entries(properties as Record<string, Json>).map(([key, schema]): [string, Json] => {
    const { description = descriptions[key], default: otherwise, ...rest } = schema;
    // `pulumi config set` makes texts of all that has no path.
    const texts: Json[] = key === "production" ? [{ enum: ["true", "false"] }] : [];
    const about = { ...(description !== undefined && { description }), ...(otherwise !== undefined && { default: otherwise }) };
    return [`kubesphere:${key}`, { ...about, anyOf: [rest, ...texts, SECRET] }];
  });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of KubeSphere Luban as code",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(keys),
        required: required.map((key) => `kubesphere:${key}`),
        // Other programs' keys, such as pulumi:…, are theirs.
        propertyNames: { if: { pattern: "^kubesphere:" }, then: { enum: keys.map(([key]) => key) } },
      },
    },
    required: ["config"],
    definitions,
  };
}

interface Override {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: Json;
  readonly path: readonly (string | number)[];
}

function refine({ zodSchema, jsonSchema, path }: Override): void {
  const [key] = path.slice(-1);
  // What these may be is decided in code.
  if (zodSchema === (install as z.core.$ZodType)) Object.assign(jsonSchema, { anyOf: [{ const: false }, part(installSection)] });
  if (zodSchema === (access as z.core.$ZodType)) {
    Object.assign(jsonSchema, {
      anyOf: [
        { ...part(accessSection), minProperties: 1, maxProperties: 1 },
        part(ipv4),
        { ...part(dnsName), not: { pattern: ADDRESS_LIKE.source } },
      ],
    });
    return;
  }
  if (jsonSchema.type === "object" && "properties" in jsonSchema) return;
  // It says that keys are texts.
  delete jsonSchema.propertyNames;
  const description = jsonSchema.description ?? wordsOf(zodSchema);
  if (description !== undefined) jsonSchema.description = description;
  if (jsonSchema.type !== "string" || !CREDENTIALS.includes(String(key)) || path.at(-2) !== "properties") return;
  const plain = { ...jsonSchema };
  for (const each of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, each);
  delete plain.description;
  Object.assign(jsonSchema, { description, anyOf: [plain, SECRET] });
}

const part = (schema: z.ZodType): Json => {
  const made = z.toJSONSchema(schema, { ...DRAFT, override: refine });
  delete made.$schema;
  return made;
};

/** What is allowed there, as its refusal says it; undefined where that is left to what surrounds it. */
function wordsOf(schema: z.core.$ZodType): string | undefined {
  const { error } = z.safeParse(schema, Symbol("nothing that is allowed"));
  const message = error?.issues[0]?.message;
  return message === undefined || message.startsWith("Invalid") ? undefined : `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;
}
