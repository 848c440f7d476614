/**
 * A stranger's extension in the sandbox, and an honest one beside it: nothing of the stranger's runs on the machine, and a simulator that
 * is started anew in the middle of a Job goes on with it.
 */
import { randomBytes } from "crypto";
import { existsSync } from "fs";
import { join } from "path";
import { writeChartArchive } from "../../kubesphere/chart/archive";
import { chartFiles, temporaryFolders, type Files } from "../support/charts";
import { extensionStack, KUBESPHERE, type ExtensionStack } from "../support/extensionStack";
import { executorLogs } from "../support/podLogs";
import { api, environment, sandboxCommand, succeeded } from "../support/sandbox";
import { until } from "../support/until";

const folder = temporaryFolders();
const SECOND = 1_000;
let stack: ExtensionStack;
let env: NodeJS.ProcessEnv;
let marks: string;
extensionStack(async (ready) => {
  stack = ready;
  env = await environment();
  marks = await folder({});
});

const mark = (name: string) => join(marks, name);
const TASK = { "sandbox.kubesphere-luban/task": "helm" };

const PERMISSIONS = `kind: Role
rules: [{ apiGroups: ["", apps], resources: [configmaps, secrets, pods, deployments, replicasets], verbs: ["*"] }]
`;

async function send(method: "POST" | "PATCH", path: string, body: object): Promise<void> {
  const answer = await api(env, method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.body}`);
}

async function publish(name: string, version: string, files: Files): Promise<void> {
  const metadata = { "Chart.yaml": `{ apiVersion: v2, name: ${name}, version: ${version} }`, "permissions.yaml": PERMISSIONS };
  const archive = await writeChartArchive(name, chartFiles({ ...metadata, ...files }));
  const chart = `extension-${name}-${version}-chart`;
  await send("POST", "/api/v1/namespaces/kubesphere-system/configmaps", {
    metadata: { name: chart },
    binaryData: { "chart.tgz": archive.toString("base64") },
  });
  await send("POST", `${KUBESPHERE}/extensionversions`, {
    ...{ apiVersion: "kubesphere.io/v1alpha1", kind: "ExtensionVersion" },
    metadata: { name: `${name}-${version}`, labels: { "kubesphere.io/extension-ref": name } },
    spec: { version, chartDataRef: { name: chart, namespace: "kubesphere-system", key: "chart.tgz" } },
  });
}

const install = (name: string, version: string) =>
  send("POST", `${KUBESPHERE}/installplans`, {
    ...{ apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name } },
    spec: { extension: { name, version }, enabled: true },
  });
const change = (name: string, spec: object) => send("PATCH", `${KUBESPHERE}/installplans/${name}`, { spec });
const uninstall = async (name: string) => {
  await api(env, "DELETE", `${KUBESPHERE}/installplans/${name}`);
  await until(async () => (await stack.plan(name)) === undefined && (await planOf(name)) === undefined, 60 * SECOND);
};
const planOf = (name: string) => stack.get(`${KUBESPHERE}/installplans/${name}`);
const stateOf = async (name: string) => (await stack.plan(name)) as { state?: string; version?: string; configHash?: string } | undefined;
const installed = (name: string, version: string) =>
  until(async () => {
    const status = await stateOf(name);
    return status?.state === "Installed" && status.version === version;
  }, 60 * SECOND);

interface Pod {
  metadata: { name: string };
  spec: { containers: { args?: string[] }[] };
  status?: { phase?: string };
}
const podsIn = async (namespace: string) => (await stack.get<{ items: Pod[] }>(`/api/v1/namespaces/${namespace}/pods`))?.items ?? [];

/** What Helm itself runs when it is given such a kubeconfig. */
const kubeconfig = (name: string) =>
  JSON.stringify({
    ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [
      {
        name: "u",
        user: {
          exec: {
            ...{ apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never" },
            ...{ command: "/bin/sh", args: ["-c", `touch ${mark(name)}`] },
          },
        },
      },
    ],
  });

/** As the executor's own: gated, labelled, with a ConfigMap beside it. What follows `--` are releases to Helm, and no options. */
const pod = (args: string[], labels: object = {}) => ({
  metadata: { labels: { ...TASK, "kubesphere.io/extension-ref": "stranger", ...labels } },
  spec: {
    restartPolicy: "Never",
    serviceAccountName: "helm-executor.stranger",
    schedulingGates: [{ name: "sandbox.kubesphere-luban/kubesphere-sim" }],
    containers: [{ name: "helm", image: "none", args }],
    volumes: [{ name: "source", configMap: { name: "source" } }],
  },
});
const WITH_ITS_KUBECONFIG = ["uninstall", "stranger", "--kubeconfig", "exec.yaml", "--"];
const WITH_ITS_POST_RENDERER = [
  ...["upgrade", "--install", "stranger", "stranger.tgz", "--namespace", "extension-stranger"],
  ...["--post-renderer", "/bin/sh", "--post-renderer-args", "post-render.sh"],
];

/** Ready without a ready pod, so that Helm does not wait for any. */
const deployment = (name: string, args: string[]) => {
  const { metadata, spec } = pod(args, { app: name });
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name } },
    spec: {
      replicas: 1,
      strategy: { rollingUpdate: { maxUnavailable: "100%" } },
      selector: { matchLabels: { app: name } },
      template: { metadata, spec: { ...spec, restartPolicy: "Always" } },
    },
  };
};

test("a stranger's chart runs no command of its own on the machine, by no pod, Job, kubeconfig or post-renderer", async () => {
  const source = {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "source" } },
    data: {
      "exec.yaml": kubeconfig("exec"),
      "kube.config": kubeconfig("kubeconfig"),
      "post-render.sh": `#!/bin/sh\ntouch ${mark("post-renderer")}\ncat\n`,
    },
  };
  await publish("stranger", "1.0.0", {
    "templates/source.yaml": JSON.stringify(source),
    "templates/kubeconfig.yaml": JSON.stringify(deployment("kubeconfig", WITH_ITS_KUBECONFIG)),
    "templates/post-renderer.yaml": JSON.stringify(deployment("post-renderer", WITH_ITS_POST_RENDERER)),
  });
  await install("stranger", "1.0.0");
  await installed("stranger", "1.0.0");
  const name = "helm-executor-install-stranger-bcdfgh";
  const labels = { "kubesphere.io/extension-ref": "stranger", name };
  await send("POST", "/apis/batch/v1/namespaces/extension-stranger/jobs", {
    metadata: { name, labels, annotations: { "executor.kubesphere.io/action": "install" } },
    spec: { backoffLimit: 0, template: pod(WITH_ITS_KUBECONFIG) },
  });
  await until(
    async () => (await podsIn("extension-stranger")).filter(({ spec }) => spec.containers[0]?.args?.includes("--")).length >= 2,
    30 * SECOND,
  );
  // One at a time in a namespace, the oldest first: after a run that came later, each has had its turn.
  const { configHash } = (await stateOf("stranger")) ?? {};
  await change("stranger", { config: "again: true\n" });
  await until(async () => {
    const status = await stateOf("stranger");
    return status?.state === "Installed" && status.configHash !== configHash;
  }, 60 * SECOND);
  const strangers = (await podsIn("extension-stranger")).filter(({ spec }) =>
    [WITH_ITS_KUBECONFIG, WITH_ITS_POST_RENDERER].some((args) => `${args}` === `${spec.containers[0]?.args ?? []}`),
  );
  expect(["exec", "kubeconfig", "post-renderer"].filter((it) => existsSync(mark(it)))).toEqual([]);
  expect(strangers.map(({ status }) => status?.phase)).toEqual(["Pending", "Pending", "Pending"]);
  await uninstall("stranger");
});

test.each([
  ["a file of the machine", () => `file://${mark("secret.json")}`],
  ["an address of the machine", () => "http://127.0.0.1:1/"],
])("a stranger's schema makes Helm read %s", async (what, reference) => {
  const name = what.includes("file") ? "reader" : "caller";
  await publish(name, "1.0.0", { "values.schema.json": JSON.stringify({ $ref: reference() }) });
  await install(name, "1.0.0");
  await until(async () => (await stateOf(name))?.state === "InstallFailed", 60 * SECOND);
  expect(await executorLogs(env, `extension-${name}`)).toEqual([
    expect.stringContaining(`${name}/values.schema.json: $ref: "${reference()}" is not allowed; allowed: references within the schema`),
  ]);
  await uninstall(name);
});

/** The process id of the simulator that runs. */
async function simulator(): Promise<number> {
  const { simulator: running } = JSON.parse(succeeded(await sandboxCommand(["sandbox", "status", "--json"]))) as {
    simulator: { pid: number } | null;
  };
  if (running === null) throw new Error("no simulator runs");
  return running.pid;
}

test("an honest extension is installed, upgraded and uninstalled, across a new start of the simulator in the middle of its Job", async () => {
  const gate = randomBytes(4).toString("hex");
  // Helm waits for this pod, which waits for the test.
  const waiting = {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "waiting" } },
    spec: { schedulingGates: [{ name: `test.example/${gate}` }], containers: [{ name: "c", image: "none" }] },
  };
  const greeting = (text: string) => ({
    "templates/greeting.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: greeting }\ndata: { greeting: ${text} }\n`,
  });
  await publish("honest", "1.0.0", { ...greeting("one"), "templates/waiting.yaml": JSON.stringify(waiting) });
  await publish("honest", "1.1.0", greeting("two"));
  await install("honest", "1.0.0");
  const path = "/api/v1/namespaces/extension-honest/pods/waiting";
  await until(async () => (await stack.get(path)) !== undefined, 60 * SECOND);
  const before = await simulator();
  process.kill(before, "SIGTERM");
  succeeded(await sandboxCommand(["sandbox", "up"]));
  expect(await simulator()).not.toBe(before);
  expect((await stateOf("honest"))?.state).toBe("Installing");
  await send("PATCH", path, { spec: { schedulingGates: null } });
  await installed("honest", "1.0.0");
  expect(await stack.greeting("extension-honest")).toBe("one");
  await change("honest", { extension: { name: "honest", version: "1.1.0" } });
  await installed("honest", "1.1.0");
  expect(await stack.greeting("extension-honest")).toBe("two");
  await uninstall("honest");
  expect(await stack.greeting("extension-honest")).toBeUndefined();
});
