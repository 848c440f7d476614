/** `luban status`: what has become of each extension of a stack in its cluster. */
import { resolve } from "path";
import { shellWord } from "../../kubesphere/shellWord";
import { secretsOf, stackSettings } from "../preview/secrets";
import { connect } from "../shared/cluster";
import { declaredMembers } from "../shared/members";
import { command } from "../shared/command";
import { writeWhole } from "../shared/files";
import { runCommand } from "../shared/main";
import { masker, maskStrings } from "../shared/mask";
import { clusterChoice, openStack, stackName } from "../shared/pulumi";
import { asPage } from "./page";
import { observe } from "./observed";
import { statusOf } from "./rows";
import { isUnproven, type Health, type StackStatus } from "./status";
import { asText } from "./text";
import { wantedBy } from "./wanted";
import { watch } from "./watch";
import { stackRendering } from "../shared/rendering";
import { printable } from "../shared/text/terminal";
import { maskLogins } from "../shared/urls";
import { together } from "../../kubesphere/parallel";

const HELP = `[--stack STACK] [--watch] [--html FILE] [--json]
  What has become of each extension: its version and config, wanted and actual; the states of its InstallPlan and how long they took; its
  workloads, endpoints, Ingress, JSBundle, warnings, and agents on member clusters. And each member: what the host says of it, and since
  when; whether it answers now, KubeSphere's version, nodes. Extensions and members that are not of the stack are shown, and count for
  nothing.

  --stack STACK  (default: the selected one)
  --watch        goes on looking every 2 seconds, until Ctrl-C: draws anew in a terminal, and adds a line for each change elsewhere; with
                 --json it adds a whole document in a line. The configuration is read once
  --html FILE    writes a page for browsers too, which needs nothing but itself
  --json         for machines

  What was installed and somebody has taken away is named with the command that brings it back. What may not be read is named. Exit codes: 0 all
  as wanted, or the end of --watch; 2 something is rolling out, is gone or differs from what is wanted; 3 something has failed; 1 it cannot be
  told, or all is as wanted and something that this depends on may not be read.`;

const EXIT_CODES: Readonly<Record<Health, number>> = { asWanted: 0, rollingOut: 2, differs: 2, failed: 3 };

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: {
      stack: { type: "string" },
      watch: { type: "boolean", default: false },
      html: { type: "string" },
      // As every command has it; here it also decides what is printed on the way.
      json: { type: "boolean" },
    },
    usageCode: 1,
    words: [0, 0],
    async run({ values, cache, progress }) {
      progress.now("reading the stack");
      const look = await open(values.stack, checkout, cache);
      progress.now("asking the cluster");
      const file = values.html;
      const seen = async (now: StackStatus) => {
        if (file !== undefined) await writeWhole(resolve(file), asPage(now));
      };
      if (values.watch) {
        progress.now("");
        const interrupted = new AbortController();
        process.once("SIGINT", () => interrupted.abort());
        await watch({ look, seen, isJson: values.json ?? false, out: process.stdout, say: toStderr, signal: interrupted.signal });
        return undefined;
      }
      const now = await look();
      await seen(now);
      return { text: asText(now), json: now, exitCode: isUnproven(now) ? 1 : EXIT_CODES[now.health] };
    },
  });

const toStderr = (line: string) => void process.stderr.write(`${printable(maskLogins(line))}\n`);

/** @returns what looks at the cluster each time it is called */
export async function open(named: string | undefined, checkout: string, cache: string): Promise<() => Promise<StackStatus>> {
  const stack = openStack(named, checkout);
  const [name, { config, stated }] = await together([stackName(stack), stackSettings(stack, checkout)]);
  const [wanted, cluster] = await together([
    wantedBy(config, checkout, (settings) => stackRendering(cache, clusterChoice(config), settings)),
    connect(clusterChoice(config)),
  ]);
  const crds = wanted.flatMap((it) => it.crds?.map(({ name: crd }) => crd) ?? []);
  const members = declaredMembers(config, checkout);
  const option = named === undefined ? "" : ` --stack ${shellWord(named)}`;
  // What a chart or its application says may quote the values that it was given.
  const mask = masker(secretsOf(stated, config));
  const names = members.map((it) => it.name);
  return async () => {
    const observed = await observe(cluster, { crds, members, option });
    return maskStrings(statusOf(name, { extensions: wanted, members: names }, observed, new Date(), option), mask);
  };
}

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("status", commands(checkout), args, cache);
