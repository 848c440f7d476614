/** Errors that end a run and are reported in one line. */
import { inspect } from "util";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, describeProblem, type Problem } from "../../kubesphere/errors";

/**
 * The SDK passes each error that ends a program to `util.inspect`, for a trace event. What hangs on the error by then (the rejected
 * promise, the resource, the whole asynchronous context) takes it 20 seconds of CPU; told how to show itself, the error costs nothing.
 */
const terse = <E extends Error>(error: E): E => {
  // Of an error after the program's last line, which is when rollouts end, the SDK shows this.
  error.stack = error.message;
  return Object.defineProperty(error, inspect.custom, { value: () => error.message });
};

/** A mistake of the user's: its message stands alone, without a stack trace. */
export const mistake = (message: string): Error => terse(new pulumi.RunError(message));

/** What became of a resource, told beside it. */
export const resourceFailure = (message: string, resource: pulumi.Resource): Error =>
  terse(new pulumi.ResourceError(message, resource, true));

/** How the keys of a configuration of this program begin. */
const OWN_ROOT = "kubesphere:";

/**
 * @param root how the keys begin for whoever reads it. Default: as they do in the configuration of this program
 * @throws {@link mistake} naming all of them, one line each; of none, nothing
 */
export function refuse(problems: readonly Problem[], root = OWN_ROOT): void {
  const rooted = problems.map((it) => ({ ...it, path: it.path.startsWith(OWN_ROOT) ? root + it.path.slice(OWN_ROOT.length) : it.path }));
  if (rooted.length > 0) throw mistake(rooted.map(describeProblem).join("\n"));
}

/** What is thrown as a {@link ConfigurationError} is a mistake of the user's; any other error keeps its own words and stack trace. */
export async function refusing<T>(work: Promise<T>, root?: string): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof ConfigurationError) refuse([error], root);
    throw error;
  });
}
