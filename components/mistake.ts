/** Errors that end a run and are told in one line. */
import { inspect } from "util";
import * as pulumi from "@pulumi/pulumi";

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
