/** `new`: an extension to begin with. `template/` is one itself; its name and title are replaced. */
import { LUBAN } from "../../kubesphere/luban";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "fs/promises";
import { dirname, join } from "path";
import { load, YAML11_SCHEMA } from "js-yaml";
import { MAX_EXTENSION_NAME_LENGTH } from "../../kubesphere/api";
import { command, Failure, usageError } from "../shared/command";

const TEMPLATE = join(__dirname, "template");
const TEMPLATE_NAME = "my-extension";
const TEMPLATE_TITLE = "My extension";

export const newCommand = command({
  help: `new NAME [--dir DIR]
  Writes a new extension: a plain Helm chart that installs as it is.

  --dir DIR   the folder that gets it (default: the current one)`,
  options: { dir: { type: "string", default: "." } },
  words: [1, 1],
  async run({ words: [name = ""], values: { dir } }) {
    checkName(name);
    const folder = join(dir, name);
    if (await stat(folder).catch(() => undefined)) throw new Failure(`${folder} is there already: choose another name, or remove it`);
    const files = await write(folder, name);
    const next = ["Next:", `  ${LUBAN} extension lint ${folder}`, `  ${LUBAN} extension publish ${folder} --install`];
    return { text: [folder, ...files.map((file) => `  ${file}`), "", ...next].join("\n"), json: { folder, files } };
  },
});

/** What `packExtension` asks of a chart's name. */
function checkName(name: string): void {
  if (name.length <= MAX_EXTENSION_NAME_LENGTH && /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name !== "base") {
    // Charts write it without quotes, and Helm's YAML is 1.1.
    if (load(name, { schema: YAML11_SCHEMA }) === name) return;
    throw usageError(`name "${name}": YAML does not read it as a text; choose another`);
  }
  const allowed = `lower-case letters, digits and -, beginning with a letter, at most ${MAX_EXTENSION_NAME_LENGTH} characters, not "base"`;
  throw usageError(`name "${name}": use ${allowed}`);
}

/** `web-shop` → `Web shop` */
const titleOf = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll("-", " ");

/** The folder appears with everything in it, or not at all. */
async function write(folder: string, name: string): Promise<string[]> {
  const entries = await readdir(TEMPLATE, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(TEMPLATE.length + 1));
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(join(dirname(folder), `.${name}-`));
  try {
    for (const path of paths) {
      const text = await readFile(join(TEMPLATE, path), "utf8");
      const file = join(temporary, name, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text.replaceAll(TEMPLATE_NAME, name).replaceAll(TEMPLATE_TITLE, titleOf(name)));
    }
    await rename(join(temporary, name), folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return paths.sort();
}
