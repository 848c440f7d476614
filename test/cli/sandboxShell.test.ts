/** The commands in a shell of the sandbox, whose settings are no other stack's. */
import { chmod, readFile, writeFile } from "fs/promises";
import { readdirSync, readFileSync } from "fs";
import { join } from "path";
import { foreignSettings } from "../../settings/settingsFile";
import { callMain } from "../support/call";
import { temporaryFolders } from "../support/charts";

const folder = temporaryFolders();
afterEach(() => jest.restoreAllMocks());

const OPERATE = join(__dirname, "../../cli");
const isOfStack = (name: string) => {
  try {
    return readFileSync(join(OPERATE, name, "main.ts"), "utf8").includes('stack: { type: "string" }');
  } catch {
    return false;
  }
};
/** Words that a command needs beside its stack. */
const WORDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  cluster: [["create"], ["show"], ["delete"]],
  policy: [[], ["--checkout", "."]],
  render: [["--to", "rendered"]],
};
const CALLS = readdirSync(OPERATE)
  .filter(isOfStack)
  .flatMap((name) => (WORDS[name] ?? [[]]).map((words) => [name, words] as const));

test("all commands that take a stack are here", () => expect(CALLS.length).toBeGreaterThan(12));

test.each(CALLS)("npm run %s %j refuses another stack by name, and asks Pulumi nothing of it", async (name, words) => {
  const place = await folder({ asked: "" });
  await writeFile(join(place, "pulumi"), `#!/bin/sh\necho "$@" >>${place}/asked\nexit 1\n`);
  await chmod(join(place, "pulumi"), 0o755);
  const file = join(place, "Pulumi.sandbox.yaml");
  const PATH = `${place}:${process.env["PATH"] ?? ""}`;
  jest.replaceProperty(process, "env", { ...process.env, PATH, PULUMI_OPTION_CONFIG_FILE: file, PULUMI_STACK: "sandbox" });
  const { main } = (await import(`../../cli/${name}/main`)) as { main(...args: unknown[]): Promise<number> };
  const { code, stdout, stderr } = await callMain(() => main([...words, "--stack", "mine"], place, place));
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(`stack mine: in this shell PULUMI_OPTION_CONFIG_FILE is ${file}, the settings of stack sandbox`);
  expect(await readFile(join(place, "asked"), "utf8")).toBe("");
});

describe("settings are another stack's", () => {
  const file = "/cache/sandboxes/default/Pulumi.sandbox.yaml";
  test.each([
    ["mine", { PULUMI_OPTION_CONFIG_FILE: file }],
    ["team/kubesphere/mine", { PULUMI_OPTION_CONFIG_FILE: file }],
    [undefined, { PULUMI_OPTION_CONFIG_FILE: file, PULUMI_STACK: "mine" }],
  ])("for %p with %p", (stack, env) => expect(foreignSettings(stack, env)).toMatch(/^stack mine: .* the settings of stack sandbox, /));
  test.each([
    ["sandbox", { PULUMI_OPTION_CONFIG_FILE: file }],
    ["organization/kubesphere/sandbox", { PULUMI_OPTION_CONFIG_FILE: file }],
    [undefined, { PULUMI_OPTION_CONFIG_FILE: file, PULUMI_STACK: "sandbox" }],
    [undefined, { PULUMI_OPTION_CONFIG_FILE: file }],
    ["mine", {}],
    ["mine", { PULUMI_OPTION_CONFIG_FILE: "/etc/kubesphere/settings.yaml" }],
  ])("not for %p with %p", (stack, env) => expect(foreignSettings(stack, env)).toBeUndefined());
});
