/** How long a newcomer waits, and what the program costs by itself. */
import { median, rounds, seconds, timed, type Cell, type Table } from "../measurement";
import { NO_OP, pulumi } from "../program";
import type { Workbench } from "../workbench";

const LOADING = 'require("@pulumi/pulumi");require("@pulumi/kubernetes")';

export async function start(bench: Workbench, count: number): Promise<Table> {
  bench.now("npm start");
  await bench.sandbox("sandbox", "reset");
  const first = await bench.sandbox("start", ...bench.portOptions);
  const second = await bench.sandbox("start");
  bench.now("the program's start-up");
  const runs = await rounds(count, async () => ({
    program: await pulumi(bench, NO_OP),
    loading: await bench.run(process.execPath, "-e", LOADING),
  }));
  const startup = runs.map(({ program }) => program.first);
  const loading = runs.map((run) => run.loading.seconds);
  bench.now("the unit tests");
  // As people run them, not as if they worked on the sandbox.
  const tests = await timed(process.execPath, ["sandbox/run.mjs", "test:unit"], { cwd: bench.checkout, env: process.env });
  const memory: Cell = { values: runs.map(({ program }) => program.memory), unit: "MB", aim: 250 };
  const rows: [string, Cell][] = [
    ["`npm start`, tools cached", seconds([first.seconds], 45)],
    ["`npm start` again, nothing changed", seconds([second.seconds], 20)],
    ["program: start of its process to its first resource", seconds(startup, 1)],
    ["the same against loading the Pulumi SDKs alone", { values: [median(startup) / median(loading)], unit: "×" }],
    ["program: memory", memory],
    ["`npm run test:unit`", seconds([tests.seconds], 20)],
  ];
  return {
    part: "start",
    title: "Start",
    about: ["The sandbox from nothing to every URL answering, and the program in it, with the demo extension."],
    columns: ["measured"],
    rows: rows.map(([what, cell]) => ({ what, cells: [cell] })),
  };
}
