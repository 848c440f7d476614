/** `luban verify`: whether what a stack declares answers where people reach it. */
import { command } from "../shared/command";
import { runCommand } from "../shared/main";
import { masker, maskStrings } from "../shared/mask";
import { openStack } from "../shared/pulumi";
import { runAll } from "./check";
import { checksOf } from "./checks";
import { parseOverride, TIMEOUT_MS } from "./http";
import { asText } from "./report";
import { PASSWORD_VARIABLE, targetOf } from "./target";

const HELP = `[--stack STACK] [--resolve HOST:PORT:ADDRESS]… [--json]

Whether what a stack serves answers where people reach it: names, console, each extension's front end and UI, the OAuth issuer and its
keys, a login through a declared OAuth client, and whether KubeSphere reaches each member cluster and the agents there are ready. Each check
that fails says what is likely wrong, and what to do next.

  --stack STACK                (default: the selected one)
  --resolve HOST:PORT:ADDRESS  for names without DNS, as of curl; * stands for every host
  --json                       for machines

Logins are the administrator's, with the stack's adminPassword, or the password in $${PASSWORD_VARIABLE}; they are skipped without one.
An answer may take ${TIMEOUT_MS / 1000} s.

Exit codes: 0 all good, as far as it could be checked; 2 a check failed; 1 it cannot be told, or the command line is wrong.`;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: { stack: { type: "string" }, resolve: { type: "string", multiple: true, default: [] } },
    usageCode: 1,
    words: [0, 0],
    async run({ values: { stack: name, resolve }, progress }) {
      const overrides = resolve.map(parseOverride);
      const target = await targetOf(openStack(name, checkout), (text) => progress.now(text), checkout);
      progress.now("asking what the stack serves");
      const checked = await runAll(checksOf(target, { overrides, ca: target.ca }));
      const isGood = checked.every(({ result }) => result !== "failed");
      // An answer from elsewhere may repeat what was sent.
      const mask = masker([target.password, target.client?.clientSecret].filter((secret) => secret !== undefined));
      const outcome = { text: asText(name ?? "the selected stack", checked), json: { isGood, checks: checked } };
      return { ...maskStrings(outcome, mask), exitCode: isGood ? 0 : 2 };
    },
  });

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("verify", commands(checkout), args, cache);
