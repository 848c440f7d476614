/** What a provider of the sandbox implements; {@link serve} turns it into a plugin. */
import type { Properties } from "./values.js";

export type ChangeKind = "add" | "update" | "delete";

export interface Diff {
  readonly changed: boolean;
  /** Property paths that only a replacement can change. */
  readonly replaces: string[];
  /** Top-level properties that changed. */
  readonly diffs?: string[];
  /** Property path to what happens there. */
  readonly detailed?: Record<string, ChangeKind>;
  /** @default false: the replacement is made first */
  readonly deleteBeforeReplace?: boolean;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** A resource as the engine has it in state. */
export interface Resource {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface Options {
  /** The resource's custom timeout; 0 when none is set. */
  readonly timeoutSeconds: number;
  readonly preview: boolean;
}

export interface Provider {
  readonly name: string;
  readonly version: string;
  diffConfig(olds: Properties, news: Properties): Diff | Promise<Diff>;
  configure(config: Properties): void | Promise<void>;
  check(
    resource: { urn: string; seed: Buffer },
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures?: CheckFailure[] }>;
  diff(old: Resource, news: Properties): Diff | Promise<Diff>;
  create(urn: string, inputs: Properties, options: Options): Promise<{ id: string; outputs: Properties }>;
  /** `undefined` when it is not there. Inputs and outputs are empty when it is read for the first time. */
  read(old: Resource): Promise<{ id: string; inputs: Properties; outputs: Properties } | undefined>;
  update(old: Resource, news: Properties, options: Options): Promise<Properties>;
  delete(old: Resource, options: Options): Promise<void>;
  /** Ends all waits. */
  cancel(): void;
  /** Functions by their tokens, `package:module:name`; others are refused by name. @default none */
  readonly functions?: Readonly<Record<string, (args: Properties) => Promise<Properties>>>;
}

/** The resource exists but is not what it should be: the engine keeps it in state together with `reasons`. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly inputs: Properties,
    readonly outputs: Properties,
    readonly reasons: string[],
  ) {
    const count = `${reasons.length} error${reasons.length === 1 ? "" : "s"} occurred:`;
    super([count, ...reasons.map((reason) => `\t* ${reason}`)].join("\n"));
  }
}

/** `urn:pulumi:stack::project::parent$type::name` → type and name. */
export function parseUrn(urn: string): { type: string; name: string } {
  const [, , qualified = "", ...name] = urn.split("::");
  return { type: qualified.slice(qualified.lastIndexOf("$") + 1), name: name.join("::") };
}
