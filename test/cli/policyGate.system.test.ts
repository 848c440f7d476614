/** The whole gate on what the real Helm renders of a chart: for each rule an object that a stranger's chart may bring. */
import { readFile } from "fs/promises";
import { homedir } from "os";
import { dirname, join, resolve } from "path";
import { load } from "js-yaml";
import { renderInstalled } from "../../cli/policy/extensions";
import { type Allowance, ALLOWABLE_RULES, OTHER_WORKSPACE, PRIVILEGED_ON_MEMBERS } from "../../kubesphere/extension/allowances";
import { packExtension } from "../../kubesphere/extension/extensionPackage";
import { weigh } from "../../policy/allowances";
import { violations } from "../../policy/gate";
import { sharedPaths } from "../../sandbox/src/paths";
import { getTools } from "../../sandbox/src/tools";
import { tools, type Tool } from "../../sandbox/src/tools/catalogue";
import { temporaryFolders } from "../support/charts";
import { helmRendering } from "../support/rendering";

jest.setTimeout(5 * 60_000);

const checkout = join(__dirname, "../..");
const cache = resolve(
  process.env["KUBESPHERE_SANDBOX_HOME"] || join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubesphere-luban"),
);
const folder = temporaryFolders();
const before = process.env["PATH"];

beforeAll(async () => {
  const helm = tools.find(({ name }) => name === "helm") as Tool;
  const { paths } = await getTools(sharedPaths({ checkout, cache, bundle: "" }), [helm]);
  process.env["PATH"] = `${dirname(paths["helm"] as string)}:${before ?? ""}`;
});
afterAll(() => (process.env["PATH"] = before));

const RBAC = "rbac.authorization.k8s.io/v1";
const rights = (group: string, resource: string, verb: string) =>
  `{apiVersion: ${RBAC}, kind: ClusterRole, metadata: {name: it}, rules: [{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]}]}`;
const binding = (role: string, subject: string) =>
  `{apiVersion: ${RBAC}, kind: ClusterRoleBinding, metadata: {name: it}, roleRef: {kind: ClusterRole, name: ${role}}, subjects: [{kind: Group, name: "${subject}"}]}`;
/** A Pod to which nothing is to be said, but for what is given. */
const pod = (spec: string, context = "", annotations = "") => `apiVersion: v1
kind: Pod
metadata:
  name: it
  annotations: {${annotations}}
spec:
  ${spec}
  containers:
    - name: it
      image: it
      securityContext:
        allowPrivilegeEscalation: false
        runAsNonRoot: true
        seccompProfile: {type: RuntimeDefault}
        capabilities: {drop: [ALL]}
        ${context}
`;
const SERVICE = (spec: string) => `{apiVersion: v1, kind: Service, metadata: {name: it}, spec: {${spec}}}`;

const TEMPLATES: Readonly<Record<string, string>> = {
  "cluster-admin": rights("*", "*", "*"),
  "escalate-bind-impersonate": rights("rbac.authorization.k8s.io", "clusterroles", "bind"),
  "secrets-of-all": rights("", "secrets", "list"),
  "workloads-everywhere": rights("apps", "deployments", "create"),
  "exec-everywhere": rights("", "pods/exec", "create"),
  "node-proxy": rights("", "nodes/proxy", "get"),
  "service-account-tokens": rights("", "serviceaccounts/token", "create"),
  "certificate-approval": rights("certificates.k8s.io", "certificatesigningrequests/approval", "update"),
  "admission-webhook": "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: it}}",
  "binding-for-everybody": binding("it", "system:unauthenticated"),
  "administrator-binding": binding("cluster-admin", "it"),
  "aggregated-role": `{apiVersion: ${RBAC}, kind: ClusterRole, metadata: {name: it}, aggregationRule: {clusterRoleSelectors: [{}]}}`,
  "host-namespace": pod("hostIPC: true"),
  "privileged-container": pod("", "privileged: true"),
  "windows-host-process": pod("securityContext: {windowsOptions: {hostProcess: true}}"),
  "added-capability": pod(
    "initContainers: [{name: i, image: i, securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL], add: [SYS_ADMIN]}}}]",
  ),
  "host-path": pod("volumes: [{name: v, hostPath: {path: /}}]"),
  "host-port": pod("", "").replace("image: it", "image: it\n      ports: [{containerPort: 53, hostPort: 53}]"),
  "host-probe": pod("", "").replace("image: it", "image: it\n      livenessProbe: {httpGet: {port: 80, host: 169.254.169.254}}"),
  apparmor: pod("", "", "container.apparmor.security.beta.kubernetes.io/it: unconfined"),
  selinux: pod("", "seLinuxOptions: {type: spc_t}"),
  "proc-mount": pod("", "procMount: Unmasked"),
  seccomp: pod("securityContext: {seccompProfile: {type: Unconfined}}"),
  sysctl: pod("securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}"),
  "privilege-escalation": pod("").replace("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true"),
  "kept-capability": pod("").replace("drop: [ALL]", "drop: [NET_RAW]"),
  "maybe-root": pod("").replace("runAsNonRoot: true", "runAsNonRoot: false"),
  "run-as-root": pod("", "runAsUser: 0"),
  "no-seccomp-profile": pod("").replace("seccompProfile: {type: RuntimeDefault}", ""),
  "proc-mount-in-user-namespace": pod("hostUsers: false", "procMount: Unmasked"),
  "restricted-volume": pod("volumes: [{name: v, nfs: {server: s, path: /}}]"),
  "node-port": SERVICE("type: NodePort, ports: [{port: 22}]"),
  "load-balancer": SERVICE("type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 22}]"),
  "external-ip": SERVICE("externalIPs: [10.0.0.1], ports: [{port: 53}]"),
};

/**
 * A chart, packed and rendered once.
 * @param templates by the names of their files
 * @param more of the extension's install @param config further keys of the stack's configuration
 * @returns the verdict with these allowances
 */
async function judging(templates: Readonly<Record<string, string>>, more: object = {}, config: object = {}) {
  const files = {
    "Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.1.0\n",
    ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}.yaml`, text])),
    "extension.yaml": "service: {name: web, port: 80}\n",
  };
  const source = await folder({ ...files, "permissions.yaml": "kind: Role\nrules: []\n" });
  const { digest, files: digests } = await packExtension(source, await helmRendering());
  const install = { version: "0.1.0", config: {}, ...more };
  const previewed = (allow: readonly Allowance[]) => {
    const inputs = {
      versions: { "0.1.0": { package: digest, files: digests } },
      install: { ...install, ...(allow.length > 0 && { allow }) },
    };
    const step = {
      op: "create",
      urn: "urn:pulumi:prod::kubesphere::kubesphere:index:Extension::demo",
      newState: { type: "kubesphere:index:Extension", inputs },
    };
    return { config: { "kubesphere:production": "true" }, steps: [step] };
  };
  const { rendered, unchecked } = await renderInstalled(previewed([]), { ...config, extensions: [{ source, install }] }, checkout, cache);
  expect(unchecked).toEqual([]);
  return (allow: readonly Allowance[] = []) => weigh(previewed(allow), violations(previewed(allow), rendered));
}

const judged = async (template: string, more?: object, config?: object) => (await judging({ it: template }, more, config))();

test("a chart that asks for nothing passes, also in production", async () => {
  expect(await judged(pod(""))).toEqual({ refused: [], allowed: [] });
});

test("there is a template for every rule on what extensions bring; their namespace the program itself declares", () => {
  expect([...Object.keys(TEMPLATES), OTHER_WORKSPACE, PRIVILEGED_ON_MEMBERS].sort()).toEqual([...ALLOWABLE_RULES].sort());
});

describe("of all templates in one chart", () => {
  let verdict: Awaited<ReturnType<typeof judging>>;
  beforeAll(async () => {
    const named = Object.entries(TEMPLATES).map(([rule, text]) => [rule, text.replaceAll("name: it", `name: ${rule}`)]);
    verdict = await judging(Object.fromEntries(named) as Record<string, string>);
  });

  test.each(Object.keys(TEMPLATES))("%s is refused, and passes with a reason for it alone", (rule) => {
    const { refused } = verdict();
    const own = refused.filter((it) => it.object?.endsWith(` ${rule} (charts/demo/templates/${rule}.yaml)`));
    expect(own.map((it) => it.rule)).toEqual([rule]);
    const allowance = { rule, reason: "Somebody has read it." };
    expect(verdict([allowance])).toEqual({
      refused: refused.filter((it) => it !== own[0]),
      allowed: [{ ...allowance, extension: "demo", isNew: true, violations: own }],
    });
  });
});

test("what an override makes of it on one member cluster is told, and what it leaves alone not twice", async () => {
  const template = `${pod("hostIPC: true")}---\n{{ if .Values.pid }}\n${pod("hostPID: true")}{{ end }}\n`;
  const clusterScheduling = { placement: { clusters: ["a", "b"] }, overrides: { a: { demo: { pid: true } }, b: {} } };
  const { refused } = await judged(template, { clusterScheduling });
  expect(refused.map(({ property }) => property)).toEqual(["spec.hostIPC", "spec.hostPID"]);
});

test("what a chart makes on the Kubernetes that the stack makes its cluster of is judged, not what it makes on another", async () => {
  const template = `{{ if semverCompare "<1.26-0" .Capabilities.KubeVersion.Version }}\n${pod("hostIPC: true")}{{ else }}\n${pod("")}{{ end }}\n`;
  const cluster = { kubekey: { kubernetesVersion: "v1.25.4" } };
  expect((await judged(template)).refused).toEqual([]);
  expect((await judged(template, {}, { cluster })).refused.map(({ property }) => property)).toEqual(["spec.hostIPC"]);
});

test("the production stack's example passes by the exceptions that it states, and uses each", async () => {
  const { config } = load(await readFile(join(checkout, "Pulumi.prod.yaml"), "utf8")) as {
    config: { "kubesphere:extensions": { source: string; install: object }[] };
  };
  const extensions = config["kubesphere:extensions"];
  const steps = await Promise.all(
    extensions.map(async ({ source, install }) => {
      const { name, version, digest, files } = await packExtension(join(checkout, source), await helmRendering());
      const inputs = { versions: { [version]: { package: digest, files } }, install: { config: {}, ...install, version } };
      return {
        op: "create",
        urn: `urn:pulumi:prod::kubesphere::kubesphere:index:Extension::${name}`,
        newState: { type: "kubesphere:index:Extension", inputs },
      };
    }),
  );
  const preview = { config: { "kubesphere:production": "true" }, steps };
  const { rendered, unchecked } = await renderInstalled(preview, { extensions }, checkout, cache);
  const { refused, allowed } = weigh(preview, violations(preview, rendered));
  expect({ unchecked, refused }).toEqual({ unchecked: [], refused: [] });
  expect(allowed.map((it) => [it.rule, it.violations.length > 0])).toEqual([
    ["maybe-root", true],
    ["kept-capability", true],
  ]);
});
