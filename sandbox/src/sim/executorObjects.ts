/** The objects that KubeSphere's controller makes for the run of an extension's Helm command. */
import { CORE_API, executorRole, executorServiceAccount, label } from "../../../kubesphere/api";
import { withGivenRights } from "../../../kubesphere/extension/givenRights";
import type { PolicyRule } from "../../../kubesphere/extension/policyRules";
import { systemLabels } from "../../../kubesphere/cluster/systemNamespaces.js";
import type { KubeSphereRelease } from "./manager.js";
import { SCHEDULING_GATE, TASK_LABEL, namespaced, type Task } from "./names.js";
import type { InstallPlan, KubeObject } from "./objects.js";
import type { Action } from "./planStatus.js";

/** A manifest and the collection it is created in. */
export interface Manifest {
  path: string;
  body: KubeObject & Record<string, unknown>;
  /** Merged into an object that is there already; without it, that one is taken as it is. */
  renewal?: object;
}

const RBAC = "rbac.authorization.k8s.io";

/** Rights that an extension's package asks for, as its `permissions.yaml` states them: of all its documents of a kind. */
export interface Permission {
  kind: string;
  rules: PolicyRule[];
}

/**
 * Namespace, ServiceAccount, roles and bindings. A namespace that is there is taken as it is; roles and bindings get the labels, the rules and
 * the subjects of the package, whoever has declared them (`createOrUpdate…` in its installplan_controller.go, 4.1.2 and 4.1.3). Both roles are
 * made whatever the package states, and the one in the namespace gets more than that.
 * @param isStrict whether the Role gets the stated rules alone
 */
export function groundwork(extension: string, namespace: string, permissions: readonly Permission[], isStrict = false): Manifest[] {
  const name = executorRole(extension);
  const serviceAccount = executorServiceAccount(extension);
  const labels = { [label.extensionRef]: extension };
  const subjects = [{ kind: "ServiceAccount", name: serviceAccount, namespace }];
  const stated = (wanted: string) => permissions.filter(({ kind }) => kind === wanted).flatMap(({ rules }) => rules);
  const roles = [
    ["Role", namespaced(`${RBAC}/v1`, namespace, "role"), isStrict ? stated("Role") : withGivenRights(stated("Role"))],
    ["ClusterRole", `/apis/${RBAC}/v1/clusterrole`, stated("ClusterRole")],
  ] as const;
  return [
    {
      path: "/api/v1/namespaces",
      body: { metadata: { name: namespace, labels: { ...labels, ...systemLabels } } },
    },
    { path: namespaced("v1", namespace, "serviceaccounts"), body: { metadata: { name: serviceAccount, labels } } },
    ...roles.flatMap(([kind, path, rules]) => [
      {
        path: `${path}s`,
        body: { metadata: { name, labels }, ...(rules.length > 0 && { rules }) },
        // Without any it takes away those that are there.
        renewal: { metadata: { labels }, rules: rules.length > 0 ? rules : null },
      },
      {
        path: `${path}bindings`,
        body: { metadata: { name, labels }, subjects, roleRef: { apiGroup: RBAC, kind, name } },
        renewal: { metadata: { labels }, subjects },
      },
    ]),
  ];
}

/** @param tail six characters that make the name new. */
export const jobName = (release: KubeSphereRelease, action: Action | "uninstall", extension: string, tail: string) =>
  `${release === "4.1.2" ? "helm-executor" : "helm"}-${action}-${extension}-${tail}`;

/** How long Helm may take, and how many revisions it keeps: ks-core's settings `helmExecutor.*`. */
export interface HelmSettings {
  timeout: string;
  historyMax: number;
}

/** @param chart a file beside the values; what a Job shows may also be the URL that the ExtensionVersion names. */
export function installArguments(action: Action, extension: string, namespace: string, chart: string[], settings: HelmSettings): string[] {
  return [
    ...(action === "install" ? ["upgrade", "--install"] : ["upgrade"]),
    ...[extension, ...chart, "--namespace", namespace],
    // Later files win: what KubeSphere injects stands above what the plan says.
    ...["--values", "values.yaml", "--values", "injected.json", "--history-max", String(settings.historyMax)],
    ...["--wait", "--wait-for-jobs", "--timeout", settings.timeout],
  ];
}

export const uninstallArguments = (extension: string, namespace: string, { timeout }: HelmSettings): string[] => [
  ...["uninstall", extension, "--namespace", namespace],
  ...["--wait", "--timeout", timeout],
];

/** What the Job's ConfigMap holds: texts, and files in base64. */
export interface Files {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}

/** A run as the cluster shows it. Nothing of it is read again. */
export interface ShownRun {
  jobName: string;
  action: Action | "uninstall";
  configHash?: string;
  args: string[];
  files: Files;
}

/** The ConfigMap and the Job of one run. Both go with the plan; an uninstall's ConfigMap is not `managed`, as recorded. */
export function run(plan: InstallPlan, { jobName: name, action, configHash, args, files }: ShownRun): [Manifest, Manifest] {
  const namespace = plan.status?.targetNamespace ?? "";
  const extension = plan.spec.extension.name;
  const ownerReferences = [{ apiVersion: CORE_API, kind: "InstallPlan", name: plan.metadata.name, uid: plan.metadata.uid ?? "" }];
  const managed = { [label.extensionRef]: extension, [label.managed]: "true" };
  const labels = action === "uninstall" ? managed : { ...managed, name };
  const annotations = {
    "executor.kubesphere.io/action": action,
    ...(configHash !== undefined && { "executor.kubesphere.io/config-hash": configHash }),
  };
  const task: Task = "helm";
  const template = {
    metadata: { labels: { [TASK_LABEL]: task, [label.extensionRef]: extension } },
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 0,
      serviceAccountName: executorServiceAccount(extension),
      schedulingGates: [{ name: SCHEDULING_GATE }],
      containers: [{ name: "helm", image: "kubesphere/kubectl:v1.27.16", command: ["helm"], args }],
      volumes: [{ name: "source", configMap: { name } }],
    },
  };
  return [
    {
      path: namespaced("v1", namespace, "configmaps"),
      body: { metadata: { name, ownerReferences, ...(action !== "uninstall" && { labels }) }, ...files },
    },
    {
      path: namespaced("batch/v1", namespace, "jobs"),
      body: { metadata: { name, labels, annotations, ownerReferences }, spec: { backoffLimit: 0, template } },
    },
  ];
}
