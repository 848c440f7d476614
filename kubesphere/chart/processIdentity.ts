/** The identity of a process. Its id alone is not enough: ids are reused, and mean another process in another container. */
import { spawnSync } from "child_process";
import { readdirSync, readFileSync, readlinkSync } from "fs";

/** Letters and digits only, since it becomes part of file names. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The time of its start, in the system's unit; "" if the system does not tell. */
  readonly start: string;
  /** Of the machine: another one after each start. */
  readonly boot: string;
  /** The PID namespace in which the id is valid; containers have their own. */
  readonly namespace: string;
}

/** Whether it still runs; "unknown" if it is in another PID namespace or on another machine. */
export type Life = "alive" | "dead" | "unknown";

const otherwise = (read: () => string): string => {
  try {
    return read();
  } catch {
    return "";
  }
};

const plain = (text: string) => text.replace(/[^A-Za-z0-9]/g, "").slice(-16);

const isLinux = process.platform === "linux";
const ps = (...args: string[]) => spawnSync("ps", args, { encoding: "utf8" }).stdout.trim();

/**
 * State and start of a process, in one read; undefined if it does not exist. A zombie counts as not existing:
 * in a container it may never be removed.
 */
function startOf(pid: number): string | undefined {
  if (!isLinux) {
    const [, state = "Z", start = ""] = /^(\S+)\s+(.*)$/.exec(ps("-o", "stat=,lstart=", "-p", String(pid))) ?? [];
    return state.startsWith("Z") ? undefined : plain(start);
  }
  // Fields 3 and 22 of proc(5); the name before them, in parentheses, may hold anything.
  const fields = otherwise(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
    .replace(/^.*\) /s, "")
    .split(" ");
  // The first thread may end before the others, which still use the process's resources.
  const isDead = "ZX".includes(fields[0] ?? "") && threadsOf(pid) <= 1;
  return isDead ? undefined : fields[19];
}

const threadsOf = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
};

let own: ProcessIdentity | undefined;

/** This process's own. */
export function ownIdentity(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    start: startOf(process.pid) ?? "",
    boot: plain(
      isLinux
        ? otherwise(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"))
        : spawnSync("sysctl", ["-n", "kern.boottime"], { encoding: "utf8" }).stdout,
    ),
    namespace: isLinux ? plain(otherwise(() => readlinkSync("/proc/self/ns/pid"))) : "",
  };
  return own;
}

/** @param self the process that compares. Default: this process */
export function lifeOf({ pid, start, boot, namespace }: ProcessIdentity, self: ProcessIdentity = ownIdentity()): Life {
  if (boot !== self.boot || namespace !== self.namespace) return "unknown";
  const found = startOf(pid);
  if (found === undefined) return "dead";
  // Without its start time, another process may have the id by now.
  return start === "" || found === "" ? "unknown" : found === start ? "alive" : "dead";
}
