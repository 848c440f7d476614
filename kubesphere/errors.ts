/** What is wrong with one setting, for a person to mend. */
export interface Problem {
  /** The setting as the stack's configuration has it, e.g. `kubesphere:oauthClients[0].grantMethod`. */
  readonly path: string;
  /** What was found there, shown as JSON; undefined where nothing was. Never a secret. */
  readonly given: unknown;
  /** What the setting takes: a list or a phrase. */
  readonly allowed: string;
  /** What to do about it, a sentence. */
  readonly mend?: string;
}

/** `kubesphere:oauthClients[0].grantMethod: "foo" is not allowed; allowed: auto, prompt, deny. Leave it out for auto.` */
export function describeProblem({ path, given, allowed, mend }: Problem): string {
  const found = given === undefined ? "is missing" : `${JSON.stringify(given)} is not allowed`;
  return `${path}: ${found}; allowed: ${allowed}.${mend === undefined ? "" : ` ${sentence(mend)}`}`;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** A setting that cannot be worked with; its message is {@link describeProblem}'s. */
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

/** A value, or what the user has to mend before there is one. */
export interface Attempt<T> {
  /** Absent where there is a problem. */
  readonly value?: T;
  readonly problems: readonly Problem[];
}

/**
 * For mistakes that are reported together, in the order in which the user wrote what they are made in: that of their discovery changes from
 * run to run.
 * @throws any error that is no {@link ConfigurationError}
 */
export async function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work, problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { problems: [error] };
  }
}
