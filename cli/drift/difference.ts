/** One difference between a cluster and what was deployed on it. */
import type { Property } from "./compare";
import type { Ways } from "./ways";

export interface Difference extends Ways {
  /** `Kind name`, or `Kind namespace/name`. */
  readonly object: string;
  /** The resource that declares it. */
  readonly urn: string;
  /** Set when the object is part of a Helm release rather than declared itself. */
  readonly release?: string;
  readonly drift: "changed" | "missing" | "upgraded" | "unknown";
  readonly properties: readonly Property[];
  /** Why it could not be looked at, or why it cannot be there. */
  readonly reason?: string;
}
