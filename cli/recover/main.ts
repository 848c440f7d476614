/** `luban recover`: shows what a run that was killed left behind, and clears it. */
import { LUBAN } from "../../kubesphere/luban";
import { rm } from "fs/promises";
import { ask } from "../shared/ask";
import { apiClient } from "../shared/apiClient";
import { connect, type Cluster } from "../shared/cluster";
import { command, Failure, type Outcome } from "../shared/command";
import { runCommand } from "../shared/main";
import type { Progress } from "../shared/progress";
import { letGoOn } from "../shared/finalizers";
import { clusterChoice, exportState, openStack, stackConfig, stackName, succeeded, type Stack } from "../shared/pulumi";
import { diagnose, suspects, type Finding } from "./diagnosis";
import { find, wanted } from "./facts";
import { helmOn } from "./helm";
import { described, holders, whereaboutsOf, type Holder } from "./lock";
import { mend } from "./mend";
import { asText, type Told } from "./report";
import { brokenSideFiles, sideFileFinding } from "./sideFiles";
import type { Exported } from "./state";
import { together } from "../../kubesphere/parallel";

const HELP = `[--stack STACK] [--yes] [--unlock HOST] [--json]

Shows what a \`pulumi\` that was killed left behind, and clears it after asking: half-written files of a file backend, the stack's lock,
operations that the state says were never ended, objects and Helm releases that the state does not know, Helm releases that are stuck or gone,
namespaces whose deletion never ends since nobody takes KubeSphere's finalizer off. Then run the same command again.

  --stack STACK  default: the selected one
  --yes          clear without asking; without a terminal nothing is cleared otherwise
  --unlock HOST  the machine that holds the lock is known to be at work no more; one held on this machine is looked after
  --json         what was found, for machines

Exit codes: 0 nothing is left to be cleared; 1 it could not be, or somebody is at work on the stack; 2 something is left.`;

/** Each round brings to light what the one before hid; the program declares no longer a chain than this. */
const ROUNDS = 5;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: { stack: { type: "string" }, yes: { type: "boolean" }, unlock: { type: "string" } },
    usageCode: 1,
    words: [0, 0],
    async run({ values: { stack: name, yes = false, unlock }, cache, progress }) {
      const stack = openStack(name, checkout);
      const all: Told[] = [];
      const told = (isCleared: boolean): Outcome => ({
        text: asText(all, isCleared),
        json: { findings: all.map(({ what, evidence, mend, isDestructive }) => ({ what, evidence, mend, isDestructive })), isCleared },
        exitCode: isCleared ? 0 : 2,
      });

      progress.now("looking for the stack's lock");
      // First of all: with one of these nothing else can be read.
      const sideFiles = await brokenSideFiles(checkout);
      const unreadable = sideFiles.map(sideFileFinding);
      all.push(...unreadable);
      if (sideFiles.length > 0) {
        progress.now("");
        if (!yes && !(await ask(`${asText(unreadable)}\nClear this?`))) return told(false);
        await Promise.all(sideFiles.map((path) => rm(path, { force: true })));
      }
      const held = await holders(stack, await stackName(stack));
      all.push(...held.map((holder) => lockFinding(holder, unlock)));

      const choice = clusterChoice(await stackConfig(stack));
      const cluster = await connect(choice);
      for (let round = 1; ; round++) {
        const { found, failure } = await findings(stack, cluster, progress);
        const isLocked = round === 1 && held.length > 0;
        const clearable = found.filter(({ action }) => action.do !== "nothing");
        const shown = isLocked ? [...all, ...found] : found;
        all.push(...found);
        if (failure !== undefined && clearable.length === 0 && !isLocked)
          throw new Failure(`what the next up would create is not known: ${failure}`);
        if (clearable.length === 0 && !isLocked) return told(found.length === 0);
        if (round > ROUNDS) throw new Failure(`it does not end:\n${asText(found)}`);
        progress.now("");
        if (!yes && !(await ask(`${asText(shown)}\nClear this?`))) return told(false);
        if (isLocked) succeeded("pulumi cancel", await stack.run(["cancel", "--yes"]));
        if (clearable.length > 0)
          await mend(clearable, { stack, cluster, helm: helmOn(stack, cache), letGo: letGoOn(await apiClient(choice)), progress });
        // Only what was unknown before can come to light now: objects in a namespace that the state did not know.
        if (!clearable.some(({ action }) => action.do === "adopt") && failure === undefined) return told(clearable.length === found.length);
      }
    },
  });

/** @throws Failure when that run may still be at work */
function lockFinding(holder: Holder, unlock: string | undefined): Told {
  const whereabouts = whereaboutsOf(holder);
  if (whereabouts === "at work")
    throw new Failure(`the stack is locked by ${described(holder)}, which is at work: let it end, then run this again`);
  if (whereabouts === "elsewhere" && holder.host !== unlock)
    throw new Failure(
      `the stack is locked by ${described(holder)}, and from here nobody can tell whether it is still at work. ` +
        `If it is not: ${LUBAN} recover --unlock ${holder.host}`,
    );
  const evidence = whereabouts === "gone" ? "that process is no more" : `--unlock ${holder.host} says that it is at work no more`;
  return { what: `the stack is locked by ${described(holder)}`, evidence, mend: "take the lock away", isDestructive: false };
}

async function findings(stack: Stack, cluster: Cluster, progress: Progress) {
  progress.now("comparing the state, the cluster and what the next up would create");
  const [{ deployment }, { resources, failure }] = await together([exportState<Exported>(stack), wanted(stack)]);
  const found = await Promise.all(
    suspects(deployment, resources).map(async (suspect) => diagnose(suspect, await find(cluster, suspect.target), deployment)),
  );
  return { found: found.filter((it): it is Finding => it !== undefined), failure };
}

/** @param args without node and script @param cache the sandbox's @param checkout the folder of Pulumi.yaml @returns the exit code */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("recover", commands(checkout), args, cache);
