/** Reports on GitHub: one comment and one issue for each stack, whoever else writes there. `test:workflows` has them sent by GitHub's own client. */
import { marked } from "marked";
import { join } from "path";
import { temporaryFolders } from "../support/charts";

interface Post {
  readonly id: number;
  readonly number: number;
  readonly body: string | null;
  readonly user: { readonly login: string };
  readonly pull_request?: object;
}
interface Reports {
  comment(given: object, key: string, files: readonly string[]): Promise<void>;
  openIssue(given: object, key: string, title: string, files: readonly string[]): Promise<void>;
  closeIssue(given: object, key: string): Promise<void>;
}
const { comment, openIssue, closeIssue } = jest.requireActual<Reports>("../../.github/reports.cjs");

const folder = temporaryFolders();
const BOT = "github-actions[bot]";
const marker = (key: string) => `<!-- kubesphere-luban: ${key} -->`;
const post = (id: number, body: string | null, login = BOT): Post => ({ id, number: id + 100, body, user: { login } });

/** What actions/github-script gives a script, of a pull request 7. */
function gitHub(posts: readonly object[] = []) {
  const sent: object[] = [];
  const send = (did: string) => (what: object) => Promise.resolve(void sent.push({ did, ...what }));
  const issues = { createComment: send("comment"), updateComment: send("write over"), create: send("open"), update: send("update") };
  const context = { repo: { owner: "me", repo: "it" }, issue: { number: 7 } };
  return { sent, given: { github: { paginate: () => Promise.resolve(posts), rest: { issues } }, context } };
}

const fileOf = async (text: string) => join(await folder({ "report.md": text }), "report.md");
const REPO = { owner: "me", repo: "it" };

describe("a pull request has one comment for each stack", () => {
  test("the first run opens it, with all its files", async () => {
    const { given, sent } = gitHub([post(1, `${marker("preview dev")}\nold`), post(2, null)]);
    await comment(given, "preview prod", [await fileOf("new\n"), await fileOf("\nand more")]);
    expect(sent).toEqual([{ did: "comment", ...REPO, issue_number: 7, body: `${marker("preview prod")}\nnew\n\nand more` }]);
  });

  test("later ones write over it, and never over what somebody else wrote with its marker or quotes it", async () => {
    const { given, sent } = gitHub([
      post(1, `${marker("preview prod")}\nplanted`, "mallory"),
      post(2, `${marker("policy prod")}\n${marker("preview prod")}\nquoted`),
      post(3, `${marker("preview prod")}\nold`),
    ]);
    await comment(given, "preview prod", [await fileOf("new")]);
    expect(sent).toEqual([{ did: "write over", ...REPO, comment_id: 3, body: `${marker("preview prod")}\nnew` }]);
  });
});

test.each([
  ["of three backticks", "```\n", "```"],
  ["longer than one within it", "`````\n```\n", "`````"],
  ["of tildes", "~~~~yaml\n```\n", "~~~~"],
  ["with a language", "  ```diff\n", "```"],
  ["after others that are closed", "```\na\n`````\n~~~\n~~~\n~~~~\n```\n", "~~~~"],
  ["none: what looks like one has a backtick behind it", "``` a ```\n", ""],
  ["none: it is indented as code", "a\n\n    ```\n", ""],
  ["still, since its last line has a word behind it", "```\n``` a\n", "```"],
])(
  "a report that GitHub would refuse for its length is cut, and swallows the words after it where its fence is %s",
  async (_what, start, fence) => {
    const { given, sent } = gitHub();
    await comment(given, "k", [await fileOf(`${start}${"line\n".repeat(20_000)}`)]);
    const [{ body }] = sent as [{ body: string }];
    expect(body.length).toBeLessThan(65_536);
    expect(body).toContain(`line\n${fence === "" ? "" : `${fence}\n`}\nThe report goes on;`);
    const tokens = marked.lexer(body.replace(/^.*\n/, "\n"));
    expect(tokens.at(-1)).toMatchObject({ type: "paragraph", text: expect.stringMatching(/^The report goes on/) as string });
  },
);

describe("drift has one issue for each stack", () => {
  const body = `${marker("drift prod")}\ntwo`;
  const open = async (given: object) => openIssue(given, "drift prod", "Drift in prod", [await fileOf("two")]);

  test("it is opened where there is none: a pull request's text is no issue", async () => {
    const { given, sent } = gitHub([{ ...post(1, body), pull_request: {} }, post(2, body, "mallory")]);
    await open(given);
    await closeIssue(given, "drift prod");
    expect(sent).toEqual([{ did: "open", ...REPO, title: "Drift in prod", body }]);
  });

  test("it is updated in place, and closed", async () => {
    const { given, sent } = gitHub([post(2, `${marker("drift prod")}\none`)]);
    await open(given);
    await closeIssue(given, "drift prod");
    expect(sent).toEqual([
      { did: "update", ...REPO, issue_number: 102, title: "Drift in prod", body },
      { did: "update", ...REPO, issue_number: 102, state: "closed", state_reason: "completed" },
    ]);
  });
});
