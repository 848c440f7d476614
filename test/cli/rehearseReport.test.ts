/** What a reviewer reads of a rehearsal. */
import { leftOver, upProblems } from "../../cli/rehearse/preview";
import { markdown, outageProblems, text, type Rehearsal } from "../../cli/rehearse/report";
import { urlsOf } from "../../cli/rehearse/sandbox";

const CONSOLE = { what: "console", url: "http://127.0.0.1:30880" };
const DEMO = { what: "extension demo", url: "http://demo.127.0.0.1.nip.io:30888/" };
const NEW = { what: "extension new", url: "http://new.127.0.0.1.nip.io:30888/" };
const brief = { fromMs: 1200, lastedMs: 300, isOver: true, reason: "HTTP 503" };
const long = { fromMs: 2000, lastedMs: 2340, isOver: true, reason: "connect ECONNREFUSED" };
const forGood = { fromMs: 5000, lastedMs: 100, isOver: false, reason: "HTTP 404" };

const good: Rehearsal = {
  base: { name: "origin/main", commit: "0123456789abcdef0123456789abcdef01234567" },
  tree: { commit: "fedcba9876543210fedcba9876543210fedcba98", isChanged: false },
  steps: [
    { what: "the base is brought up", ms: 9870, problems: [] },
    { what: "applying the working tree", ms: 4100, problems: [] },
  ],
  changes: {
    stack: "sandbox",
    counts: { same: 20, update: 1 },
    warnings: [],
    resources: [
      {
        operation: "update",
        type: "kubernetes:kubesphere.io/v1alpha1:InstallPlan",
        name: "demo-plan",
        reasons: [],
        changes: [{ path: "spec.enabled", before: true, after: false }],
      },
    ],
    packages: [],
    releases: [],
  },
  rolls: [
    {
      what: "while it was applied",
      probed: [
        { ...CONSOLE, asked: 40, outages: [] },
        { ...DEMO, asked: 41, outages: [] },
      ],
    },
    { what: "while it went back", probed: [{ ...CONSOLE, asked: 30, outages: [] }] },
  ],
  added: [NEW],
  removed: [],
};
const red: Rehearsal = {
  ...good,
  base: { name: "0123456", commit: good.base.commit },
  tree: { ...good.tree, isChanged: true },
  steps: [
    { what: "applying the working tree", ms: 4100, problems: [{ line: "applying a|b failed", detail: "error: no\n  more" }] },
    { what: "every URL kept answering", ms: 0, problems: outageProblems("meanwhile", [{ ...DEMO, asked: 9, outages: [brief, long] }]) },
  ],
  changes: undefined,
  rolls: [{ what: "meanwhile", probed: [{ ...DEMO, asked: 9, outages: [brief, long] }] }],
  added: [],
};

test("a good rehearsal as markdown", () => {
  expect(markdown(good)).toBe(`## Rehearsal: good

origin/main (0123456789) → fedcba9876, in a sandbox, 14.0 s.

| step |  | time |
| --- | --- | --- |
| the base is brought up | ✓ | 9.9 s |
| applying the working tree | ✓ | 4.1 s |

### Preview of <code>sandbox</code>: 1 updated, 20 unchanged

|  | resource | why | changed properties |
| --- | --- | --- | --- |
| updated | InstallPlan <code>demo-plan</code> |  | <code>spec.enabled</code>: true → false |

### URLs

| URL | while it was applied | while it went back |
| --- | --- | --- |
| console <code>http:&#47;&#47;127.0.0.1:30880</code> | answered all 40 times | answered all 30 times |
| extension demo <code>http:&#47;&#47;demo.127.0.0.1.nip.io:30888/</code> | answered all 41 times |  |

Only the working tree has extension new <code>http:&#47;&#47;new.127.0.0.1.nip.io:30888/</code>.`);
});

test("of a failed one, what failed comes first, and a table stays a table", () => {
  expect(markdown(red)).toBe(`## Rehearsal failed: 2 problems

- **applying a&#124;b failed**

\`\`\`text
error: no
  more
\`\`\`

- **extension demo http:&#47;&#47;demo.127.0.0.1.nip.io:30888/ did not answer meanwhile: connect ECONNREFUSED for 2.3 s, from 2.0 s on**

0123456789 → fedcba9876 with uncommitted changes, in a sandbox, 4.1 s.

| step |  | time |
| --- | --- | --- |
| applying the working tree | ✗ | 4.1 s |
| every URL kept answering | ✗ | 0.0 s |

### URLs

| URL | meanwhile |
| --- | --- |
| extension demo <code>http:&#47;&#47;demo.127.0.0.1.nip.io:30888/</code> | no answer for 2.3 s, from 2.0 s on (the longest of 2): connect ECONNREFUSED |`);
});

test("both for a terminal", () => {
  expect(text(good)).toBe(`Rehearsal: good (origin/main (0123456789) → fedcba9876, in a sandbox, 14.0 s)
✓ the base is brought up  9.9 s
✓ applying the working tree  4.1 s
preview of sandbox: 1 updated, 20 unchanged

~   InstallPlan demo-plan updated
      spec.enabled: true → false
URLs while it was applied:
  console http://127.0.0.1:30880: answered all 40 times
  extension demo http://demo.127.0.0.1.nip.io:30888/: answered all 41 times
URLs while it went back:
  console http://127.0.0.1:30880: answered all 30 times`);
  expect(text(red).split("\n").slice(0, 4)).toEqual([
    "Rehearsal failed: 2 problems (0123456789 → fedcba9876 with uncommitted changes, in a sandbox, 4.1 s)",
    "✗ applying a|b failed",
    "    error: no",
    "      more",
  ]);
});

test("a URL that did not come back outweighs a longer outage that is over", () => {
  expect(outageProblems("meanwhile", [{ ...CONSOLE, asked: 9, outages: [long, forGood] }])).toEqual([
    {
      line: "console http://127.0.0.1:30880 did not answer meanwhile: HTTP 404 from 5.0 s on, and not again within 0.1 s",
    },
  ]);
});

describe("the engine's preview", () => {
  const urn = (name: string) => `urn:pulumi:sandbox::kubesphere::kubesphere:index:Platform$kubernetes:core/v1:Secret::${name}`;
  const ran = (code: number, preview: object) => ({ code, stdout: JSON.stringify(preview), stderr: "" });
  const steps = [
    { op: "same", urn: urn("a") },
    { op: "update", urn: urn("b"), detailedDiff: { "spec.y": {}, "spec.x": {} }, newState: { inputs: { password: "hidden" } } },
    { op: "delete", urn: urn("c"), detailedDiff: null },
  ];

  test("that should be empty and is not names what is left", () => {
    expect(leftOver("it", ran(255, { steps }))).toEqual([{ line: "it is not empty: update b spec.x spec.y, delete c" }]);
    expect(leftOver("it", ran(0, { steps: steps.slice(0, 1) }))).toEqual([]);
  });

  test("that failed is told in the engine's words, and is no empty one", () => {
    const diagnostics = [
      { message: "look", severity: "info" },
      { message: "no such chart\n", severity: "error" },
    ];
    const problem = { line: "it failed (exit code 255)", detail: "no such chart" };
    expect(leftOver("it", ran(255, { steps: [], diagnostics }))).toEqual([problem]);
    expect(leftOver("it", { code: 255, stdout: "", stderr: "error: no stack\n" })).toEqual([
      { line: "it failed (exit code 255)", detail: "error: no stack" },
    ]);
  });

  test("and an up that failed is told by its diagnostics", () => {
    const stdout = "Updating (sandbox):\nDiagnostics:\n  demo-plan: InstallFailed\n\nResources:\n    1 errored\n";
    expect(upProblems("it", { code: 255, stdout, stderr: "" })).toEqual([
      { line: "it failed (exit code 255)", detail: "demo-plan: InstallFailed" },
    ]);
    expect(upProblems("it", { code: 0, stdout, stderr: "" })).toEqual([]);
  });
});

test("an older base's outputs are taken as far as they go", () => {
  expect(urlsOf({ consoleUrl: "http://c", extensions: { demo: { url: "http://d" } } })).toEqual([
    { what: "console", url: "http://c" },
    { what: "extension demo", url: "http://d" },
  ]);
  expect(urlsOf({})).toEqual([]);
});
