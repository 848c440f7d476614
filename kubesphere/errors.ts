/** A problem of one setting, which a person must mend. */
export interface Problem {
  /** The setting as the stack's configuration has it, e.g. `kubesphere:oauthClients[0].grantMethod`. */
  readonly path: string;
  /** The value found there, shown as JSON; undefined if there was none. Never a secret. */
  readonly given: unknown;
  /** The allowed values: a list or a phrase. */
  readonly allowed: string;
  /** The remedy, as a sentence. */
  readonly mend?: string;
}

/** `kubesphere:oauthClients[0].grantMethod: "foo" is not allowed; allowed: auto, prompt, deny. Leave it out for auto.` */
export function describeProblem({ path, given, allowed, mend }: Problem): string {
  const found = given === undefined ? "is missing" : `${JSON.stringify(given)} is not allowed`;
  return `${path}: ${found}; allowed: ${allowed}.${mend === undefined ? "" : ` ${sentence(mend)}`}`;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** An invalid setting; its message is that of {@link describeProblem}. */
export class ConfigurationError extends Error implements Problem {
  readonly path: string;
  readonly given: unknown;
  readonly allowed: string;
  readonly mend?: string;

  constructor(problem: Problem) {
    super(describeProblem(problem));
    this.name = "ConfigurationError";
    this.path = problem.path;
    this.given = problem.given;
    this.allowed = problem.allowed;
    if (problem.mend !== undefined) this.mend = problem.mend;
  }
}

/** A value, or the problems that prevent it. */
export interface Attempt<T> {
  /** Absent if there is a problem. */
  readonly value?: T;
  readonly problems: readonly Problem[];
}

/**
 * Collects mistakes that are reported together, in the order of the user's settings: the order of their discovery changes from
 * run to run.
 * @throws any other error than a {@link ConfigurationError}
 */
export async function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work, problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { problems: [error] };
  }
}
