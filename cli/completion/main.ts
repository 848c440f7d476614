/** `luban completion`: what a shell completes after `luban`. */
import { command, usageError } from "../shared/command";
import { runCommand } from "../shared/main";
import { bashScript } from "./bash";
import { completed, type Described } from "./words";
import { zshScript } from "./zsh";

const SCRIPTS = { bash: bashScript, zsh: zshScript };
type Shell = keyof typeof SCRIPTS;

const HELP = `bash|zsh [--json]
  Prints what the shell completes after \`luban\`: commands, options, and after --stack the stack files of the folder.

  In a clone:            alias luban="npx luban"
  bash, in ~/.bashrc:    source <(npx luban completion bash)
  zsh, in ~/.zshrc:      source <(npx luban completion zsh)    after compinit

  Exit codes: 0 printed, 2 the command line is wrong.`;

export const commands = (_checkout: string, described: readonly Described[] = []) =>
  command({
    help: HELP,
    options: {},
    words: [1, 1],
    run({ words: [shell = ""] }) {
      if (!isShell(shell)) throw usageError(`completion ${shell}: use ${Object.keys(SCRIPTS).join(" or ")}`);
      const known = completed(described);
      return Promise.resolve({ text: SCRIPTS[shell](known), json: known, isData: true });
    },
  });

const isShell = (shell: string): shell is Shell => Object.hasOwn(SCRIPTS, shell);

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @param described every command, this one too
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string, described: readonly Described[]): Promise<number> =>
  runCommand("completion", commands(checkout, described), args, cache);
