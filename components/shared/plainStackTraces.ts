/**
 * The SDK takes a stack trace with each of its promises, and the language host's ts-node looks every frame up in source maps, also those of
 * the SDK: 10% of the start-up of a small stack, 40% with a hundred extensions. Mistakes of users are reported without stack traces. Stack
 * traces of the program's own errors still name the file, and the line of its JavaScript.
 */
delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
