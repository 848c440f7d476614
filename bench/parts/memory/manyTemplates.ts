/** A chart of very many templates. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configured, NO_OP, pulumi, UP } from "../../program";
import type { Workbench } from "../../workbench";

export const FEW = 20;
export const MANY = 2_000;

export interface TemplatePeaks {
  readonly what: string;
  /** MiB */
  readonly few: number;
  readonly many: number;
}

export async function manyTemplates(bench: Workbench): Promise<TemplatePeaks[]> {
  const [few, many] = [await measure(bench, FEW), await measure(bench, MANY)];
  return [
    { what: "the first preview of a chart", few: few.first, many: many.first },
    { what: "a preview of nothing, the chart only published", few: few.nothing, many: many.nothing },
  ];
}

async function measure(bench: Workbench, count: number) {
  const renders = mkdtempSync(join(bench.scratch, "renders-"));
  const peak = async (args: readonly string[]) => (await pulumi(bench, args, { KUBESPHERE_LUBAN_CACHE: renders })).memory;
  bench.now(`a chart of ${count} templates`);
  await bench.fresh();
  const source = writeChart(bench, count);
  const first = await peak(["preview", ...configured(bench, [{ source }])]);
  // Helm would make the objects of an install for many minutes: it sends a few requests a second.
  const published = configured(bench, [{ source, install: false }]);
  await peak([...UP, ...published]);
  return { first, nothing: await peak([...NO_OP, ...published]) };
}

/** @returns its folder */
function writeChart(bench: Workbench, count: number): string {
  const chart = join(bench.scratch, `templates-${count}`);
  mkdirSync(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: templates\nversion: 1.0.0\ndescription: Many small templates\n");
  writeFileSync(join(chart, "values.yaml"), "greeting: hello\n");
  for (let number = 1; number <= count; number++) writeFileSync(join(chart, "templates", `${number}.yaml`), template(number));
  return chart;
}

const template = (number: number) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-${number}
  labels:
    app.kubernetes.io/name: {{ .Chart.Name }}
    app.kubernetes.io/instance: {{ .Release.Name }}
data:
  number: "${number}"
  greeting: {{ .Values.greeting | quote }}
`;
