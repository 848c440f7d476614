/** Reads the file of a stack's configuration, since the engine does not tell which of several values under a key is encrypted. */
import { readFileSync } from "fs";
import { join } from "path";
import { readYaml } from "../kubesphere/yaml/goYaml";

/** The path of a stack's file. @param stack its name, without its organization @param folder the folder of Pulumi.yaml */
export const stackFilePath = (stack: string, folder: string, env: NodeJS.ProcessEnv): string =>
  env["PULUMI_OPTION_CONFIG_FILE"] || join(folder, `Pulumi.${stack}.yaml`);

/**
 * @param stack its name, without its organization
 * @param folder the folder of Pulumi.yaml, in which the program runs
 * @returns by key with namespace; {} if the file is elsewhere or cannot be read: Pulumi itself has read it already
 */
export function stackFileConfig(stack: string, folder = ".", env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, unknown>> {
  try {
    const [file] = readYaml(readFileSync(stackFilePath(stack, folder, env), "utf8"));
    return (file as { config?: Readonly<Record<string, unknown>> } | undefined)?.config ?? {};
  } catch {
    return {};
  }
}
