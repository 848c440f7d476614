/**
 * The rules as `@pulumi/policy` takes them: those that look at a resource. What a preview takes away and what an extension's chart renders
 * is not told to a policy pack; `npm run policy` sees both.
 */
import { at, type Rule, type StackFacts } from "./rule";
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
  },
};

const policy = ({ name, why, mend, resource }: Rule & Required<Pick<Rule, "resource">>) => ({
  name,
  description: why,
  configSchema,
  validateResource(args: ValidationArgs, report: (message: string) => void): void {
    const { urn, type, props } = args;
    for (const { property, given } of resource({ urn, type, inputs: props }, args.getConfig<StackFacts>()))
      report(`${property}: ${given === undefined ? "is missing" : JSON.stringify(given)}. ${mend}`);
  },
});

export const policies = rules.flatMap((rule) => (at(rule, "resource") === undefined ? [] : [policy(rule as Parameters<typeof policy>[0])]));
