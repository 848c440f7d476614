/** What README and docs tell people to type, typed: a page is one shell, in a copy of the checkout, on the tests' own sandbox. */
import { readdirSync } from "fs";
import { cp, mkdtemp, readFile, rm } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { commandBlocks, type CommandBlock } from "../support/markdownCommands";
import { linkModules } from "../support/modules";
import { CHECKOUT, environment, freshSandbox, run, SANDBOX, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

/** What differs from what a reader types: the stack, and which sandbox. Nobody is there to confirm. */
const typed = (command: string): string =>
  command.replaceAll(/--stack \w+/g, "--stack sandbox").replaceAll(/npm run (-s )?sandbox -- \w+/g, `$& --name ${SANDBOX}`);

const PAGES = ["README.md", ...readdirSync(join(CHECKOUT, "docs")).map((name) => join("docs", name))];

let copy: string;
let env: NodeJS.ProcessEnv;
let stack: Stack;

beforeAll(async () => {
  // A newcomer's is fresh: the doctor would find what other tests have left.
  await freshSandbox();
  env = { ...(await environment()), PULUMI_SKIP_CONFIRMATIONS: "true", KUBESPHERE_ADMIN_PASSWORD: "P@88w0rd" };
  stack = stackOf(env);
  succeeded(await stack.up());
  copy = await mkdtemp(join(tmpdir(), "docs-"));
  const listed = succeeded(await run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]));
  for (const file of listed.split("\0").filter(Boolean)) await cp(join(CHECKOUT, file), join(copy, file));
  linkModules(copy);
});
afterAll(async () => {
  await rm(copy, { recursive: true });
});

/** @returns what went wrong, with the command, or nothing */
async function runBlocks(blocks: readonly CommandBlock[]): Promise<string> {
  const script = blocks.flatMap(({ line, commands }) => commands.map((command) => `at=${line}\n${typed(command)}`)).join("\n");
  const shell = `set -euo pipefail\ntrap 'echo "line $at: $BASH_COMMAND: exit code $?" >&2' ERR\n${script}\n`;
  const { code, stdout, stderr } = await run("bash", ["-c", shell], { cwd: copy, env });
  return code === 0 ? "" : `${stdout}\n${stderr}`;
}

test.each(PAGES)("what %s says to type works", async (page) => {
  const blocks = commandBlocks(await readFile(join(CHECKOUT, page), "utf8"));
  expect(await runBlocks(blocks.filter(({ notRun }) => notRun === undefined))).toBe("");
});
