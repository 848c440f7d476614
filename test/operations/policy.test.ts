/** The gate on the real engine's preview and what the real Helm renders: what a pull request's check would say. */
import { chmod, cp, readFile, symlink, writeFile } from "fs/promises";
import { join } from "path";
import { dump, load } from "js-yaml";
import { rules } from "../../policy/rules";
import { temporaryFolders } from "../support/charts";
import { CHECKOUT, environment, freshSandbox, run, succeeded } from "../support/sandbox";

type Config = Record<string, unknown>;

/** What helm takes for a list and an API server for true; nobody sees it before the first upgrade. */
const LIST_OF_AN_UPGRADE = `{{ if .Release.IsUpgrade }}
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata: {name: late}
    spec: {hostNetwork: yes, containers: [{name: it, image: it}]}
{{ end }}
`;

interface Violation {
  readonly rule: string;
  readonly object?: string;
  readonly property: string;
}

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
});

/** The environment of a stack with mistakes, some of which only the chart's objects and a secret show. */
async function planted(): Promise<NodeJS.ProcessEnv> {
  const dir = await folder({});
  const source = join(dir, "demo");
  await cp("extensions/demo", source, { recursive: true });
  await writeFile(join(source, "permissions.yaml"), 'kind: ClusterRole\nrules:\n  - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}\n');
  await writeFile(join(source, "templates/list.yaml"), LIST_OF_AN_UPGRADE);
  const own = load(await readFile(env["PULUMI_OPTION_CONFIG_FILE"] as string, "utf8")) as { config: Config };
  const file = join(dir, "Pulumi.sandbox.yaml");
  const [client] = own.config["kubesphere:oauthClients"] as Config[];
  const config = {
    ...own.config,
    "kubesphere:extensions": [
      { source, install: { config: { demo: { securityContext: { privileged: true }, service: { type: "NodePort" } } } } },
    ],
    "kubesphere:oauthClients": [{ ...client, redirectURIs: ["http://app.example.com/callback"] }],
  };
  await writeFile(file, dump({ ...own, config }));
  const changed = { ...env, PULUMI_OPTION_CONFIG_FILE: file };
  succeeded(await run("pulumi", ["config", "set", "--secret", "adminPassword", "P@88w0rd"], { env: changed }));
  return changed;
}

const policy = (args: readonly string[], changed = env) => run(process.execPath, ["cli/luban.mjs", "policy", ...args], { env: changed });

test("the sandbox's own stack passes, and every rule was asked", async () => {
  const { code, stdout } = await policy([]);
  expect(stdout).toBe(`✓ policy of the selected stack: nothing against it by ${rules.length} rules\n`);
  expect(code).toBe(0);
});

test("planted mistakes fail by name, also those that only the chart's objects and a secret show", async () => {
  const { code, stdout, stderr } = await policy(["--json"], await planted());
  expect(stderr).not.toMatch(/error|failed/);
  const { ok, violations, unchecked } = JSON.parse(stdout) as { ok: boolean; violations: Violation[]; unchecked: string[] };
  expect([code, ok, unchecked]).toEqual([3, false, []]);
  const at = (template: string) => `(charts/demo/templates/${template}.yaml)`;
  expect(violations.map(({ rule, object, property }) => [rule, object, property])).toEqual([
    ["clear-text-redirect", undefined, "redirectURIs[0]"],
    ["default-administrator-password", undefined, "values.authentication.adminPassword"],
    ["cluster-admin", undefined, "rules[0]"],
    ["host-namespace", `Pod late ${at("list")}`, "spec.hostNetwork"],
    ["privileged-container", `Deployment demo ${at("deployment")}`, "spec.template.spec.containers[0].securityContext.privileged"],
    ["node-port", `Service demo ${at("service")}`, "spec.ports[0].nodePort"],
  ]);
  expect(stdout).not.toContain("88w0rd");
});

describe("as a policy pack of the real engine", () => {
  let pack: string;

  /** The sandbox's language host starts no packs: a script stands in that starts the SDK's own, under a runtime's name of its own. */
  beforeAll(async () => {
    const script = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const dir = await folder({ "bin/pulumi-analyzer-policy-stand-in": `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n` });
    await chmod(join(dir, "bin/pulumi-analyzer-policy-stand-in"), 0o755);
    for (const shared of ["components", "kubesphere", "node_modules", "tsconfig.json"])
      await symlink(join(CHECKOUT, shared), join(dir, shared));
    pack = join(dir, "policy");
    await cp("policy", pack, { recursive: true });
    const project = load(await readFile(join(pack, "PulumiPolicy.yaml"), "utf8")) as object;
    await writeFile(join(pack, "PulumiPolicy.yaml"), dump({ ...project, runtime: "stand-in" }));
  });

  const preview = async (given: NodeJS.ProcessEnv, ...args: string[]) => {
    const changed = { ...given, PATH: `${join(pack, "../bin")}:${env["PATH"] ?? ""}`, PULUMI_IGNORE_AMBIENT_PLUGINS: "" };
    const { code, stdout, stderr } = await run("pulumi", ["preview", "--policy-pack", pack, ...args, "--non-interactive"], {
      env: changed,
    });
    const told = [...stdout.matchAll(/- \[(\w+)\] {2}(\S+) {2}\(.*: (\S+)\)$/gm)].map((match) => match.slice(1));
    return { code, told, printed: stdout + stderr };
  };

  test("the sandbox's own stack passes, told which ports are its own", async () => {
    const { config } = load(await readFile(env["PULUMI_OPTION_CONFIG_FILE"] as string, "utf8")) as { config: Config };
    const { ingress, console } = config["kubesphere:ports"] as Config;
    const dir = await folder({ "pack.json": JSON.stringify({ "node-port": { nodePorts: [ingress, console] } }) });
    const { code, told, printed } = await preview(env, "--policy-pack-config", join(dir, "pack.json"));
    expect({ code, told }).toEqual({ code: 0, told: [] });
    expect(printed).toMatch(/✅ kubesphere@v\d/);
  });

  test("planted mistakes end the preview, although not everything is known yet", async () => {
    const { code, told, printed } = await preview(await planted());
    expect(told).toEqual([
      ["mandatory", "clear-text-redirect", "kubesphere-oauth-test"],
      ["mandatory", "cluster-admin", "kubesphere-demo-executor"],
      ["mandatory", "default-administrator-password", "kubesphere-ks-core-release"],
      ["mandatory", "node-port", "kubesphere-ingress-nginx-release"],
      ["mandatory", "node-port", "kubesphere-ks-core-release"],
    ]);
    expect(code).not.toBe(0);
    expect(printed).not.toContain("88w0rd");
  });
});
