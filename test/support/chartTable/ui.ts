/** Charts by their Services. */
import { chartYaml, deploymentOf, documents, made, RELEASE, serviceOf, type TableRow } from "./row";

const DEPLOYED = ["deployments.apps", "replicasets.apps get,list,watch"];
const routed = (host: string, service: string) =>
  made(
    "networking.k8s.io/v1",
    "Ingress",
    RELEASE,
    `spec: { rules: [{ host: ${host}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${service}, port: { number: 80 } } } }] } }] }`,
  );
const services = (name: string, ...objects: string[]) => ({ ...chartYaml(name), "templates/services.yaml": documents(...objects) });

export const uiRows: readonly TableRow[] = [
  {
    what: "a headless Service beside a normal one",
    name: "headless",
    files: services(
      "headless",
      serviceOf(`${RELEASE}-a-headless`, "{ name: http, port: 80 }", ", clusterIP: None"),
      serviceOf(`${RELEASE}-web`, "{ name: http, port: 8080 }"),
    ),
    ui: "headless-web:8080",
    rules: ["services"],
  },
  {
    what: "two Services, one of them called as the release is",
    name: "two-services",
    files: services("two-services", serviceOf("api", "{ name: http, port: 8080 }"), serviceOf(RELEASE, "{ name: http, port: 80 }")),
    ui: "two-services:80",
    rules: ["services"],
  },
  {
    what: "two Services, of which none is called as the release is",
    name: "two-others",
    files: services("two-others", serviceOf("left", "{ name: http, port: 80 }"), serviceOf("right", "{ name: http, port: 80 }")),
    rules: ["services"],
  },
  {
    what: "two ports, of which one is for metrics",
    name: "two-ports",
    files: services("two-ports", serviceOf(RELEASE, "{ name: metrics, port: 9090 }, { name: http, port: 3000 }")),
    ui: "two-ports:3000",
    rules: ["services"],
  },
  { what: "no Service", name: "no-service", files: services("no-service", deploymentOf(RELEASE)), rules: DEPLOYED },
  {
    what: "a database's port only",
    name: "database",
    files: services("database", serviceOf(RELEASE, "{ name: tcp-postgresql, port: 5432 }")),
    rules: ["services"],
  },
  {
    what: "port 8443, named https",
    name: "secure",
    files: services("secure", serviceOf(RELEASE, "{ name: https, port: 8443 }")),
    ui: "secure:8443 HTTPS",
    rules: ["services"],
  },
  {
    what: "Helm 2's full name, which names the chart again",
    name: "twice",
    files: services(
      "twice",
      serviceOf(`${RELEASE}-{{ .Chart.Name }}`, "{ name: http, port: 80 }"),
      serviceOf(`${RELEASE}-{{ .Chart.Name }}-api`, "{ name: http, port: 80 }"),
    ),
    ui: "twice-twice:80",
    rules: ["services"],
  },
  {
    what: "an Ingress of its own",
    name: "own-ingress",
    files: services(
      "own-ingress",
      serviceOf(`${RELEASE}-api`, "{ name: http, port: 80 }"),
      serviceOf(`${RELEASE}-front`, "{ name: http, port: 80 }"),
      routed("shop.example", `${RELEASE}-front`),
    ),
    ui: "own-ingress-front:80",
    rules: ["services"],
  },
  {
    what: "an Ingress of its own that is switched off",
    name: "ingress-off",
    files: {
      ...services(
        "ingress-off",
        serviceOf(`${RELEASE}-api`, "{ name: http, port: 80 }"),
        serviceOf(`${RELEASE}-front`, "{ name: http, port: 80 }"),
        `{{- if .Values.ingress.enabled }}\n${routed("shop.example", `${RELEASE}-front`)}{{- end }}\n`,
      ),
      "values.yaml": "ingress: { enabled: false }\n",
    },
    ui: "ingress-off-front:80",
    rules: ["services"],
  },
];
