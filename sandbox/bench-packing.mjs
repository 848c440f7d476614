// How long our own packing of a 20 MB chart takes beside `helm package`, within one run, so that machines can be compared.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const MEGABYTE = 1024 * 1024;
const FILES = 20;
const ROUNDS = 3;

/** Bytes that no packer makes smaller, the same ones on every machine. */
const noise = (seed) =>
  Buffer.concat(Array.from({ length: MEGABYTE / 64 }, (_, n) => createHash("sha512").update(`${seed} ${n}`).digest()));

/** Text about as repetitive as manifests are. */
function text(seed) {
  const lines = [];
  for (let size = 0, n = 0; size < MEGABYTE; n++) {
    const digest = createHash("md5").update(`${seed} ${n}`).digest("hex");
    const line = `${"  ".repeat(n % 4)}- name: item-${digest.slice(0, 4)}\n    value: {{ .Values.${digest.slice(4, 6)}.port | quote }}\n`;
    lines.push(line);
    size += line.length;
  }
  return lines.join("").slice(0, MEGABYTE);
}

function makeChart(folder, texts) {
  mkdirSync(join(folder, "files"), { recursive: true });
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: large\nversion: 1.0.0\n");
  for (let n = 0; n < FILES; n++) writeFileSync(join(folder, "files", `${n}`), n < texts ? text(n) : noise(n));
}

/** The program's own packing as a script of its own: `node pack.mjs FOLDER ARCHIVE`, a process as Helm's is. */
async function bundlePacker(scratch) {
  const { rolldown } = await import("rolldown");
  const input = join(scratch, "pack.ts");
  const from = (module) => JSON.stringify(join(checkout, "kubesphere", module));
  writeFileSync(
    input,
    `import { writeFileSync } from "node:fs";
import { writeChartArchive } from ${from("archive.ts")};
import { allFiles, readChart } from ${from("chart.ts")};
const chart = await readChart(process.argv[2]);
writeFileSync(process.argv[3], await writeChartArchive(chart.metadata.name, allFiles(chart)));
`,
  );
  const build = await rolldown({ input, platform: "node", cwd: checkout, logLevel: "silent" });
  const file = join(scratch, "pack.mjs");
  await build.write({ file, format: "esm" });
  await build.close();
  return file;
}

function seconds(command, args) {
  const since = performance.now();
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")} failed:\n${stderr}`);
  return (performance.now() - since) / 1000;
}

/** The middle one of several. */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * @param helm the helm to compare with, a path or a name in PATH
 * @returns rows as bench.mjs prints them
 */
export async function measurePacking(helm = "helm") {
  const scratch = mkdtempSync(join(tmpdir(), "bench-packing-"));
  try {
    const packer = await bundlePacker(scratch);
    const rows = [];
    for (const [kind, texts] of [
      ["text", FILES],
      ["half text, half noise", FILES / 2],
    ]) {
      const chart = join(scratch, `chart-${texts}`);
      makeChart(chart, texts);
      // In turns, so that another load on the machine slows both.
      const rounds = Array.from({ length: ROUNDS }, () => ({
        theirs: seconds(helm, ["package", chart, "--destination", scratch]),
        ours: seconds(process.execPath, [packer, chart, join(scratch, "ours.tgz")]),
      }));
      seconds(helm, ["show", "chart", join(scratch, "ours.tgz")]);
      const ours = median(rounds.map((round) => round.ours));
      const ratio = median(rounds.map((round) => round.ours / round.theirs));
      rows.push({ what: `packing a 20 MB chart, ${kind}`, value: ours, unit: "s" });
      rows.push({ what: `packing a 20 MB chart against helm package, ${kind}`, value: ratio, unit: "×", aim: 2 });
    }
    return rows;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { what, value, unit, aim } of await measurePacking(process.argv[2]))
    process.stdout.write(`${what.padEnd(70)}${value.toFixed(2)} ${unit}${aim === undefined ? "" : `   aim ${aim} ${unit}`}\n`);
}
