// `npm run bench -- --extensions [N]`: a stack of many extensions, deployed, looked at and upgraded.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { runProgram } from "./bench-program.mjs";

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
function writeChart(folder, name, version) {
  const chart = join(folder, name);
  mkdirSync(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), dump({ apiVersion: "v2", name, version, description: `Web server ${name}` }));
  writeFileSync(join(chart, "values.yaml"), dump({ replicas: 1, service: { name, port: 80 } }));
  writeFileSync(join(chart, "templates", "web.yaml"), TEMPLATE);
  return chart;
}

/** @param env in which pulumi works on a sandbox without a deployment; its stack's configuration is worked on as a copy */
export function measureExtensions(count, env, scratch) {
  const charts = join(scratch, "charts");
  const names = Array.from({ length: count }, (_, index) => `bench-${String(index + 1).padStart(3, "0")}`);
  const { config, ...rest } = load(readFileSync(env.PULUMI_OPTION_CONFIG_FILE, "utf8"));
  const extensions = names.map((name) => ({ source: writeChart(charts, name, "0.1.0") }));
  const file = join(scratch, "Pulumi.extensions.yaml");
  writeFileSync(file, dump({ ...rest, config: { ...config, "kubesphere:extensions": extensions } }));
  const pulumi = (...args) => runProgram([...args, "--config-file", file], env, scratch);

  const first = pulumi("up", "--yes", "--skip-preview");
  const preview = pulumi("preview", "--expect-no-changes");
  writeChart(charts, names[0], "0.2.0");
  const upgrade = pulumi("up", "--yes", "--skip-preview");
  return [
    { what: `${count} extensions: first up`, value: first.seconds, unit: "s" },
    { what: `${count} extensions: preview of nothing to do`, value: preview.seconds, unit: "s" },
    { what: `${count} extensions: upgrade of one`, value: upgrade.seconds, unit: "s" },
    { what: `${count} extensions: program start to first resource`, value: preview.first, unit: "s" },
    { what: `${count} extensions: program memory`, value: Math.max(first.memory, preview.memory, upgrade.memory), unit: "MB", aim: 600 },
  ];
}
