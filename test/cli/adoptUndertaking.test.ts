import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import { carryOut, tryOut } from "../../cli/adopt/undertaking";
import type { Cluster } from "../../cli/shared/cluster";
import { stackOn, type Ran } from "../../cli/shared/pulumi";

const checkout = mkdtempSync(join(tmpdir(), "adopt-"));
const file = join(checkout, "Pulumi.prod.yaml");
beforeEach(() => writeFileSync(file, "config: {}\n"));
afterAll(() => rmSync(checkout, { recursive: true }));

const SETTINGS = [{ path: "kubesphere:oauthClients[0].secret", value: "hush", isSecret: true, why: "applications know it" }];
const SURVEYED = { found: [{ resource: "demo-plan", object: "InstallPlan demo" }], missing: [], file: { resources: [] }, strangers: [] };
const STATE = JSON.stringify({ version: 3, deployment: { resources: [] } });

/** A stack whose Pulumi writes settings where it is told to, and fails in what `fails` says. */
function stackWhere(fails: (args: readonly string[]) => boolean) {
  const calls: string[] = [];
  const run = (args: readonly string[], input?: string): Promise<Ran> => {
    calls.push(args.join(" "));
    const named = args.indexOf("--config-file");
    if (args[0] === "config") writeFileSync(named < 0 ? file : (args[named + 1] ?? ""), `set: ${input ?? ""}`);
    const stdout = args[1] === "export" ? STATE : args[0] === "preview" ? JSON.stringify({ steps: [] }) : "";
    return Promise.resolve(fails(args) ? { code: 255, stdout: "", stderr: "error: not so" } : { code: 0, stdout, stderr: "" });
  };
  return { stack: stackOn({ name: "acme/prod", env: {}, run }), calls };
}

test("an import that would fail is known before the configuration has another secret in it", async () => {
  const { stack, calls } = stackWhere(([command]) => command === "import");
  await expect(tryOut(stack, {} as Cluster, checkout, { surveyed: SURVEYED, settings: SETTINGS })).rejects.toThrow("error: not so");
  expect(readFileSync(file, "utf8")).toBe("config: {}\n");
  expect(calls.filter((call) => /^(import|stack import)/.test(call))).toEqual([expect.stringContaining("--preview-only")]);
  expect(calls.every((call) => !/^(config|import)/.test(call) || call.includes("--config-file"))).toBe(true);
});

test("an import that fails although it was tried out leaves configuration and state as they were", async () => {
  const { stack, calls } = stackWhere((args) => args[0] === "import" && !args.includes("--preview-only"));
  const what = { surveyed: await tryOut(stack, {} as Cluster, checkout, { surveyed: SURVEYED, settings: SETTINGS }), settings: SETTINGS };
  const failed = "error: not so\nNothing was adopted: configuration and state are as they were.";
  await expect(carryOut(stack, checkout, what)).rejects.toThrow(failed);
  expect(readFileSync(file, "utf8")).toBe("config: {}\n");
  expect(calls.at(-1)).toMatch(/^stack import --file /);
});

test("what was tried out is written and imported", async () => {
  const { stack, calls } = stackWhere(() => false);
  await carryOut(stack, checkout, { surveyed: SURVEYED, settings: SETTINGS });
  expect(readFileSync(file, "utf8")).toBe("set: hush\n");
  expect(calls.filter((call) => call.startsWith("import"))).toHaveLength(1);
  expect(calls.filter((call) => call.startsWith("stack import"))).toEqual([]);
});
