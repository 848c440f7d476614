/** Charts whose objects Helm makes and waits for in its own way: claims, hooks, tests. */
import { chartYaml, documents, made, podTemplate, RELEASE, SERVICE, serviceOf, type TableRow } from "./row";

const hookJob = (name: string, annotations: string) =>
  made("batch/v1", "Job", name, `spec: { backoffLimit: 0, ${podTemplate("Never")} }`).replace(
    " }\n",
    `, annotations: { ${annotations} } }\n`,
  );

export const workloadRows: readonly TableRow[] = [
  {
    what: "a StatefulSet with claims",
    name: "stateful",
    files: {
      ...chartYaml("stateful"),
      "values.yaml": "history: 10\n",
      "templates/database.yaml": documents(
        serviceOf(`${RELEASE}-headless`, "{ name: http, port: 80 }", ", clusterIP: None"),
        serviceOf(RELEASE, "{ name: http, port: 80 }"),
        made(
          "apps/v1",
          "StatefulSet",
          RELEASE,
          `spec: { replicas: 0, revisionHistoryLimit: {{ .Values.history }}, serviceName: ${RELEASE}-headless, selector: { matchLabels: { app: ${RELEASE} } }, ${podTemplate()}, volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }] }`,
        ),
      ),
    },
    ui: "stateful:80",
    rules: ["services", "statefulsets.apps"],
  },
  {
    what: "hooks with weights and deletion policies",
    name: "hooks",
    files: {
      ...chartYaml("hooks"),
      ...SERVICE,
      "templates/hooks.yaml": documents(
        made("v1", "ServiceAccount", `${RELEASE}-hook`).replace(
          " }\n",
          ', annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5", helm.sh/hook-delete-policy: "before-hook-creation" } }\n',
        ),
        hookJob(
          `${RELEASE}-before`,
          'helm.sh/hook: pre-install, helm.sh/hook-weight: "-1", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"',
        ),
        hookJob(`${RELEASE}-upgrade`, 'helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: "before-hook-creation"'),
        hookJob(`${RELEASE}-after`, 'helm.sh/hook: post-install, helm.sh/hook-weight: "1", helm.sh/hook-delete-policy: "hook-succeeded"'),
        hookJob(`${RELEASE}-gone`, 'helm.sh/hook: pre-delete, helm.sh/hook-delete-policy: "hook-succeeded,hook-failed"'),
      ),
    },
    ui: "hooks:80",
    rules: ["services", "serviceaccounts", "jobs.batch"],
  },
  {
    what: "NOTES.txt and tests",
    name: "tested",
    files: {
      ...chartYaml("tested"),
      ...SERVICE,
      "templates/NOTES.txt": "kind: Secret\n{{ .Release.Name }} is there.\n",
      // What only `helm test` makes takes no right: KubeSphere never calls it.
      "templates/tests/connection.yaml": made(
        "v1",
        "Pod",
        `${RELEASE}-test`,
        "spec: { restartPolicy: Never, containers: [{ name: wget, image: registry.example/wget:1.0.0 }] }",
      ).replace(" }\n", ", annotations: { helm.sh/hook: test } }\n"),
    },
    ui: "tested:80",
    rules: ["services"],
  },
];
