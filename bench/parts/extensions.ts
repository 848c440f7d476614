/** What many extensions in one stack cost. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump } from "js-yaml";
import { median, rounds, seconds, type Cell, type Row, type Table } from "../measurement";
import { configured, NO_OP, pulumi, replayed, UP } from "../program";
import type { Workbench } from "../workbench";

const TEMPLATE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Chart.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: {{ .Chart.Name }} } }
  template:
    metadata: { labels: { app: {{ .Chart.Name }} } }
    spec: { containers: [{ name: web, image: "nginx:1.16.0" }] }
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Values.service.name }}
spec:
  selector: { app: {{ .Chart.Name }} }
  ports:
    - port: {{ .Values.service.port }}
`;

/** @returns the chart's folder */
function writeChart(bench: Workbench, name: string): string {
  const chart = join(bench.scratch, "charts", name);
  mkdirSync(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), dump({ apiVersion: "v2", name, version: "0.1.0", description: `Web server ${name}` }));
  writeFileSync(join(chart, "values.yaml"), dump({ replicas: 1, service: { name, port: 80 } }));
  writeFileSync(join(chart, "templates", "web.yaml"), TEMPLATE);
  return chart;
}

/** Above it an `up` that writes the state at each step takes too long: with 300 it was not done after 24 minutes. */
const MOST_STEPS = 100;
const WRITTEN_ONCE = { PULUMI_SKIP_CHECKPOINTS: "true" };

async function measure(bench: Workbench, count: number, repeats: number) {
  const names = Array.from({ length: count }, (_, index) => `bench-${String(index + 1).padStart(3, "0")}`);
  const sources = names.map((name) => ({ source: writeChart(bench, name) }));
  const inEmpty = async () => {
    bench.now(`${count} extensions: an empty sandbox`);
    await bench.fresh();
    return configured(bench, sources);
  };
  /** @param renders where what Helm rendered is kept: nothing is in a new one */
  const run = (what: string, args: readonly string[], config: readonly string[], renders: string, environment?: NodeJS.ProcessEnv) => {
    bench.now(`${count} extensions: ${what}`);
    return pulumi(bench, [...args, ...config], { KUBESPHERE_LUBAN_CACHE: renders, ...environment });
  };
  const noRenders = () => mkdtempSync(join(bench.scratch, "renders-"));
  const inSteps = count > MOST_STEPS ? undefined : await run("up", UP, await inEmpty(), noRenders());
  const config = await inEmpty();
  const renders = noRenders();
  const preview = await run("the first preview", ["preview"], config, renders);
  const up = await run("up, the state written once", UP, config, renders, WRITTEN_ONCE);
  const noOps = await rounds(repeats, () => run("previews of nothing", NO_OP, config, renders));
  const anew = await rounds(repeats, () => run("previews of nothing, rendered anew", NO_OP, config, noRenders()));
  const { stdout: state } = await bench.run("pulumi", "stack", "export");
  const floor = await replayed(bench);
  const floors = await rounds(repeats, () => floor());
  return {
    count,
    preview,
    inSteps,
    up,
    noOps,
    anew,
    floors,
    memory: Math.max(preview.memory, up.memory, ...noOps.map(({ memory }) => memory)),
    state: state.length,
  };
}

/** @param counts how many extensions, in ascending order; none at all comes first by itself */
export async function extensions(bench: Workbench, repeats: number, counts: readonly number[]): Promise<Table> {
  const runs = await rounds(counts.length + 1, (index) => measure(bench, counts[index - 1] ?? 0, repeats));
  const rows = runs.map(({ count, preview, inSteps, up, noOps, anew, floors, memory, state }): Row => ({
    what: String(count),
    cells: [
      seconds([preview.seconds]),
      inSteps && seconds([inSteps.seconds]),
      seconds(noOps.map((run) => run.seconds)),
      seconds([up.seconds]),
      { values: [memory], unit: "MB" },
      { values: [state / 1024], unit: "kB" },
      seconds(anew.map((run) => run.seconds)),
      seconds(floors.map((run) => run.seconds)),
      own(runs[0], { count, noOps, floors }),
    ],
  }));
  return {
    part: "extensions",
    title: "Many extensions in one stack",
    about: [
      "Each extension is a small chart of its own with a Deployment and a Service, deployed into an empty sandbox. In `up` KubeSphere's simulator " +
        "installs each one with Helm, one process after the other on the same cores; the previews are the program's own. Memory is the program's, the state is Pulumi's.",
      "Where the state is in a folder or a bucket, the engine writes all of it before and after each operation: that part of `up` grows with the square " +
        "of the extensions. Written once, at the end (`PULUMI_SKIP_CHECKPOINTS`), it takes what the program and the cluster take; a run that is killed has " +
        "then left nothing of what it did in the state.",
      "What Helm renders of a package is kept for the next run: the first preview renders all of them, one of nothing none, unless the folder where they " +
        "are kept is empty (`rendered anew`).",
      "The floor is a preview of nothing by a program that declares the same resources from a file and does nothing else: the share of the engine, the SDK " +
        "and the plugins. What the real one takes beyond it, and beyond the same without extensions, is its own cost of an extension.",
    ],
    columns: [
      "first preview",
      "up",
      "preview of nothing",
      "up, the state written once",
      "memory",
      "state",
      "preview of nothing, rendered anew",
      "floor",
      "own cost of an extension",
    ],
    rows: [...rows, ...growth(runs)],
  };
}

type Run = Awaited<ReturnType<typeof measure>>;

/** Milliseconds, in a preview of nothing. @param none without extensions */
function own(none: Run | undefined, run: Pick<Run, "count" | "noOps" | "floors">): Cell | undefined {
  if (none === undefined || run.count === 0) return undefined;
  const beyond = ({ noOps, floors }: Pick<Run, "noOps" | "floors">) =>
    median(noOps.map((it) => it.seconds)) - median(floors.map((it) => it.seconds));
  return { values: [((beyond(run) - beyond(none)) * 1000) / run.count], unit: "ms", aim: 5 };
}

/** Whether the cost of one extension stays the same: the most, against the increment of ten. */
function growth(runs: readonly Run[]): Row[] {
  const [none, ten, most] = [runs[0], runs.find(({ count }) => count === 10), runs.at(-1)];
  if (!none || !ten || !most || most.count <= 10) return [];
  const grown = (value: (run: Run) => number) =>
    ({ values: [(value(most) - value(none)) / (value(ten) - value(none))], unit: "×", aim: most.count / 10 }) as const;
  return [
    {
      what: `increment of ${most.count} against that of 10`,
      cells: [
        grown(({ preview }) => preview.seconds),
        undefined,
        grown(({ noOps }) => median(noOps.map((run) => run.seconds))),
        grown(({ up }) => up.seconds),
        grown(({ memory }) => memory),
        grown(({ state }) => state),
      ],
    },
  ];
}
