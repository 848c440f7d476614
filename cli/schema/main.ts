/** `luban schema`: the schema of stack files, for editors. */
import { readFile } from "fs/promises";
import { join } from "path";
import { command, Failure } from "../shared/command";
import { writeWhole } from "../shared/files";
import { runCommand } from "../shared/main";
import { schemaText } from "./schema";

const FILE = "kubesphere.schema.json";

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: `schema
  Writes ${FILE}: what a stack's file may say, for editors that read JSON Schema. A stack's file names it in its first line:
  # yaml-language-server: $schema=./${FILE}`,
    options: {},
    words: [0, 0],
    async run() {
      const project = join(checkout, "Pulumi.yaml");
      const text = await readFile(project, "utf8").catch((error: Error) => {
        throw new Failure(`${project}: ${error.message}`);
      });
      const file = join(checkout, FILE);
      await writeWhole(file, schemaText(text));
      return { text: `${FILE} is written`, json: { file } };
    },
  });

export const main = (args: readonly string[], cache: string, checkout: string) => runCommand("schema", commands(checkout), args, cache);
