/**
 * The rules as `@pulumi/policy` takes them: those that look at a resource. What a preview takes away and what an extension's chart renders
 * is not told to a policy pack; `luban policy` sees both.
 */
import { label } from "../kubesphere/api";
import { at, isRecord, type Rule, type StackFacts } from "./rule";
import { DEFAULT_NODE_PORTS, rules } from "./rules";

/** The part of `ResourceValidationArgs` that is used. */
interface ValidationArgs {
  readonly urn: string;
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  getConfig<T extends object>(): T;
}

/** A pack is told nothing of the stack's configuration; `--policy-pack-config` says what rules depend on. */
const configSchema = {
  properties: {
    production: { type: "boolean" as const, default: false },
    nodePorts: { type: "array" as const, items: { type: "integer" as const }, default: [...DEFAULT_NODE_PORTS] },
    /** Extensions that the rule passes over: a pack sees one resource at a time, and so no `install.allow`. */
    extensions: { type: "array" as const, items: { type: "string" as const }, default: [] as string[] },
  },
};

/** What only an `up` tells. */
const UNKNOWN = "[unknown]";

/**
 * A resource's properties as a preview shows them: the host throws as soon as one is read that is not known yet, and would leave out the whole
 * rule for a property that it does not look at.
 */
function known(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value.keys(), (index) => knownAt(value, index));
  return isRecord(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, knownAt(value, key)])) : value;
}

function knownAt<K extends PropertyKey>(value: Readonly<Record<K, unknown>>, key: K): unknown {
  let property: unknown;
  try {
    property = value[key];
  } catch {
    return UNKNOWN;
  }
  return known(property);
}

const policy = ({ name, why, mend, resource }: Rule & Required<Pick<Rule, "resource">>) => ({
  name,
  description: why,
  configSchema,
  validateResource(args: ValidationArgs, report: (message: string) => void): void {
    const { urn, type, props } = args;
    const inputs = known(props) as typeof props;
    const { extensions = [], ...facts } = args.getConfig<StackFacts & { readonly extensions?: readonly string[] }>();
    if (extensions.some((name) => name === at(inputs, "metadata", "labels", label.extensionRef))) return;
    for (const { property, given } of resource({ urn, type, inputs }, facts))
      report(`${property}: ${given === undefined ? "is missing" : JSON.stringify(given)}. ${mend}`);
  },
});

export const policies = rules.flatMap((rule) => (at(rule, "resource") === undefined ? [] : [policy(rule as Parameters<typeof policy>[0])]));
