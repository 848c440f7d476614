/** The values of an install, as a file holds them. */
import { readFile } from "fs/promises";
import { yamlMistake } from "../../kubesphere/extension/extensionConfig";
import { Failure } from "../shared/command";

/** @returns the file's text @throws Failure when it cannot be read, or is no YAML map */
export async function readConfig(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new Failure(`${file} cannot be read: ${error.message}`);
  });
  const mistake = yamlMistake(text);
  if (mistake !== undefined) throw new Failure(`${file}: ${mistake}; it must be a YAML map of values`);
  return text;
}
