/** The step of `npm test` that reads the workflows: one that is broken is found out on a pull request only after it is merged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { sharedPaths } from "../../sandbox/src/paths";
import { getTools } from "../../sandbox/src/tools";
import { actionlint } from "../../sandbox/src/tools/catalogue";
import { lintWorkflows } from "../../sandbox/src/workflows/lint";
import { actionProblems, workflowProblems } from "../../sandbox/src/workflows/rules";

jest.setTimeout(5 * 60_000);

const checkout = join(__dirname, "../..");
const workflows = join(checkout, ".github/workflows");
const root = mkdtempSync(join(tmpdir(), "workflows-"));
let executable = "";

beforeAll(async () => {
  const cache = process.env.KUBESPHERE_SANDBOX_HOME || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kubesphere-luban");
  const { paths } = await getTools(sharedPaths({ checkout, cache: resolve(cache), bundle: "" }), [actionlint]);
  executable = paths["actionlint"] as string;
});
afterAll(() => rmSync(root, { recursive: true }));

const GOOD = `name: good
on: pull_request
permissions:
  contents: read
concurrency:
  group: good
jobs:
  work:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.pull_request.title }}
`;

const lint = (text: string) => {
  const folder = mkdtempSync(join(root, "w-"));
  writeFileSync(join(folder, "it.yml"), text);
  return lintWorkflows(executable, folder);
};

test("the project's own workflows have nothing to mend", async () => {
  expect(await lintWorkflows(executable, workflows)).toEqual([]);
});

test("a good workflow passes; a folder without any does not", async () => {
  expect(await lint(GOOD)).toEqual([]);
  const empty = mkdtempSync(join(root, "w-"));
  expect(await lintWorkflows(executable, empty)).toEqual([`${empty}: there are no workflows`]);
});

test("what GitHub would not take, or would run otherwise than meant, is told with file, line and reason", async () => {
  const [said = "", ...others] = await lint(GOOD.replace("runs-on: ubuntu-latest", "runs-on: ubuntu-latest\n    need: [other]"));
  expect(others).toEqual([]);
  expect(said).toMatch(/^it\.yml:10:5: unexpected key "need" for "job" section/);
  const [typed = ""] = await lint(GOOD.replace("pull_request.title", "pull_request.title }} ${{ matrix.none"));
  expect(typed).toMatch(/^it\.yml:\d+:\d+: property "none" is not defined/);
});

test.each([
  ["pull_request_target", "on: pull_request", "on: pull_request_target", "on: pull_request_target runs with the secrets"],
  ["no permissions", "permissions:\n  contents: read\n", "", "permissions: state them"],
  ["no concurrency group", "concurrency:\n  group: good\n", "", "jobs.work: state a concurrency group"],
  ["no end", "    timeout-minutes: 5\n", "", "jobs.work: state timeout-minutes"],
  [
    "a tag",
    "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "@v7",
    "uses: actions/checkout@v7: pin the action by its full commit SHA",
  ],
  ["a SHA without its version", " # v7.0.1", "", "uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1: pin"],
  ["a script that a title can break out of", '"$TITLE"', "${{ github.head_ref }}", "hand expressions over by env:"],
  ["a token left on disk", "persist-credentials: false", "fetch-depth: 0", "jobs.work: actions/checkout: set persist-credentials: false"],
])("refused: %s", (_what, from, to, said) => {
  expect(GOOD).toContain(from);
  const problems = workflowProblems("it.yml", GOOD.replace(from, to));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(said);
  expect(problems[0]).toMatch(/^it\.yml: /);
});

test("a local action is held to the same", () => {
  const action = "runs:\n  steps:\n    - uses: actions/setup-node@v7\n    - run: echo ${{ inputs.a }}\n";
  expect(actionProblems("action.yml", action).map((line) => line.split(": ").slice(0, 3).join(": "))).toEqual([
    "action.yml: uses: actions/setup-node@v7",
    'action.yml: "echo ${{ inputs.a }}": hand expressions over by env',
  ]);
  expect(actionProblems("action.yml", action.replace("${{ inputs.a }}", '"$A"').replace("actions/setup-node@v7", "./a"))).toEqual([]);
});

test("a fork's pull request meets no secret: every job that names one asks first where the change comes from", () => {
  const text = readFileSync(join(workflows, "preview.yml"), "utf8");
  const [, rehearsal = "", stack = ""] = text.split(/^ {2}(?:rehearsal|stack):$/m);
  expect(rehearsal).not.toMatch(/secrets\.|GH_TOKEN|environment:/);
  expect(stack).toContain("github.event.pull_request.head.repo.full_name == github.repository");
});
