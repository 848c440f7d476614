/** Whose settings the engine reads: `PULUMI_OPTION_CONFIG_FILE`, as the sandbox's shell has it, names one file for every stack that is asked of. */
import { basename } from "path";

/** As Pulumi names the file of a stack. */
const FILE = /^Pulumi\.(.+)\.ya?ml$/;

/**
 * @param stack with or without its organization and project; undefined: the one of `PULUMI_STACK`, else unknown
 * @returns why the stack would be judged, or deployed, by another one's settings, and the way out; undefined where it would not
 */
export function foreignSettings(stack: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const file = env["PULUMI_OPTION_CONFIG_FILE"] ?? "";
  const owner = FILE.exec(basename(file))?.[1];
  const asked = (stack ?? env["PULUMI_STACK"])?.split("/").at(-1);
  if (owner === undefined || asked === undefined || asked === owner) return undefined;
  return (
    `stack ${asked}: in this shell PULUMI_OPTION_CONFIG_FILE is ${file}, the settings of stack ${owner}, and ${asked} would be taken to have them. ` +
    `Work on ${asked} in a shell in which \`eval "$(npm run -s sandbox -- env)"\` was not run, or name --stack ${owner}.`
  );
}
