/** What the cluster, a chart or git has put into a report stays text: by the reports themselves, and a parser of GitHub's Markdown. */
import { marked, type Token, type Tokens } from "marked";
import { adopted, plan } from "../../cli/adopt/report";
import { liveText } from "../../cli/cluster/report";
import { asText as doctorText } from "../../cli/doctor/report";
import { asMarkdown as driftMarkdown, asText as driftText } from "../../cli/drift/report";
import { counted, told } from "../../cli/mirror/report";
import { asMarkdown as policyMarkdown, asText as policyText } from "../../cli/policy/report";
import { asMarkdown as previewMarkdown } from "../../cli/preview/markdown";
import { asText as previewText } from "../../cli/preview/text";
import { asText as recoverText } from "../../cli/recover/report";
import { markdown as rehearsalMarkdown, text as rehearsalText } from "../../cli/rehearse/report";
import { code, escaped, fenced } from "../../cli/shared/text/markdown";
import { oneLine, printable, printableColoured, printableJson } from "../../cli/shared/text/terminal";
import { asPage } from "../../cli/status/page";
import { asText as statusText } from "../../cli/status/text";
import { asText as verifyText } from "../../cli/verify/report";

const MARKUP = [
  "@everyone",
  "mail@example.com",
  "<a href='x'>a</a>",
  "<img src=x onerror=alert(1)>",
  "<!-- kubesphere-luban: preview prod -->",
  "[text](https://example.com)",
  "![alt](https://example.com/a.png)",
  "[text][ref]\n\n[ref]: https://example.com",
  "https://example.com",
  "WWW.example.com",
  "<https://example.com>",
  "#123",
  "GH-123",
  "a|b|c",
  "a\\|b",
  "``` a ```\n````\n`````",
  "~~~~\n~~gone~~",
  "**bold** _it_ `code` $x$",
  "\n\n# heading\n\n- item\n1. item\n---\n===",
  "1. item",
  "- item",
  "</details></td></table></code>",
  "&lt;b&gt;&#64;all",
  "```\n\n@everyone <b>",
];
const SEQUENCES = [
  "\x1b[2J\x1b[H",
  "\x1b]8;;https://example.com\x07link\x1b]8;;\x07",
  "\x1b]52;c;ZXZpbA==\x07",
  "\x9b31m",
  "a\rb",
  "a\b\b\bc",
  "\u202egnp.exe",
  "\u2066a\u2069",
  "a\u2028b",
  "a\n✓ all good",
  "a\r\n✓ all good",
  "\x7f\x00\x1a",
  "\u200b\ufeff\u{e0041}",
];

const report = (it: string) => ({
  stack: it,
  counts: { delete: 1, same: 1 },
  warnings: [it],
  resources: [
    {
      operation: "delete" as const,
      type: `kubernetes:core/v1:${it}`,
      name: it,
      reasons: [it],
      changes: [{ path: it, before: it, after: `${it}.` }],
    },
  ],
  packages: [{ extension: it, from: it, version: `${it}.`, files: [{ path: it, change: "changed" as const, diff: [`-${it}`, `+${it}`] }] }],
  releases: [
    {
      release: it,
      namespace: it,
      objects: [{ apiVersion: "v1", kind: it, namespace: it, name: it, change: "changed" as const, changes: [{ path: it, after: it }] }],
      stays: [it],
    },
    { release: it, namespace: it, objects: [], problem: it },
  ],
});
const differences = (it: string) =>
  [
    {
      object: it,
      urn: it,
      release: it,
      drift: "changed" as const,
      reason: it,
      wayBack: [it, it],
      properties: [{ path: it, is: it, wanted: it, by: [{ manager: it, time: it }] }],
    },
  ] as unknown as Parameters<typeof driftText>[1];
const judged = (it: string) => {
  const violation = {
    rule: "rule",
    resource: `urn:pulumi:s::p::kubernetes:core/v1:${it}::${it}`,
    object: it,
    property: it,
    given: it,
    why: it,
    mend: it,
  };
  return {
    of: it,
    violations: [violation],
    allowed: [{ rule: it, reason: it, extension: it, isNew: true, violations: [violation] }],
    unchecked: [it],
    changed: { judge: [it], program: [it], kept: [it] },
  } as unknown as Parameters<typeof policyText>[0];
};
const rehearsal = (it: string) => ({
  base: { name: it, commit: it },
  tree: { commit: it, isChanged: true },
  steps: [
    { what: it, ms: 1, problems: [{ line: it, detail: it }] },
    { what: it, ms: 1, problems: [] },
  ],
  changes: report(it),
  rolls: [{ what: it, probed: [{ what: it, url: it, asked: 2, outages: [{ fromMs: 1, lastedMs: 1, isOver: true, reason: it }] }] }],
  added: [{ what: it, url: it }],
  removed: [{ what: it, url: it }],
});
const status = (it: string) =>
  ({
    stack: "prod",
    time: "2026-11-23T09:05:40Z",
    health: "failed" as const,
    unread: [{ kind: it, why: it, matters: true }],
    extensions: [
      {
        ...{
          name: it,
          ofStack: false,
          health: "failed" as const,
          reasons: [it],
          actual: { version: it, configHash: it, enabled: true, state: it, namespace: it },
        },
        states: [{ state: it, since: "2026-11-23T09:05:40Z" }],
        ...{ workloads: [], bundles: [], ingresses: [], endpoints: [], clusters: [] },
        warnings: [{ object: it, reason: it, message: it, count: 2, time: "2026-11-23T09:05:40Z" }],
      },
    ],
    members: [
      {
        ...{ name: it, displayName: it, ofStack: false, health: "differs" as const, reasons: [it], ready: it, answers: false },
        ...{ kubeSphereVersion: it, lookedAt: "2026-11-23T09:05:40Z" },
      },
    ],
  }) as unknown as Parameters<typeof statusText>[0];
const survey = (it: string) => ({
  found: [{ resource: it, object: it }],
  missing: [{ resource: it, object: it }],
  file: { resources: [] },
  strangers: [it],
});
const settings = (it: string) => [{ path: it, value: it, isSecret: false, why: it }];

const MARKDOWN: Readonly<Record<string, (it: string) => string>> = {
  preview: (it) => previewMarkdown(report(it)),
  drift: (it) => driftMarkdown(it, differences(it)),
  policy: (it) => policyMarkdown(judged(it)),
  rehearse: (it) => rehearsalMarkdown(rehearsal(it)),
};
/** As far as {@link printable} has yet to be asked, it is: by `runCommand`, for all that is printed. */
const TERMINAL: Readonly<Record<string, (it: string) => string>> = {
  preview: (it) => previewText(report(it)),
  drift: (it) => driftText(it.replaceAll("\n", ""), differences(it)),
  policy: (it) => policyText(judged(it)),
  rehearse: (it) => rehearsalText(rehearsal(it)),
  status: (it) => statusText(status(it)),
  doctor: (it) =>
    doctorText("prod", [
      { check: "a", title: "a", findings: [{ object: it, why: it, means: it, mend: [it, it] }] },
      { check: "b", title: "b", findings: [], notChecked: it },
    ]),
  verify: (it) =>
    verifyText("prod", [
      { what: it, ms: 1, result: "failed", detail: it, cause: it, next: it },
      { what: it, ms: 1, result: "skipped", detail: it },
    ]),
  recover: (it) => recoverText([{ what: it, evidence: it, mend: it, isDestructive: true }]),
  "adopt's plan": (it) => plan(survey(it), settings(it), [it]),
  adopt: (it) =>
    adopted(survey(it), settings(it), {
      known: [it],
      refused: [it],
      left: [
        { operation: "update", resource: it, properties: [it] },
        { operation: "update", resource: it, properties: [], harmless: it },
      ],
    }),
  "mirror's problems": (it) => told([{ text: it, mend: it }]).join("\n"),
  "mirror's copies": (it) => counted([{ what: it, to: it, state: "copied" }], "folder"),
  cluster: (it) =>
    liveText({
      server: "s",
      nodes: [{ name: it, version: it, addresses: [it], isReady: true, isControlPlane: true, isWorker: true }],
      etcd: [it],
    } as unknown as Parameters<typeof liveText>[0]),
};

/** Every token of a text, whatever it stands in. */
function tokensOf(markdown: string): Token[] {
  const found: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown, { gfm: true }), (token) => void found.push(token));
  return found;
}
/** Tags that the reports write themselves. */
const OWN_HTML =
  /^(?:<\/?(?:code|details|summary)>|<br>|<details><summary>\d+ objects?(?:, \d+ deleted)?<\/summary>|<details><summary>diffs<\/summary>|\s)*$/;
const shapeOf = (markdown: string) =>
  tokensOf(markdown)
    .filter(({ type }) => ["table", "heading", "list", "list_item", "code", "blockquote", "hr", "paragraph"].includes(type))
    .map((token) => (token.type === "table" ? (token as Tokens.Table).rows.map((row) => row.length).join() : token.type));

describe.each(Object.entries(MARKDOWN))("a comment or an issue of %s: whoever names an object writes nothing else into it", (_, write) => {
  test.each([...MARKUP, ...SEQUENCES])("%j", (it) => {
    const markdown = write(it);
    const tokens = tokensOf(markdown);
    expect(tokens.filter(({ type }) => ["link", "image", "def", "del", "codespan"].includes(type)).map(({ raw }) => raw)).toEqual([]);
    expect(tokens.filter(({ type, raw }) => type === "html" && !OWN_HTML.test(raw)).map(({ raw }) => raw)).toEqual([]);
    // The same blocks, with as many columns, as with a name that is a word.
    expect(shapeOf(markdown)).toEqual(shapeOf(write("word")));
    const outside = markdown.replace(/^(`{3,})\w*\n[^]*?\n\1$/gm, "");
    expect(outside.match(/(?:@|&#64;)(?!&#8203;)|(?<!&)#(?=\d)|&#35;(?!&#8203;)|\bGH-\d/g)).toBeNull();
    expect(markdown).toBe(printable(markdown));
  });
});

describe.each(Object.entries(TERMINAL))("a terminal that shows %s: no line, colour or order is anybody else's", (_, write) => {
  test.each(SEQUENCES)("%j", (it) => {
    const text = printable(write(it));
    expect(text.match(/[^\P{Cc}\n]|[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu)).toBeNull();
    expect(text.split("\n").filter((line) => line.startsWith("✓ all good"))).toEqual([]);
  });
});

test.each(MARKUP)("the page of a status shows %j and does not do it", (it) => {
  // What stands in backticks is shown as code.
  const tagsOf = (name: string) =>
    asPage(status(name))
      .replaceAll(/<\/?code>/g, "")
      .match(/<[\w/!][^\s>]*/g);
  expect(tagsOf(it)).toEqual(tagsOf("word"));
});

test("what a program of ours has coloured stays so, and JSON says the same as before", () => {
  expect(printableColoured("\x1b[31mred\x1b[0m\x1b[2J")).toBe("\x1b[31mred\x1b[0m\\x1b[2J");
  const value = { a: SEQUENCES };
  const json = printableJson(JSON.stringify(value));
  expect(JSON.parse(json)).toEqual(value);
  expect(json.match(/[\x7f-\x9f\u202e]/)).toBeNull();
});

test("ordinary names read as they did", () => {
  const names = ["web-shop 1.0.0", "kubesphere-system/ks-apiserver", "größe 中文 (a), b: c", "日本語 é"];
  expect(names.map(escaped)).toEqual(names);
  expect(names.map(oneLine)).toEqual(names);
  expect(code("a|b")).toBe("<code>a&#124;b</code>");
  expect(fenced("````")).toBe("`````\n````\n`````");
});
