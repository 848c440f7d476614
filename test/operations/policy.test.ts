/** The gate on the real engine's preview and what the real Helm renders: what a pull request's check would say. */
import { cp, readFile, writeFile } from "fs/promises";
import { join } from "path";
import { dump, load } from "js-yaml";
import { temporaryFolders } from "../support/charts";
import { environment, run, sandboxCommand, succeeded } from "../support/sandbox";

jest.setTimeout(2 * 60_000);

type Config = Record<string, unknown>;
interface Violation {
  readonly rule: string;
  readonly object?: string;
  readonly property: string;
}

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  succeeded(await sandboxCommand(["sandbox", "up"]));
  env = await environment();
}, 10 * 60_000);

const policy = (args: readonly string[], changed: NodeJS.ProcessEnv = {}) =>
  run(process.execPath, ["sandbox/run.mjs", "policy", ...args], { env: { ...env, ...changed } });

test("the sandbox's own stack passes, and every rule was asked", async () => {
  const { code, stdout } = await policy([]);
  expect(stdout).toBe("✓ policy of the selected stack: nothing against it by 8 rules\n");
  expect(code).toBe(0);
});

test("planted mistakes fail by name, also those that only the chart's objects and a secret show", async () => {
  const dir = await folder({});
  const source = join(dir, "demo");
  await cp("extensions/demo", source, { recursive: true });
  await writeFile(join(source, "permissions.yaml"), 'kind: ClusterRole\nrules:\n  - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}\n');
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
  const changed = { PULUMI_OPTION_CONFIG_FILE: file };
  succeeded(await run("pulumi", ["config", "set", "--secret", "adminPassword", "P@88w0rd"], { env: { ...env, ...changed } }));
  const { code, stdout, stderr } = await policy(["--json"], changed);
  expect(stderr).not.toMatch(/error|failed/);
  const { ok, violations, unchecked } = JSON.parse(stdout) as { ok: boolean; violations: Violation[]; unchecked: string[] };
  expect([code, ok, unchecked]).toEqual([3, false, []]);
  const at = (template: string) => `(charts/demo/templates/${template}.yaml)`;
  expect(violations.map(({ rule, object, property }) => [rule, object, property])).toEqual([
    ["clear-text-redirect", undefined, "redirectURIs[0]"],
    ["default-administrator-password", undefined, "values.authentication.adminPassword"],
    ["cluster-admin", undefined, "rules[0]"],
    ["privileged-pod", `Deployment demo ${at("deployment")}`, "spec.template.spec.containers[0].securityContext.privileged"],
    ["node-port", `Service demo ${at("service")}`, "spec.ports[0].nodePort"],
  ]);
  expect(stdout).not.toContain("88w0rd");
});
