/** The TCP sockets that processes listen on, from Linux' /proc. */
import { readdirSync, readFileSync, readlinkSync } from "fs";

export interface ListeningSocket {
  readonly pid: number;
  /** As `127.0.0.1` or, in hexadecimal, an IPv6 one. */
  readonly address: string;
  readonly port: number;
}

const LISTEN = "0A";

/** @throws where there is no /proc */
export function listeningSockets(pids: readonly number[]): ListeningSocket[] {
  const byInode = new Map<string, { address: string; port: number }>();
  for (const table of ["tcp", "tcp6"]) {
    for (const line of readFileSync(`/proc/net/${table}`, "utf8").split("\n").slice(1)) {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      const [address = "", port = ""] = local.split(":");
      if (state === LISTEN) byInode.set(inode, { address: readable(address), port: parseInt(port, 16) });
    }
  }
  return pids.flatMap((pid) => [...new Set(inodesOf(pid))].flatMap((inode) => ({ pid, ...byInode.get(inode) }))).filter(isSocket);
}

const isSocket = (it: Partial<ListeningSocket>): it is ListeningSocket => it.port !== undefined;

/** The kernel writes an IPv4 address as a number of this machine's byte order. */
const readable = (hex: string): string => (hex.length === 8 ? [...Buffer.from(hex, "hex")].reverse().join(".") : hex);

function inodesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1] ?? []);
  } catch {
    return []; // It has ended.
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ""; // Closed meanwhile.
  }
}

/** Ids of the processes that have `text` in their command line or their environment. */
export function processesWith(text: string): number[] {
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      return "";
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.filter((pid) => read(pid, "cmdline").includes(text) || read(pid, "environ").includes(text)).map(Number);
}

/** The kernel's name of a process, cut at 15 characters; "" where it has ended. */
export function processName(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}
