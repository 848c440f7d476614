/** The cluster that a doctor looks at: the stack's own, or one that was its member. */
import type { Result } from "./examine";
import type { Tools } from "./mend";

/** What is looked at, and mended. */
export interface Patient {
  readonly called: string;
  /** The command by which it was looked at. */
  readonly typed: string;
  readonly look: () => Promise<readonly Result[]>;
  readonly mask: (text: string) => string;
  readonly tools: () => Promise<Omit<Tools, "progress">>;
}

export interface Places {
  /** The folder of Pulumi.yaml. */
  readonly checkout: string;
  /** The sandbox's cache folder. */
  readonly cache: string;
}
