/** What a second control plane costs, and what a sandbox without one does not pay. */
import { rounds, seconds, type Cell, type Table } from "../measurement";
import type { Workbench } from "../workbench";

interface Status {
  readonly components: Readonly<Record<string, number>>;
  readonly simulator: { readonly pid: number } | null;
  readonly member?: { readonly components: Readonly<Record<string, number>> };
}

/** In MB, of all processes that the sandbox keeps running. What they share is counted for each of them. */
async function memory(bench: Workbench): Promise<number> {
  const { components, simulator, member } = JSON.parse((await bench.sandbox("sandbox", "status", "--json")).stdout) as Status;
  const pids = [...Object.values(components), ...Object.values(member?.components ?? {}), ...(simulator ? [simulator.pid] : [])];
  const { stdout } = await bench.run("ps", "-o", "rss=", "-p", pids.join(","));
  const kibibytes = stdout.trim().split(/\s+/).map(Number);
  return kibibytes.reduce((sum, it) => sum + it, 0) / 1024;
}

async function round(bench: Workbench, ...options: readonly "--member"[]) {
  await bench.sandbox("sandbox", "reset");
  const first = await bench.sandbox("sandbox", "up", ...bench.portOptions, ...options);
  return { first: first.seconds, memory: await memory(bench), again: (await bench.sandbox("sandbox", "up")).seconds };
}

export async function member(bench: Workbench, count: number): Promise<Table> {
  // In turns, so that another load on the machine slows both.
  const runs = await rounds(count, async (number) => {
    bench.now(`a sandbox without and with a member cluster, round ${number + 1} of ${count}`);
    return { without: await round(bench), with: await round(bench, "--member") };
  });
  const both = (cell: (side: "without" | "with") => Cell) => [cell("without"), cell("with")];
  return {
    part: "member",
    title: "A member cluster in the sandbox",
    about: ["`npm run sandbox -- up` from nothing, without a deployment: one control plane, and with `--member` two of them."],
    columns: ["without", "with `--member`"],
    rows: [
      { what: "`sandbox up` from nothing", cells: both((side) => seconds(runs.map((it) => it[side].first))) },
      { what: "the same again, all running", cells: both((side) => seconds(runs.map((it) => it[side].again))) },
      { what: "memory of all its processes", cells: both((side) => ({ values: runs.map((it) => it[side].memory), unit: "MB" })) },
    ],
  };
}
