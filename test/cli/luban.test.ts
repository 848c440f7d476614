/** `luban` as people type it: what is printed, what is documented and what is there are the same. */
import { readdirSync, readFileSync } from "fs";
import { join } from "path";
import { commands as all } from "../../cli/commands.cjs";
import { bashScript } from "../../cli/completion/bash";
import { completed, type Described } from "../../cli/completion/words";
import { zshScript } from "../../cli/completion/zsh";
import { LUBAN } from "../../kubesphere/luban";

const CHECKOUT = join(__dirname, "../..");
const read = (name: string) => readFileSync(join(CHECKOUT, name), "utf8");
const sources = ["cli", "components", "kubesphere", "settings", "policy", "sandbox/src"].flatMap((folder) =>
  readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name)),
);
const names = Object.keys(all);

test("each command is there", () => {
  const folders = readdirSync(join(CHECKOUT, "cli"), { withFileTypes: true }).filter((it) => it.isDirectory());
  expect(folders.map(({ name }) => name).filter((name) => !["launch", "shared"].includes(name))).toEqual([...names].sort());
});

test("for one release each command is an npm script, too", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const added = ["completion"];
  expect(names.filter((name) => scripts[name] !== `node cli/luban.mjs ${name}`)).toEqual(added);
});

test("no message says another way to type a command", () => {
  const other = new RegExp(`npm run (?:-s )?(?:${names.filter((name) => name !== "schema").join("|")})\\b|npx luban`);
  expect(sources.filter((name) => name !== "kubesphere/luban.ts" && other.test(read(name)))).toEqual([
    // In what a shell reads.
    "cli/completion/bash.ts",
    "cli/completion/main.ts",
    "cli/completion/zsh.ts",
  ]);
});

test("every command that a message names is there", () => {
  const named = sources.flatMap((file) => [...read(file).matchAll(/\$\{LUBAN\} ([\w-]+)/g)].map(([, name = ""]) => ({ file, name })));
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ name }) => !names.includes(name))).toEqual([]);
  expect(LUBAN).toBe("npx luban");
});

describe("completions", () => {
  const described: Described[] = ["status", "extension", "cluster"].map((name) => {
    const { commands } = jest.requireActual<{ commands(checkout: string): Described["commands"] }>(`../../cli/${name}/main`);
    return { name, summary: "it's", commands: commands(CHECKOUT) };
  });
  const known = completed(described);

  test("each command has the options that it takes", () => {
    const optionsOf = (typed: string) => known.find((it) => it.typed === typed)?.options;
    expect(optionsOf("status")).toEqual(["--help", "--html", "--json", "--stack", "--watch"]);
    expect(optionsOf("extension new")).toEqual(["--dir", "--help", "--json"]);
    expect(known.find(({ typed }) => typed === "extension new")?.what).toBe("Writes a new extension");
  });

  test("what a summary says is nothing to the shell", () => {
    expect(zshScript(known)).toContain(`'status:it'\\''s'`);
    expect(bashScript(known)).not.toContain("it's");
  });
});
