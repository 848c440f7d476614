/** The sandbox's stack with an extension in it, as a test of its life declares and sees it. */
import type { Files } from "./charts";
import { succeeded } from "./sandbox";
import { openedStack, type Stack } from "./stack";

const SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports:\n    - port: 80\n";
/** Of a template that takes `greeting`: on demand the API server refuses what it makes, which no rendering shows. */
export const REFUSED_ON_DEMAND = [
  '{{- if eq .Values.greeting "fail" }}',
  "---",
  "apiVersion: v1",
  "kind: Service",
  "metadata:",
  "  name: nobody-greets-so",
  "spec:",
  "  ports:",
  "    - port: 0",
  "{{- end }}",
  "",
];
/** Says in the cluster which version runs with which value; on demand the API server refuses it, which no rendering shows. */
export const GREETING = [
  "apiVersion: v1",
  "kind: ConfigMap",
  "metadata:",
  "  name: greeting",
  "data:",
  '  greeting: "{{ .Values.greeting }} from {{ .Chart.Version }}"',
  ...REFUSED_ON_DEMAND,
].join("\n");

export const greetingChart = (name: string, version: string): Files => ({
  "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
  "values.yaml": "greeting: hello\n",
  "templates/service.yaml": SERVICE,
  "templates/greeting.yaml": GREETING,
});

/** What changes of a plan with another config. */
export const PLAN_CHANGES = "spec.config";
export const KUBESPHERE = "/apis/kubesphere.io/v1alpha1";

const viewOf = (stack: Stack) => ({
  /** What `install` of the one extension says; `versions` are its sources. */
  declare: (versions: string[], install: object | false = {}, rest: object = {}) =>
    stack.configure({ extensions: [{ versions: versions.map((source) => ({ source })), install, ...rest }] }),
  /** `up` that must succeed. */
  deploy: async () => succeeded(await stack.up()),
  plan: async (name = "shop") => (await stack.get(`${KUBESPHERE}/installplans/${name}`))?.status,
  greeting: async (namespace = "extension-shop") =>
    (await stack.get<{ data: { greeting: string } }>(`/api/v1/namespaces/${namespace}/configmaps/greeting`))?.data.greeting,
  offered: async (name = "shop") =>
    ((await stack.get(`${KUBESPHERE}/extensions/${name}`))?.status?.["versions"] as { version: string }[])
      .map(({ version }) => version)
      .sort(),
});

/**
 * A stack with KubeSphere and nothing else for the tests of a file.
 * @param ready gets the stack, and all that the cluster holds by then
 */
export function extensionStack(ready: (stack: Stack & ReturnType<typeof viewOf>, objects: string[]) => Promise<void>): void {
  beforeAll(async () => {
    const { stack } = await openedStack();
    await stack.configure({ extensions: [], oauthClients: [], ingress: { controller: "none" } });
    succeeded(await stack.up());
    await ready({ ...stack, ...viewOf(stack) }, await stack.clusterObjects());
  }, 10 * 60_000);
}
export type ExtensionStack = Parameters<Parameters<typeof extensionStack>[0]>[0];
