/**
 * The SDK takes a stack trace with each of its promises, and the language host's ts-node has every frame looked up in source maps, the
 * SDK's own too: 10% of the start-up of a small stack, 40% with a hundred extensions. A user's mistakes are reported without stack traces;
 * those of the program's own errors still name the file, and the line of its JavaScript.
 */
delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
