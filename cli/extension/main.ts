/** `luban extension <command>`: an extension's life before it is in a stack. */
import { LUBAN } from "../../kubesphere/luban";
import type { Command } from "../shared/command";
import { runOneOf } from "../shared/main";
import { crdsCommand } from "./crds";
import { inspectCommand } from "./inspect";
import { lintCommand } from "./lint";
import { newCommand } from "./new";
import { packageCommand } from "./package";
import { publishCommand } from "./publish";
import { releaseCommand } from "./release";
import { templateCommand } from "./template";
import { unpublishCommand } from "./unpublish";

const all: Readonly<Record<string, Command>> = {
  new: newCommand,
  inspect: inspectCommand,
  lint: lintCommand,
  template: templateCommand,
  crds: crdsCommand,
  package: packageCommand,
  release: releaseCommand,
  publish: publishCommand,
  unpublish: unpublishCommand,
};

const HELP = `${LUBAN} extension <command> [options]

${Object.values(all)
  .map(({ help }) => `  ${help.split("\n", 1)[0] ?? ""}`)
  .join("\n")}

  --help   of a command: what it does, and its options
  --json   the result for machines, on stdout

SOURCE is a chart folder, a chart .tgz, an extension's folder or a packed extension (.tgz).
Exit codes: 0 done, 1 something is wrong with the source or the cluster, 2 the command line is wrong.`;

export const commands = () => all;

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string): Promise<number> => runOneOf("extension", all, HELP, args, cache);
