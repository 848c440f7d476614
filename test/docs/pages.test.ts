import { readdirSync, readFileSync } from "fs";
import { join } from "path";
import { commandBlocks } from "../support/markdownCommands";

const page = `# Page

\`\`\`console
$ one --flag   # why
what it prints
$ two \\
    --more
\`\`\`

<!-- not run: it needs a cloud -->

\`\`\`console
$ three
\`\`\`

\`\`\`yaml
$ not: a command
\`\`\`
`;

test("every command of a page is found, with the reason why a test leaves it out", () => {
  expect(commandBlocks(page)).toEqual([
    { line: 3, commands: ["one --flag   # why", "two \\\n    --more"] },
    { line: 10, commands: ["three"], notRun: "it needs a cloud" },
  ]);
});

test("a command without its prompt is not passed over in silence", () => {
  expect(() => commandBlocks("```console\nnpm start\n```\n")).toThrow("line 1: a console block begins with a command: npm start");
});

const root = join(__dirname, "../..");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...readdirSync(join(root, "docs")).map((name) => join("docs", name)),
];
const textOf = (name: string) => readFileSync(join(root, name), "utf8");
const scripts = Object.keys((JSON.parse(textOf("package.json")) as { scripts: Record<string, string> }).scripts);
/** GitHub's: lower case, without punctuation, hyphens for spaces. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

test.each(pages)("%s names no npm script that is not there", (name) => {
  const named = [...textOf(name).matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script]) => script);
  expect(named.filter((script) => !scripts.includes(script ?? ""))).toEqual([]);
});

test.each(pages)("%s names no command of luban that is not there", async (name) => {
  const { commands } = (await import("../../cli/commands.cjs")) as { commands: object };
  const named = [...textOf(name).matchAll(/npx luban (\w[\w-]*)/g)].map(([, command]) => command ?? "");
  expect(named.filter((command) => !Object.hasOwn(commands, command))).toEqual([]);
});

test.each(pages)("%s leads to no page and no heading that is not there", (name) => {
  const links = [...textOf(name).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  const dead = links.filter(([, file = "", heading]) => {
    const target = file === "" ? name : join(name, "..", file);
    try {
      const headings = [...textOf(target).matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => anchor(text));
      return heading !== undefined && !headings.includes(heading);
    } catch {
      return true;
    }
  });
  expect(dead.map(([link]) => link)).toEqual([]);
});
