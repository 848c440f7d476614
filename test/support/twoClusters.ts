/** A sandbox with a member cluster: KubeSphere on the host, and objects of both as kubectl would apply and read them. */
import { readFileSync } from "fs";
import { rm } from "fs/promises";
import { dirname, join } from "path";
import { packed } from "./archives";
import { REFUSED_ON_DEMAND } from "./extensionStack";
import { api, CHECKOUT, environment, freshSandbox, read, run, sandboxCommand, succeeded, type Answer } from "./sandbox";

export const CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
const CORE = "/apis/kubesphere.io/v1alpha1";
export const PLANS = `${CORE}/installplans`;

export interface Side {
  readonly kubeconfig: string;
  get<T = Record<string, unknown>>(path: string): Promise<T | undefined>;
  /** Sends, and gives the answer whatever it is. */
  send(verb: "POST" | "PATCH" | "DELETE", path: string, body?: object): Promise<Answer>;
  /** As {@link send}. @throws Error for an answer that is no success */
  must(verb: "POST" | "PATCH" | "DELETE", path: string, body?: object): Promise<void>;
  names(path: string): Promise<string[]>;
}

export function sideOf(kubeconfig: string): Side {
  const env = { KUBECONFIG: kubeconfig };
  const send: Side["send"] = (verb, path, body) => api(env, verb, path, body);
  return {
    kubeconfig,
    get: (path) => read(path, env),
    send,
    async must(verb, path, body) {
      const { status, body: said } = await send(verb, path, body);
      if (status >= 300) throw new Error(`${verb} ${path}: ${status} ${said}`);
    },
    names: async (path) =>
      ((await read<{ items: { metadata: { name: string } }[] }>(path, env))?.items ?? []).map((it) => it.metadata.name),
  };
}

export interface TwoClusters {
  readonly host: Side;
  readonly member: Side;
}

/** A fresh sandbox with ks-core on its host, installed by Helm alone. */
export async function twoClusters(): Promise<TwoClusters> {
  await freshSandbox(undefined, ["--member"]);
  const env = await environment();
  const chart = join(CHECKOUT, "sandbox/charts/ks-core");
  const values = ["--set", "ksExtensionRepository.enabled=false,authentication.issuer.jwtSecret=not-a-secret"];
  const args = ["install", "ks-core", chart, "--namespace", "kubesphere-system", "--create-namespace", "--wait", ...values];
  succeeded(await run("helm", args, { env }));
  return { host: sideOf(env["KUBECONFIG"] as string), member: sideOf(env["KUBESPHERE_SANDBOX_MEMBER"] as string) };
}

/** What makes a cluster a member: its kubeconfig, and nothing else. */
export const clusterObject = (name: string, { kubeconfig }: Side, config?: string) => ({
  ...{ apiVersion: "cluster.kubesphere.io/v1alpha1", kind: "Cluster", metadata: { name, labels: { tier: "edge" } } },
  spec: {
    connection: { type: "direct", kubeconfig: readFileSync(kubeconfig).toString("base64") },
    ...(config !== undefined && { config: Buffer.from(config).toString("base64") }),
  },
});

/** Says where it runs, and with what; on demand the API server refuses it. */
const greeting = [
  "apiVersion: v1",
  "kind: ConfigMap",
  "metadata:",
  "  name: {{ .Release.Name }}",
  "data:",
  '  greeting: "{{ .Values.greeting }} {{ dig "clusterInfo" "name" "host" .Values.global }} {{ hasKey .Values.global "portal" }}"',
  ...REFUSED_ON_DEMAND,
].join("\n");

const part = (name: string) => [
  { name: `mc/charts/${name}/Chart.yaml`, data: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n` },
  { name: `mc/charts/${name}/values.yaml`, data: "greeting: hello\n" },
  { name: `mc/charts/${name}/templates/greeting.yaml`, data: greeting },
];

/** Publishes extension `mc` 0.1.0, which has a part for the host and one for members. */
export async function publish({ must }: Side): Promise<void> {
  const dependencies = ["extension", "agent"].map((name) => `{ name: ${name}, tags: [${name}], condition: ${name}.enabled }`);
  const archive = await packed(
    { name: "mc/Chart.yaml", data: `apiVersion: v2\nname: mc\nversion: 0.1.0\ndependencies: [${dependencies.join(", ")}]\n` },
    { name: "mc/values.yaml", data: "extension: { enabled: true }\nagent: { enabled: true }\n" },
    { name: "mc/permissions.yaml", data: 'kind: Role\nrules:\n  - { verbs: ["*"], apiGroups: [""], resources: ["*"] }\n' },
    ...part("extension"),
    ...part("agent"),
  );
  const [namespace, name] = ["kubesphere-system", "extension-mc-0.1.0-chart"];
  const labels = { "kubesphere.io/extension-ref": "mc" };
  await must("POST", `/api/v1/namespaces/${namespace}/configmaps`, {
    metadata: { name },
    binaryData: { "chart.tgz": archive.toString("base64") },
  });
  await must("POST", `${CORE}/extensionversions`, {
    ...{ apiVersion: "kubesphere.io/v1alpha1", kind: "ExtensionVersion", metadata: { name: "mc-0.1.0", labels } },
    spec: { version: "0.1.0", installationMode: "Multicluster", chartDataRef: { name, namespace, key: "chart.tgz" } },
  });
  await must("POST", `${CORE}/extensions`, { apiVersion: "kubesphere.io/v1alpha1", kind: "Extension", metadata: { name: "mc" }, spec: {} });
}

export const planObject = (config: string, clusterScheduling: object) => ({
  ...{ apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name: "mc" } },
  spec: { extension: { name: "mc", version: "0.1.0" }, enabled: true, config, clusterScheduling },
});

interface MemberStatus {
  readonly components: Readonly<Record<string, number>>;
  readonly kubeconfig: string;
}
const memberStatus = async () =>
  (JSON.parse(succeeded(await sandboxCommand(["sandbox", "status", "--json"]))) as { member: MemberStatus }).member;

/** Ends the member's API server, as if the whole cluster were away; `sandbox up` brings it back. */
export async function takeMemberAway(): Promise<void> {
  process.kill((await memberStatus()).components["kube-apiserver"] as number, "SIGKILL");
}

/** Another cluster in the place of the member, with the kubeconfig at the same path: it has nothing of the former one. */
export async function replaceMember(): Promise<void> {
  const { components, kubeconfig } = await memberStatus();
  for (const pid of Object.values(components)) process.kill(pid, "SIGKILL");
  await rm(dirname(kubeconfig), { recursive: true, force: true, maxRetries: 10 });
  await bringMemberBack();
}

export const bringMemberBack = async (): Promise<void> => void succeeded(await sandboxCommand(["sandbox", "up"]));
