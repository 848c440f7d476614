// The most memory that a Node process took, in MiB. Loaded into a command by `--require`, it also writes that down, into $BENCH_PEAKS.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

// Linux counts in `maxRSS` what the parent took before the start, too; VmHWM is the process's own.
exports.peak = () => {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
};

const folder = process.env.BENCH_PEAKS;
if (folder !== undefined) process.on("exit", () => writeFileSync(join(folder, String(process.pid)), String(exports.peak())));
