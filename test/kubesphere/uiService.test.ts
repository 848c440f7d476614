import { readChart } from "../../kubesphere/chart";
import { findUiService } from "../../kubesphere/uiService";
import { temporaryFolders, type Files } from "../support/charts";

const folder = temporaryFolders();
const service = (name: string, port: string) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    name: no\n  name: ${name}\nspec:\n  ports:\n    - name: http\n      port: ${port}\n      targetPort: http\n`;
const found = async (template: string, values = "", files: Files = {}) =>
  findUiService(
    await readChart(
      await folder({ "Chart.yaml": "name: web\nversion: 1.0.0\n", "values.yaml": values, "templates/service.yaml": template, ...files }),
    ),
  );

describe("the Ingress leads to the Service that the chart really makes", () => {
  test.each<[title: string, template: string, values: string, expected: object]>([
    [
      "named by the customary helper",
      service('{{ include "web.fullname" . }}', "{{ .Values.service.port }}"),
      "service: {port: 8080}",
      { name: "web", port: 8080 },
    ],
    [
      "which fullnameOverride changes",
      service('{{ template "common.names.fullname" . }}', "80"),
      "fullnameOverride: other",
      { name: "other", port: 80 },
    ],
    ["and nameOverride too", service('{{ include "web.fullname" $ | quote }}', "80"), "nameOverride: ui", { name: "web-ui", port: 80 }],
    [
      "but not one that is in the release's name",
      service('{{- include "web.fullname" . -}}', "80"),
      "nameOverride: we",
      { name: "web", port: 80 },
    ],
    [
      "with a tail",
      service('{{ include "web.fullname" . }}-ui', "{{ .Values.ui.service.port | int }}"),
      "ui: {service: {port: 3000}}",
      { name: "web-ui", port: 3000 },
    ],
    [
      "named after the release",
      service('"{{ .Release.Name }}-{{ .Chart.Name | trunc 63 | trimSuffix "-" }}"', "80 # http"),
      "",
      { name: "web-web", port: 80 },
    ],
    ["named outright", service("front", "'80'"), "", { name: "front", port: 80 }],
    ["named in the values", service("{{ .Values.name }}", "80"), "name: front", { name: "front", port: 80 }],
    [
      "among other objects",
      `${service("front", "80").replace("Service", "Deployment")}---\n${service("ui", "80")}`,
      "",
      { name: "ui", port: 80 },
    ],
  ])("%s", async (_, template, values, expected) => {
    expect(await found(template, values)).toEqual(expected);
  });

  test("a Service of a chart within the chart or of a test is not the one", async () => {
    const test = service("b", "81").replace("metadata:", "metadata:\n  annotations:\n    helm.sh/hook: test");
    expect(
      await found(service("a", "80"), "", { "charts/db/templates/service.yaml": service("db", "5432"), "templates/tests/b.yaml": test }),
    ).toEqual({ name: "a", port: 80 });
  });
});

describe("a Service that cannot be told is asked for; the publishing tool guessed, and its Ingress led nowhere", () => {
  const WAY_OUT = "State the Service of the UI in an extension.yaml beside Chart.yaml: `service: {name: …, port: …}`.";
  test.each<[title: string, template: string, given: string]>([
    ["none", "# none\n", '/templates: "no Service"'],
    ["two", `${service("a", "80")}---\n${service("b", "80")}`, '/templates/service.yaml"'],
    [
      "a name that takes rendering",
      service('{{ include "web.name" . }}', "80"),
      '/templates/service.yaml: "the name {{ include \\"web.name\\" . }}"',
    ],
    ["no name", service("", "80"), '/templates/service.yaml: "the name is not stated"'],
    ["a port without a value", service("a", "{{ .Values.port }}"), '/templates/service.yaml: "the port {{ .Values.port }}"'],
    ["two ports", `${service("a", "80")}    - port: 443\n`, '/templates/service.yaml: "2 ports"'],
  ])("%s", async (_, template, given) => {
    const refusal = await found(template).then(String, (error: Error) => error.message);
    expect(refusal).toContain(`${given} is not allowed; allowed: one Service with one port, `);
    expect(refusal).toContain(WAY_OUT);
  });
});
