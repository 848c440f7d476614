/** `RandomPassword` as its public documentation has it (pulumi.com/registry/packages/random/api-docs/randompassword). */
import { readFileSync } from "fs";
import { join } from "path";
import { pulumi, stateOf, type Stack } from "./engine";
import { place, type Place } from "./sandbox";
import { withStack } from "./stack";
import type { Declared, JsonObject, Step } from "./vectors";

const TYPE = "random:index/randomPassword:RandomPassword";
const TIMEOUT_MS = 300_000;

let here: Place;
beforeAll(async () => {
  here = await place();
}, TIMEOUT_MS);

const password = (inputs: JsonObject): Declared => ({ urnName: "password", type: TYPE, inputs });

/** Runs a command that must succeed; gives its operations in the order of their names. */
async function done(stack: Stack, step: Pick<Step, "command" | "args">, inputs: JsonObject = {}): Promise<string[]> {
  const { exitCode, errors, warnings, ops } = await pulumi(stack, step, [password(inputs)], undefined);
  expect({ exitCode, errors, warnings }).toEqual({ exitCode: 0, errors: [], warnings: [] });
  return ops.map(({ op }) => op).sort();
}

/** The password in state, which `--show-secrets` gives as JSON beside its secret's mark. */
async function kept(stack: Stack): Promise<string> {
  const [resource] = await stateOf(stack);
  const { result } = resource?.["outputs"] as unknown as { result: { plaintext: string } };
  return JSON.parse(result.plaintext) as string;
}

test(
  "a password stays as it was drawn, through up, preview and refresh: a client that was told it could not sign in any more",
  () =>
    withStack(here, "random-kept", async (stack) => {
      const inputs = { length: 24, special: false, minNumeric: 3 };
      expect(await done(stack, { command: "preview" }, inputs)).toEqual(["create"]);
      expect(await done(stack, { command: "up" }, inputs)).toEqual(["create"]);
      const drawn = await kept(stack);
      expect(drawn).toMatch(/^[a-zA-Z0-9]{24}$/);
      expect(drawn.replace(/\D/g, "").length).toBeGreaterThanOrEqual(3);
      expect(await done(stack, { command: "preview" }, inputs)).toEqual(["same"]);
      expect(await done(stack, { command: "refresh" })).toEqual(["same"]);
      expect(await done(stack, { command: "up" }, inputs)).toEqual(["same"]);
      expect(await kept(stack)).toBe(drawn);
      expect(await done(stack, { command: "destroy" })).toEqual(["delete"]);
    }),
  TIMEOUT_MS,
);

test(
  "another keeper, or another setting, draws a new password: nothing else could renew one that leaked",
  () =>
    withStack(here, "random-keepers", async (stack) => {
      const replaced = ["create-replacement", "delete-replaced", "replace"];
      await done(stack, { command: "up" }, { length: 16, keepers: { turn: "1" } });
      const first = await kept(stack);
      expect(await done(stack, { command: "up" }, { length: 16, keepers: { turn: "2" } })).toEqual(replaced);
      const second = await kept(stack);
      expect(second).not.toBe(first);
      expect(await done(stack, { command: "up" }, { length: 20, keepers: { turn: "2" } })).toEqual(replaced);
      expect(await kept(stack)).toHaveLength(20);
    }),
  TIMEOUT_MS,
);

test(
  "the password is nowhere in the stack's file, or whoever reads the backend could sign in",
  () =>
    withStack(here, "random-secret", async (stack) => {
      await done(stack, { command: "up" }, { length: 32, special: false });
      const drawn = await kept(stack);
      const file = readFileSync(join(stack.cwd, "state/.pulumi/stacks/golden/random-secret.json"), "utf8");
      expect(file).toContain('"ciphertext"');
      expect(file).not.toContain(drawn);
    }),
  TIMEOUT_MS,
);

test(
  "a password that is in use already is imported by its value and kept while length and defaults agree",
  () =>
    withStack(here, "random-import", async (stack) => {
      const inUse = "fakeButInUse4";
      const args = [TYPE, "password", inUse, "--protect=false", "--generate-code=false"];
      expect(await done(stack, { command: "import", args })).toEqual(["import"]);
      expect(await kept(stack)).toBe(inUse);
      expect(await done(stack, { command: "up" }, { length: inUse.length })).toEqual(["same"]);
      expect(await kept(stack)).toBe(inUse);
      expect(await done(stack, { command: "preview" }, { length: inUse.length, lower: false })).toEqual([
        "create-replacement",
        "delete-replaced",
        "replace",
      ]);
    }),
  TIMEOUT_MS,
);
