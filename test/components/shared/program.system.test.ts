/** The program's first file, in a small program of its own: what it makes of TypeScript, and keeps of it. */
import { execFileSync } from "child_process";
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from "fs/promises";
import { join } from "path";
import { temporaryFolders } from "../../support/charts";

const checkout = join(__dirname, "../../..");
const folder = temporaryFolders();

async function program(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await folder({
    "components/shared/program.cjs": await readFile(join(checkout, "components/shared/program.cjs"), "utf8"),
    ...files,
  });
  await mkdir(join(root, "node_modules"));
  await symlink(join(checkout, "node_modules/@swc"), join(root, "node_modules/@swc"));
  return root;
}

/** As the language host does it. @returns what the program exports, and whether it was transpiled for that */
function run(root: string): unknown {
  const script = `
    const exported = require(".");
    const compiled = Object.keys(require.cache).some((file) => file.includes("@swc"));
    process.stdout.write(JSON.stringify({ exported: typeof exported === "function" ? exported() : exported, compiled }));`;
  const started = script.replace('"."', '"./components/shared/program.cjs"');
  return JSON.parse(execFileSync(process.execPath, ["--eval", started], { cwd: root, encoding: "utf8", stdio: "pipe" }));
}

const CACHE = "node_modules/.cache/kubesphere-luban";
const VALUE = "settings/value.ts";
const small = (value: string) => ({
  "index.ts": 'import { value } from "./settings/value";\nexport = (): string => value;\n',
  [VALUE]: `export const value: string = "${value}";\n`,
});

test("an edited source is what the next run deploys, even with the same size and time; nothing else is transpiled again", async () => {
  const root = await program(small("old"));
  expect(run(root)).toEqual({ exported: "old", compiled: true });
  expect(run(root)).toEqual({ exported: "old", compiled: false });
  const { atime, mtime } = await stat(join(root, VALUE));
  await writeFile(join(root, VALUE), small("new")[VALUE] ?? "");
  await utimes(join(root, VALUE), atime, mtime);
  expect(run(root)).toEqual({ exported: "new", compiled: true });
  expect(run(root)).toEqual({ exported: "new", compiled: false });
  expect(await readdir(join(root, CACHE))).toEqual(["program.json"]);
});

test.each([
  ["is a file", (root: string) => writeFile(join(root, "node_modules/.cache"), "")],
  [
    "holds something else",
    async (root: string) => {
      await mkdir(join(root, CACHE), { recursive: true });
      await writeFile(join(root, CACHE, "program.json"), '{"index.ts": {"dig');
    },
  ],
])("a cache folder that %s stops no run", async (_, spoil) => {
  const root = await program(small("there"));
  await spoil(root);
  expect(run(root)).toEqual({ exported: "there", compiled: true });
  expect(run(root)).toMatchObject({ exported: "there" });
});

test("a mistake in a file is told with the file and the line", async () => {
  const root = await program({ ...small(""), [VALUE]: "export const value: string = ;\n" });
  const said = (() => {
    try {
      return run(root);
    } catch (error) {
      return String((error as { stderr?: unknown }).stderr);
    }
  })();
  expect(said).toContain(join(root, VALUE));
  expect(said).toContain("export const value: string = ;");
});

test("an error of the program's own names its file, not what was made of it", async () => {
  const root = await program({ ...small(""), [VALUE]: 'export const value: string = String(new Error("here").stack);\n' });
  expect(run(root)).toMatchObject({ exported: expect.stringContaining(`${join(root, VALUE)}:`) as string });
});
