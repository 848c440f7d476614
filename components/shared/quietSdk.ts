/**
 * What the SDK does for its own developers with each promise and each resource: a stack trace, and three debug messages, each a request to the
 * engine that the next one waits for. With a hundred extensions they are half of the program's CPU time and a quarter of its memory, and the
 * traces of resources a tenth of the state without the packages. Mistakes of users are reported without stack traces; those of the program's
 * own errors still name the file, and the line of its JavaScript. The engine's `--logtostderr -v 9` tells of the same requests.
 */
import * as log from "@pulumi/pulumi/log";
import { Resource } from "@pulumi/pulumi/resource";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/** What the SDK keeps out of its types. */
const traced = debuggable as unknown as { debuggablePromise: (promise: Promise<unknown>, context: unknown) => Promise<unknown> };

/** A promise that never ends is still reported; where it began tells the SDK's own variable, as ever. */
function untraced<T extends unknown[], R>(work: (...args: T) => R): (...args: T) => R {
  return (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return work(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"] === undefined) traced.debuggablePromise = untraced(traced.debuggablePromise);
Object.assign(Resource, { stackTrace: () => [] });
// oxlint-disable-next-line no-import-assign -- the SDK calls it through the module
Object.assign(log, { debug: () => Promise.resolve() });
