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
  const script = "runs:\n  steps:\n    - uses: ./a\n      name: say\n      with:\n        script: log(`${{ inputs.a }}`)\n";
  expect(actionProblems("action.yml", script).map((line) => line.split(": ").slice(0, 3).join(": "))).toEqual([
    'action.yml: "say": hand expressions over by env',
  ]);
  expect(actionProblems("action.yml", action.replace("${{ inputs.a }}", '"$A"').replace("actions/setup-node@v7", "./a"))).toEqual([]);
});

const CHECKOUT = "uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const SAME = "github.event.pull_request.head.repo.full_name == github.repository";

/** The base judges, and the pull request is files to it. */
const JUDGE = `on: pull_request
permissions: {}
concurrency:
  group: judge
jobs:
  policy:
    if: vars.STACKS != '' && ${SAME}
    runs-on: \${{ vars.RUNNER || 'ubuntu-latest' }}
    timeout-minutes: 5
    permissions:
      pull-requests: write
    environment: prod-preview
    steps:
      - ${CHECKOUT}
        with:
          ref: \${{ github.event.pull_request.base.sha }}
          persist-credentials: false
      - ${CHECKOUT}
        with:
          path: head
          persist-credentials: false
      - run: npx luban policy --stack prod --checkout head > policy.md
        env:
          TOKEN: \${{ secrets.TOKEN }}
`;

test("the base's policy on a pull request's files passes", async () => {
  expect(await lint(JUDGE)).toEqual([]);
});

const OWN = "jobs.policy: the policy that judges a pull request is the base's, or it judges itself";
const RUN = "jobs.policy: no job judges it without running its code";

test.each<[what: string, from: string, to: string, said: string[]]>([
  ["the pull request's own policy", "          ref: ${{ github.event.pull_request.base.sha }}\n", "", [OWN, RUN]],
  ["the head's by name", "github.event.pull_request.base.sha", "github.event.pull_request.head.sha", [OWN, RUN]],
  ["the base's on the base", " --checkout head", "", [OWN]],
  ["the policy of the other folder", "npx luban policy", "node head/cli/luban.mjs policy", [OWN, RUN]],
  ["the policy by way of the other folder", "npx luban policy", "npx --prefix head luban policy", [OWN, RUN]],
  ["the script of the other folder", "npx luban policy", "npm --prefix head run policy --", [OWN, RUN]],
  [
    "the policy within the other folder",
    "        env:\n          TOKEN",
    "        working-directory: head\n        env:\n          TOKEN",
    [OWN, RUN],
  ],
  ["its program beside the judge", "--checkout head", "--checkout head --program", [RUN]],
  ["its scripts before the judge", "      - run: npx", "      - run: cd head && npm ci\n      - run: npx", [RUN]],
  ["a script of its", "      - run: npx", "      - run: bash head/setup.sh\n      - run: npx", [RUN]],
  ["a module of its", "          TOKEN:", "          NODE_OPTIONS: --require ./head/spy.js\n          TOKEN:", [RUN]],
  ["its own action", "      - run: npx", "      - uses: ./head/.github/actions/stack\n      - run: npx", [RUN]],
  ["secrets for forks", ` && ${SAME}`, "", ["jobs.policy: it names secrets or an environment", "jobs.policy: a fork's code would run"]],
  ["more rights than a comment", "pull-requests: write", "contents: write", ["jobs.policy: permissions.contents: write is more"]],
  ["rights for every job", "permissions: {}", "permissions:\n  issues: write", ["permissions: issues: write is for the one job"]],
  ["the event of another workflow", "on: pull_request", "on: [pull_request, workflow_run]", ["on: workflow_run runs with the secrets"]],
  ["the event with secrets for all", "on: pull_request", "on: [pull_request, pull_request_target]", ["on: pull_request_target runs"]],
])("refused: %s", (_what, from, to, said) => {
  expect(JUDGE).toContain(from);
  const problems = workflowProblems("it.yml", JUDGE.replace(from, to));
  expect(problems).toEqual(said.map((text) => expect.stringContaining(`it.yml: ${text}`) as string));
});

test("a fork's code runs on no machine of one's own", () => {
  const own = GOOD.replace("runs-on: ubuntu-latest", "runs-on: ${{ vars.RUNNER || 'ubuntu-latest' }}");
  const [said = "", ...others] = workflowProblems("it.yml", own);
  expect(others).toEqual([]);
  expect(said).toContain("jobs.work: a fork's code would run on a machine of yours");
  const asked = own.replace(
    "vars.RUNNER",
    "github.event.pull_request.head.repo.full_name != github.repository && 'ubuntu-latest' || vars.RUNNER",
  );
  expect(workflowProblems("it.yml", asked)).toEqual([]);
  expect(workflowProblems("it.yml", GOOD.replace("runs-on: ubuntu-latest", "runs-on: [self-hosted, linux]"))).toHaveLength(1);
  expect(workflowProblems("it.yml", own.replace("on: pull_request", "on: push"))).toEqual([]);
});

test("a fork's pull request meets no secret: the rehearsal names none", () => {
  const text = readFileSync(join(workflows, "preview.yml"), "utf8");
  const [, rehearsal = ""] = text.split(/^ {2}(?:rehearsal|stack|policy):$/m);
  expect(rehearsal).toContain("node cli/luban.mjs rehearse");
  expect(rehearsal).not.toMatch(/secrets\.|GH_TOKEN|environment:/);
});
