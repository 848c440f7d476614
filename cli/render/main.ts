/** `luban render`: every object that a stack brings, as files. */
import { rm } from "fs/promises";
import { resolve } from "path";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { secretsOf, stackSettings } from "../preview/secrets";
import { command, usageError } from "../shared/command";
import { runCommand } from "../shared/main";
import { masker } from "../shared/mask";
import { openStack } from "../shared/pulumi";
import { earlierFiles, writeFiles } from "./folder";
import { filesOf } from "./objects";
import { renderedStack } from "./stack";

const HELP = `[--stack STACK] --to DIR [--json]

Every object that a stack brings, a file each, for review and for GitOps: the program's own, those of its Helm releases, those of its
extensions, as a first install makes them. It asks no cluster. The same stack gives the same files: what a chart makes up anew in each
render is [generated], a secret is [secret], and an extension's package its digest. A later run changes what has changed, and takes away
what is gone; other files in the folder are left alone.

  --stack STACK  (default: the selected one)
  --to DIR       a folder of its own
  --json         for machines

Exit codes: 0 written, 1 not all of it could be had and nothing is written, 2 a wrong command line.`;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: { stack: { type: "string" }, to: { type: "string" } },
    words: [0, 0],
    async run({ values, cache, progress }) {
      if (values.to === undefined || values.to === "") throw usageError("--to is missing: name the folder for the files");
      const folder = resolve(values.to);
      const earlier = await earlierFiles(folder);
      const now = (text: string) => progress.now(text);
      now("reading the configuration");
      const stack = openStack(values.stack, checkout);
      const { config, stated } = await stackSettings(stack, checkout);
      const work = await temporaryFolder("render");
      try {
        const rendered = await renderedStack(config, { checkout, cache, work, now });
        const mask = masker(secretsOf(stated, config));
        const files = rendered.flatMap((it) => filesOf(it, mask));
        const written = await writeFiles(folder, files, earlier);
        const { added, changed, removed } = written;
        const counts = `${added.length} new, ${changed.length} changed, ${removed.length} gone`;
        const counted = rendered.map(({ folder, objects }) => `  ${folder}  ${objects.length}`);
        return {
          text: [`${files.length} objects in ${folder}: ${counts}`, ...counted].join("\n"),
          json: { folder, files: files.map(({ path }) => path), ...written },
        };
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
  });

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("render", commands(checkout), args, cache);
