/** Errors that end a run and are reported in one line. */
import { inspect } from "util";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, describeProblem, type Problem } from "../../kubesphere/errors";

/**
 * The SDK passes each error that ends a program to `util.inspect`, for a trace event. The objects that the error refers to by then (the
 * rejected promise, the resource, the whole asynchronous context) take it 20 seconds of CPU; an error with its own inspect function takes none.
 */
const terse = <E extends Error>(error: E): E => {
  // For an error after the program's last line, such as that of a rollout, the SDK prints this.
  error.stack = error.message;
  return Object.defineProperty(error, inspect.custom, { value: () => error.message });
};

/** A mistake of the user: reported by its message only, without a stack trace. */
export const mistake = (message: string): Error => terse(new pulumi.RunError(message));

/** A failure of a resource, reported beside it. */
export const resourceFailure = (message: string, resource: pulumi.Resource): Error =>
  terse(new pulumi.ResourceError(message, resource, true));

/** The prefix of this program's configuration keys. */
const OWN_ROOT = "kubesphere:";

/**
 * @param root the prefix of the keys in the message. Default: that of this program's configuration
 * @throws {@link mistake} with one line for each problem; nothing if there is none
 */
export function refuse(problems: readonly Problem[], root = OWN_ROOT): void {
  const rooted = problems.map((it) => ({ ...it, path: it.path.startsWith(OWN_ROOT) ? root + it.path.slice(OWN_ROOT.length) : it.path }));
  if (rooted.length > 0) throw mistake(rooted.map(describeProblem).join("\n"));
}

/** Turns a {@link ConfigurationError} into a mistake of the user; any other error keeps its message and stack trace. */
export async function refusing<T>(work: Promise<T>, root?: string): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof ConfigurationError) refuse([error], root);
    throw error;
  });
}
