/** The documentation's example by hand, and the same by this program. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ratio, rounds, seconds, type Row, type Table } from "../measurement";
import { BOTH_PLUGINS, configured, EMPTY, NO_OP, pulumi, smallProgram, UP } from "../program";
import type { Workbench } from "../workbench";
import { byHand, typed } from "./hand";

/** An extension's chart as its author has it at one time. */
function author(bench: Workbench, version: string): string {
  const folder = join(bench.scratch, "demo");
  cpSync(join(bench.checkout, "extensions", "demo"), folder, { recursive: true });
  const file = join(folder, "Chart.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^version: .*$/m, `version: ${version}`));
  return folder;
}

async function handRound(bench: Workbench) {
  await bench.fresh();
  const hand = (version: string, config: string) => byHand(bench, author(bench, version), config);
  return {
    first: await typed(bench, (await hand("0.1.0", "")).page),
    noOp: await typed(bench, (await hand("0.1.0", "")).page),
    value: await typed(bench, (await hand("0.1.0", "demo: { replicaCount: 2 }\n")).page),
    valueAlone: await typed(bench, (await hand("0.1.0", "demo: { replicaCount: 3 }\n")).extension),
    upgrade: await typed(bench, (await hand("0.2.0", "demo: { replicaCount: 3 }\n")).page),
    upgradeAlone: await typed(bench, (await hand("0.3.0", "demo: { replicaCount: 3 }\n")).extension),
  };
}

async function programRound(bench: Workbench) {
  await bench.fresh();
  const state = (version: string, replicaCount?: number) => {
    const install = replicaCount === undefined ? {} : { config: { demo: { replicaCount } } };
    return configured(bench, [{ source: author(bench, version), install }]);
  };
  const took = async (args: readonly string[], config: readonly string[]) => (await pulumi(bench, [...args, ...config])).seconds;
  const deployed = state("0.1.0");
  const first = await took(UP, deployed);
  const floor = await smallProgram(bench, EMPTY);
  const pluginFloor = await smallProgram(bench, BOTH_PLUGINS);
  return {
    first,
    // In turns, so that another load on the machine slows both.
    floor: (await floor()).seconds,
    pluginFloor: (await pluginFloor()).seconds,
    noOp: await took(NO_OP, deployed),
    noOpUp: await took(UP, deployed),
    value: await took(UP, state("0.1.0", 2)),
    upgrade: await took(UP, state("0.2.0", 2)),
  };
}

export async function sideBySide(bench: Workbench, count: number): Promise<Table> {
  const runs = await rounds(count, async (round) => {
    bench.now(`by hand, round ${round + 1} of ${count}`);
    const hand = await handRound(bench);
    bench.now(`by this program, round ${round + 1} of ${count}`);
    return { hand, program: await programRound(bench) };
  });
  const hand = (key: keyof (typeof runs)[number]["hand"]) => runs.map((run) => run.hand[key]);
  const program = (key: keyof (typeof runs)[number]["program"]) => runs.map((run) => run.program[key]);
  const row = (what: string, theirs: number[], ours: number[], aim?: number): Row => ({
    what,
    cells: [seconds(theirs), seconds(ours), ratio(ours, theirs, aim)],
  });
  return {
    part: "side-by-side",
    title: "By hand, and by this program",
    about: [
      "By hand: the documentation's example as a script that somebody wrote before: `helm upgrade --install` of ks-core (`--wait`) and of ingress-nginx, " +
        "`kubectl apply` of what publishing makes, of the InstallPlan and of the OAuth client's Secret, `kubectl wait` for the rollout. " +
        "Making the package, clicking and thinking are not counted.",
      "By this program: `pulumi up --yes --skip-preview`, and `pulumi preview` where nothing is to be done; the same charts, extension and client. " +
        "The floor is a preview of an empty Pulumi program, run in the same way; with both plugins, one of a ConfigMap and a RandomPassword.",
    ],
    columns: ["by hand", "this program", "ratio"],
    rows: [
      row("first deployment", hand("first"), program("first")),
      row("again, nothing changed: a preview", hand("noOp"), program("noOp"), 0.25),
      row("again, nothing changed: an up", hand("noOp"), program("noOpUp")),
      row("one value of the extension changed", hand("value"), program("value")),
      row("the extension upgraded", hand("upgrade"), program("upgrade")),
      row("one value, by hand the extension's commands alone", hand("valueAlone"), program("value")),
      row("the upgrade, by hand the extension's commands alone", hand("upgradeAlone"), program("upgrade")),
      {
        what: "the floor, and the preview of nothing against it",
        cells: [undefined, seconds(program("floor")), ratio(program("noOp"), program("floor"), 1.2)],
      },
      {
        what: "the floor with both plugins, and the same preview against it",
        cells: [undefined, seconds(program("pluginFloor")), ratio(program("noOp"), program("pluginFloor"), 1.3)],
      },
    ],
  };
}
