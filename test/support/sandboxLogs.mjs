/**
 * A Jest reporter, which Jest does not compile: where tests have failed, what the processes of their sandboxes said last. Their logs go
 * with the run.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const LINES = 20;

/** Of the processes that a suite may have: `--maxWorkers` in sandbox/run.mjs. */
const WORKERS = ["", "2"];

export default class SandboxLogs {
  constructor({ rootDir }) {
    this.checkout = rootDir;
    const hash = createHash("sha256").update(rootDir).digest("hex").slice(0, 8);
    // As test/support/sandbox.ts names them.
    this.names = WORKERS.map((worker) => `test${worker}-${hash}`);
  }

  onRunComplete(_contexts, { numFailedTests, numFailedTestSuites }) {
    if (numFailedTests + numFailedTestSuites > 0) for (const name of this.names) this.tell(name);
  }

  tell(name) {
    const command = ["sandbox/run.mjs", "sandbox", "status", "--json", "--name", name];
    const { status, stdout } = spawnSync(process.execPath, command, { cwd: this.checkout, encoding: "utf8" });
    if (status !== 0) return;
    const { folder, exists, components } = JSON.parse(stdout);
    if (!exists) return;
    console.error(`sandbox ${name}, of which ${Object.keys(components).join(", ") || "nothing"} runs, said last:`);
    const logs = join(folder, "kwok", "clusters", name, "logs");
    for (const file of [...(existsSync(logs) ? readdirSync(logs).map((log) => join(logs, log)) : []), join(folder, "sim.log")]) {
      if (!existsSync(file)) continue;
      const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-LINES);
      console.error(`── ${basename(file)}\n${lines.map((line) => line.slice(0, 300)).join("\n")}`);
    }
  }
}
