/** Reads the output of a program that can write only to a file, without storing it on a disk. */
import { constants } from "fs";
import { open, rm } from "fs/promises";
import { join } from "path";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { run } from "../../sandbox/src/processes";
import { Failure } from "./command";

/** @param work gets the pipe's path, which one writer may open once @returns its result, and the written bytes: none if nothing was written */
export async function throughPipe<T>(work: (pipe: string) => Promise<T>): Promise<{ result: T; written: string }> {
  const folder = await temporaryFolder("pipe");
  try {
    const pipe = join(folder, "pipe");
    const made = await run("mkfifo", ["-m", "600", pipe]);
    if (made.code !== 0) throw new Failure(`no named pipe can be made in ${folder}: ${made.stderr.trim()}`);
    const failure = new AbortController();
    const reading = run("cat", [pipe], { signal: failure.signal });
    try {
      const result = await work(pipe);
      await endReader(pipe);
      return { result, written: (await reading).stdout };
    } catch (error) {
      failure.abort();
      throw error;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends a reader that waits for a writer that never came; fails if there is no reader. */
const endReader = (pipe: string) =>
  open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).then(
    (handle) => handle.close(),
    () => undefined,
  );
