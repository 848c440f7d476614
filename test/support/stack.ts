/** The sandbox's stack as a test drives it: configuration, previews in words, and all that the cluster holds. */
import { readFile, writeFile } from "fs/promises";
import { join } from "path";
import { dump, load } from "js-yaml";
import { until } from "./until";
import { environment, freshSandbox, type Ran, read, run, succeeded } from "./sandbox";

export interface KubeObject {
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string>; readonly finalizers?: readonly string[] };
  readonly spec: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
}
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff?: Record<string, { kind: string }> | null;
  readonly oldState?: { readonly inputs: Record<string, unknown> };
  readonly newState?: { readonly inputs: Record<string, unknown> };
}

/** What a resource is called within the platform, whose own name all of them carry. */
export const nameOf = ({ urn }: Step): string =>
  urn
    .split("::")
    .at(-1)
    ?.replace(/^kubesphere-/, "") ?? "";

/** What a preview would do, as `operation name changed properties`; what stays is left out. */
export const changes = (steps: readonly Step[]): string[] =>
  steps
    .filter(({ op }) => op !== "same" && op !== "read")
    .map((step) => [`${step.op} ${nameOf(step)}`, ...Object.keys(step.detailedDiff ?? {}).sort()].join(" "))
    .sort();

/** @param env as {@link environment} gives it */
export function stackOf(env: NodeJS.ProcessEnv) {
  const pulumi = (...args: string[]): Promise<Ran> => run("pulumi", [...args, "--non-interactive", "--color", "never"], { env });
  const configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  const steps = async () => (JSON.parse(succeeded(await pulumi("preview", "--json"))) as { steps: Step[] }).steps;
  return {
    pulumi,
    steps,
    up: () => pulumi("up", "--yes", "--skip-preview"),
    get: <T = KubeObject>(path: string) => read<T>(path, env),
    names: async (path: string) => ((await read<{ items: KubeObject[] }>(path, env))?.items ?? []).map(({ metadata }) => metadata.name),

    preview: async () => changes(await steps()),

    setConfig: async (path: string, value: string) => succeeded(await pulumi("config", "set", "--path", `kubesphere:${path}`, value)),

    /** By standard input: a command line is everybody's to read. */
    setSecret: async (path: string, value: string) =>
      succeeded(
        await run("pulumi", ["config", "set", "--secret", "--path", `kubesphere:${path}`, "--non-interactive"], { env, input: value }),
      ),

    /** Writes whole keys, as somebody who edits the file. */
    async configure(keys: Record<string, unknown>): Promise<void> {
      const { config, ...rest } = load(await readFile(configFile, "utf8")) as { config: Record<string, unknown> };
      const named = Object.entries(keys).map(([key, value]) => [`kubesphere:${key}`, value]);
      await writeFile(configFile, dump({ ...rest, config: { ...config, ...Object.fromEntries(named) } }));
    },

    /** The stack's state as it lies on disk. */
    state: () => readFile(join(new URL(env["PULUMI_BACKEND_URL"] ?? "").pathname, ".pulumi/stacks/kubesphere/sandbox.json"), "utf8"),

    /** Everything in the cluster that the program could leave behind, once Kubernetes has furnished the namespaces that are there. */
    async clusterObjects(): Promise<string[]> {
      await until(async () => {
        const count = async (path: string) => (await read<{ items: KubeObject[] }>(path, env))?.items.length;
        const namespaces = await count("/api/v1/namespaces");
        const furnished = [
          "serviceaccounts?fieldSelector=metadata.name=default",
          "configmaps?fieldSelector=metadata.name=kube-root-ca.crt",
        ];
        const counts = await Promise.all(furnished.map((path) => count(`/api/v1/${path}`)));
        return counts.every((it) => it === namespaces);
      }, 60_000);
      const lists = await Promise.all(
        COLLECTIONS.map((path) => read<{ items: { metadata: { namespace?: string; name: string } }[] }>(path, env)),
      );
      return lists
        .flatMap((list, index) =>
          (list?.items ?? []).map(({ metadata }) => `${COLLECTIONS[index] ?? ""} ${metadata.namespace ?? ""}/${metadata.name}`),
        )
        .sort();
    },
  };
}
export type Stack = ReturnType<typeof stackOf>;

export interface OpenedStack {
  readonly stack: Stack;
  /** Its configuration as it was found. */
  readonly config: Readonly<Record<string, Record<string, unknown>>>;
}

/** The stack of a fresh sandbox for the tests of a file. */
export async function openedStack(): Promise<OpenedStack> {
  await freshSandbox();
  const env = await environment();
  const configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  const { config } = load(await readFile(configFile, "utf8")) as { config: OpenedStack["config"] };
  return { stack: stackOf(env), config };
}

const COLLECTIONS = [
  "/api/v1/namespaces",
  "/api/v1/secrets",
  "/api/v1/configmaps",
  "/api/v1/services",
  "/api/v1/serviceaccounts",
  "/apis/apps/v1/deployments",
  "/apis/batch/v1/jobs",
  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  "/apis/extensions.kubesphere.io/v1alpha1/jsbundles",
  "/apis/kubesphere.io/v1alpha1/extensions",
  "/apis/kubesphere.io/v1alpha1/extensionversions",
  "/apis/kubesphere.io/v1alpha1/installplans",
  "/apis/kubesphere.io/v1alpha1/repositories",
  "/apis/networking.k8s.io/v1/ingressclasses",
  "/apis/networking.k8s.io/v1/ingresses",
  "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
];
