/** `luban doctor`: what is wrong with a stack in its cluster, why, and the mend. */
import { stackSettings, secretsOf } from "../preview/secrets";
import { helmOn } from "../recover/helm";
import { ask } from "../shared/ask";
import { apiClient } from "../shared/apiClient";
import { clusterOn } from "../shared/cluster";
import { declaredMembers } from "../shared/members";
import { command, usageError, type Outcome } from "../shared/command";
import { runCommand } from "../shared/main";
import { masker, maskStrings } from "../shared/mask";
import { clusterChoice, exportState, openStack, type Stack } from "../shared/pulumi";
import { examine, type Result } from "./examine";
import { readFacts, type Sources } from "./facts/reader";
import { stackFacts, type ExportedState } from "./facts/stack";
import type { Finding } from "./finding";
import { CHECKS } from "./findings";
import { formerMember } from "./former/main";
import { formerKubeconfig } from "./former/member";
import { byHand, fixable, mend, mustBeAgreed } from "./mend";
import type { Patient, Places } from "./patient";
import { asText, blockOf } from "./report";
import { serverOf } from "./server";
import { LUBAN } from "../../kubesphere/luban";
import { together } from "../../kubesphere/parallel";

const HELP = `[--stack STACK] [--former-member KUBECONFIG [--former-host HOST]] [--fix [--yes]] [--json]
  What is wrong with a stack in its cluster: each finding with its evidence, what comes of it, and the mend. Nothing is changed without --fix.
  What cannot be read for lack of rights is named as not checked.

  --stack STACK  (default: the selected one)
  --fix          mend what can be mended safely, after asking: have KubeSphere look again at an InstallPlan that it has forgotten, roll an
                 extension's half-way Helm release back to its last good revision, delete what an extension that is gone has left of
                 KubeSphere's own (a namespace only when nothing of anybody's is in it), take off a namespace a finalizer of KubeSphere's
                 that nobody takes off any more
  --yes          with --fix: without asking; needed where there is no terminal
  --json         for machines

  --former-member KUBECONFIG  instead of the stack's cluster: what KubeSphere has left on one that was a member, with the commands that
                 remove it. --fix removes it: agents of extensions, ks-core, KubeSphere's finalizers, kinds and namespaces. The host of the
                 stack, its members and clusters of other hosts are refused
  --former-host HOST  with it: the host that the cluster still names is known to be gone, or to have removed it

  Exit codes: 0 nothing found, or all of it mended; 2 findings; 3 nothing found, and not all could be checked; 1 it cannot be told, or a mend
  was refused.`;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: {
      stack: { type: "string" },
      fix: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      "former-member": { type: "string" },
      "former-host": { type: "string" },
    },
    usageCode: 1,
    words: [0, 0],
    async run({ values: { stack: name, fix, yes, "former-member": file, "former-host": formerHost }, cache, progress }) {
      if (yes && !fix) throw usageError("--yes is for --fix");
      if (formerHost !== undefined && file === undefined) throw usageError("--former-host is for --former-member");
      if (fix) mustBeAgreed(yes, process.stdin.isTTY && process.stderr.isTTY);
      const former = file === undefined ? undefined : { file, kubeconfig: formerKubeconfig(file), host: formerHost };
      const stack = openStack(name, checkout);
      progress.now("reading the stack");
      const patient =
        former === undefined
          ? await stacksOwn(stack, name, { checkout, cache })
          : await formerMember(stack, name, former, { checkout, cache });
      const { called, typed, look, mask, tools } = patient;
      const told = (all: readonly Result[], mended: readonly Finding[] = []) => maskStrings(outcome(called, all, mended, typed), mask);
      progress.now("asking the cluster");
      const results = await look();
      const agreed = fix ? fixable(results) : [];
      if (agreed.length === 0) return told(results);
      progress.now("");
      const also = former === undefined ? [] : byHand(results);
      if (
        !yes &&
        !(await ask(mask(`${[...agreed, ...also].flatMap(blockOf).join("\n")}\nDo this${also.length > 0 ? " where there is a ✚" : ""}?`)))
      )
        return told(results);
      const after = await mend(agreed, { ...(await tools()), progress }, look);
      return told(after.results, after.mended);
    },
  });

async function stacksOwn(stack: Stack, name: string | undefined, { checkout, cache }: Places): Promise<Patient> {
  const { sources, mask } = await open(stack, checkout);
  return {
    called: name ?? "the selected stack",
    typed: `${LUBAN} doctor`,
    look: async () => examine(CHECKS, await readFacts(sources)),
    mask,
    tools: () => Promise.resolve({ ...sources, helm: helmOn(stack, cache) }),
  };
}

async function open(stack: Stack, checkout: string): Promise<{ sources: Sources; mask: (text: string) => string }> {
  const [{ config, stated }, state] = await together([stackSettings(stack, checkout), exportState<ExportedState>(stack)]);
  const choice = clusterChoice(config);
  const client = await apiClient(choice);
  const cluster = clusterOn(client);
  // One clear error for a cluster that does not answer, rather than one for each check.
  await cluster.versions();
  const server = serverOf(client);
  const members = declaredMembers(config, checkout);
  return {
    sources: { facts: stackFacts(stack.name, config, state), stack, cluster, server, members },
    mask: masker(secretsOf(stated, config)),
  };
}

const outcome = (stack: string, results: readonly Result[], mended: readonly Finding[], typed: string): Outcome => {
  const shown = ({ object, why, means, mend: how, action }: Finding) => ({
    object,
    why,
    means,
    mend: how,
    isFixable: action !== undefined,
  });
  return {
    text: asText(stack, results, mended, typed),
    json: {
      checks: results.map(({ findings, ...check }) => ({ ...check, findings: findings.map(shown) })),
      mended: mended.map(({ object }) => object),
    },
    exitCode: exitCode(results),
  };
};

/** What could not be checked is no proof of health: whoever goes by the exit code alone must hear of it. */
export const exitCode = (results: readonly Result[]): number => {
  if (results.some(({ findings }) => findings.length > 0)) return 2;
  return results.some(({ notChecked }) => notChecked !== undefined) ? 3 : 0;
};

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("doctor", commands(checkout), args, cache);
