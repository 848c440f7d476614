/** How long our own packing of a large chart takes beside `helm package`. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median, rounds, type Row, type Table } from "../measurement";
import type { Workbench } from "../workbench";

const MEBIBYTE = 1024 * 1024;
const FILES = 20;

/** @param packer the script made of `pack.ts` */
export async function packing(bench: Workbench, count: number, packer: string): Promise<Table> {
  const row = async (what: string, texts: number): Promise<Row> => {
    bench.now(`packing ${what}`);
    const chart = join(bench.scratch, `chart-${texts}`);
    makeChart(chart, texts);
    const archive = join(bench.scratch, "ours.tgz");
    // In turns, so that another load on the machine slows both.
    const runs = await rounds(count, async () => ({
      theirs: (await bench.run("helm", "package", chart, "--destination", bench.scratch)).seconds,
      ours: (await bench.run(process.execPath, packer, chart, archive)).seconds,
    }));
    // An archive that Helm does not read would not count.
    await bench.run("helm", "show", "chart", archive);
    const perMebibyte = (values: readonly number[]) => ({ values: values.map((value) => (value * 1000) / FILES), unit: "ms" }) as const;
    const against = { values: [median(runs.map(({ ours, theirs }) => ours / theirs))], unit: "×", aim: 2 } as const;
    const [theirs, ours] = [runs.map((run) => run.theirs), runs.map((run) => run.ours)].map(perMebibyte);
    return { what, cells: [theirs, ours, against] };
  };
  return {
    part: "packing",
    title: "Packing, per MiB of chart",
    about: [`A chart of ${FILES} MiB: packed by \`helm package\`, and by this program with the same bytes for the same files.`],
    columns: ["helm package", "this program", "ratio"],
    rows: [await row("text, as manifests are", FILES), await row("half text, half noise", FILES / 2)],
  };
}

function makeChart(folder: string, texts: number): void {
  mkdirSync(join(folder, "files"), { recursive: true });
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: large\nversion: 1.0.0\n");
  for (let n = 0; n < FILES; n++) writeFileSync(join(folder, "files", `${n}`), n < texts ? text(n) : noise(n));
}

/** Bytes that no packer makes smaller, the same ones on every machine. */
const noise = (seed: number) =>
  Buffer.concat(Array.from({ length: MEBIBYTE / 64 }, (_, n) => createHash("sha512").update(`${seed} ${n}`).digest()));

/** Text about as repetitive as manifests are. */
function text(seed: number): string {
  const lines: string[] = [];
  for (let size = 0, n = 0; size < MEBIBYTE; n++) {
    const digest = createHash("md5").update(`${seed} ${n}`).digest("hex");
    const line = `${"  ".repeat(n % 4)}- name: item-${digest.slice(0, 4)}\n    value: {{ .Values.${digest.slice(4, 6)}.port | quote }}\n`;
    lines.push(line);
    size += line.length;
  }
  return lines.join("").slice(0, MEBIBYTE);
}
