/** Commands that write down how they were called, and then are what they stand for. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "fs";
import { join } from "path";

/** One start of a command. */
export interface RecordedCall {
  readonly command: string;
  /** Separated by spaces. */
  readonly args: string;
  /** `NAME=value` lines. */
  readonly environment: string;
}

/**
 * @param folder for the commands, to be the first of PATH; made where it is not there
 * @param real the executable of each
 * @returns reads what has been called so far, in no order
 */
export function recordCommands(folder: string, real: Readonly<Record<string, string>>): () => readonly RecordedCall[] {
  const calls = join(folder, "calls");
  mkdirSync(calls, { recursive: true });
  for (const [name, executable] of Object.entries(real)) {
    const file = join(folder, name);
    // A process id is used again, time is not.
    const record = `${calls}/$$-$(date +%s%N)`;
    writeFileSync(
      file,
      `#!/bin/sh\ncall=${record}\nprintf '%s' "$*" > "$call.args"\nenv > "$call.env"\n echo ${name} > "$call.name"\nexec '${executable}' "$@"\n`,
    );
    chmodSync(file, 0o755);
  }
  const read = (call: string, part: string) => readFileSync(join(calls, `${call}.${part}`), "utf8");
  return () =>
    readdirSync(calls)
      .filter((file) => file.endsWith(".name"))
      .map((file) => file.replace(/\.name$/, ""))
      .map((call) => ({ command: read(call, "name").trim(), args: read(call, "args"), environment: read(call, "env") }));
}
