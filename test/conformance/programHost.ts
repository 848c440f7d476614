/** The process that runs the programs of a test file's commands: the SDK can run one at a time in a process. */
import { spawn, type ChildProcess } from "child_process";
import { join } from "path";

const HOST = join(__dirname, "host.js");

let host: ChildProcess | undefined;
let address: Promise<string> | undefined;

/** Its address, for the engine's `--client`; started when it is asked for, ended with the test file at the latest. */
export const programHost = (): Promise<string> => (address ??= start());

/** A program that the engine gave up may end late, and would then take the connections of the next one with it. */
export function endProgramHost(): void {
  host?.removeAllListeners("exit").kill();
  host = address = undefined;
}

afterAll(endProgramHost);

function start(): Promise<string> {
  const child = spawn(process.execPath, [HOST], { stdio: ["pipe", "pipe", "inherit"] });
  host = child;
  return new Promise((started, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => fail(new Error(`${HOST} ended with exit code ${code}`)));
    child.stdout.once("data", (port: Buffer) => started(`127.0.0.1:${port.toString().trim()}`));
  });
}
