/** Which stack's settings the engine reads: in the sandbox's shell, `PULUMI_OPTION_CONFIG_FILE` names the same file for every stack. */
import { basename } from "path";

/** The name that Pulumi gives the file of a stack. */
const FILE = /^Pulumi\.(.+)\.ya?ml$/;

/**
 * @param stack with or without its organization and project; undefined for that of `PULUMI_STACK`, else unknown
 * @returns why the stack would be checked or deployed with another stack's settings, and what to do; undefined if it would not
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
