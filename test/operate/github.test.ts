/** Reports on GitHub: one comment and one issue for each stack, whoever else writes there. */
import { chmod, readFile, writeFile } from "fs/promises";
import { delimiter, dirname, join } from "path";
import { marked } from "marked";
import { gitHub, type GitHub } from "../../operate/github/gh";
import { main } from "../../operate/github/main";
import { Posts } from "../../operate/github/posts";
import { temporaryFolders } from "../support/charts";

const BOT = "github-actions[bot]";
const folder = temporaryFolders();

/** GitHub as far as it is asked: lists of posts, and what was sent. */
function fake(posts: Record<string, object[]>) {
  const sent: [string, string, object][] = [];
  const github: GitHub = {
    list: <T>(path: string) => Promise.resolve((posts[path] ?? []) as T[]),
    send: (method, path, body) => {
      sent.push([method, path, body]);
      return Promise.resolve({ html_url: `https://example.com/${path}` });
    },
  };
  return { github, sent };
}

const COMMENTS = "issues/7/comments?per_page=100";
const ISSUES = "issues?state=open&per_page=100";
const marker = (key: string) => `<!-- kubesphere-luban: ${key} -->`;
const post = (id: number, body: string | null, login = BOT) => ({
  id,
  number: id + 100,
  body,
  user: { login },
  html_url: `https://example.com/${id}`,
});

describe("a pull request has one comment for each stack", () => {
  test("the first run opens it", async () => {
    const { github, sent } = fake({ [COMMENTS]: [post(1, `${marker("preview dev")}\nold`), post(2, null)] });
    expect(await new Posts(github, "preview prod", BOT).comment(7, "new")).toEqual({
      did: "opened",
      url: "https://example.com/issues/7/comments",
    });
    expect(sent).toEqual([["POST", "issues/7/comments", { body: `${marker("preview prod")}\nnew` }]]);
  });

  test("later ones write over it, and never over what somebody else wrote with its marker or quotes it", async () => {
    const { github, sent } = fake({
      [COMMENTS]: [
        post(1, `${marker("preview prod")}\nplanted`, "mallory"),
        post(2, `> ${marker("preview prod")}\nquoted`),
        post(3, `${marker("preview prod")}\nold`),
      ],
    });
    expect(await new Posts(github, "preview prod", BOT).comment(7, "new")).toEqual({
      did: "updated",
      url: "https://example.com/issues/comments/3",
    });
    expect(sent).toEqual([["PATCH", "issues/comments/3", { body: `${marker("preview prod")}\nnew` }]]);
  });

  test("a report that is too long ends at a line, with its code block closed and the way to the rest", async () => {
    const { github, sent } = fake({});
    await new Posts(github, "k", BOT).comment(7, `\`\`\`\n${"line\n".repeat(20_000)}\`\`\``);
    const [, , { body }] = sent[0] as [string, string, { body: string }];
    expect(body.length).toBeLessThan(65_536);
    expect(body).toMatch(/line\n```\n\nThe report goes on; the whole of it is in the summary of the workflow's run\.$/);
  });
});

test.each([
  ["longer than one within it", "`````\n```\n", "`````"],
  ["of tildes", "~~~~yaml\n```\n", "~~~~"],
  ["with a language", "  ```diff\n", "```"],
  ["after others that are closed", "```\na\n`````\n~~~\n~~~\n````\n```\n", "````"],
  ["none: what looks like one has a backtick behind it", "``` a ```\n", ""],
  ["none: it is indented as code", "    ```\n", ""],
  ["still, since its last line has a word behind it", "```\n``` a\n", "```"],
])("a cut report swallows the words after it, or begins a block, where its fence is %s", async (_what, start, fence) => {
  const { github, sent } = fake({});
  await new Posts(github, "k", BOT).comment(7, `${start}${"line\n".repeat(20_000)}`);
  const [, , { body }] = sent[0] as [string, string, { body: string }];
  const tokens = marked.lexer(body.replace(/^.*\n/, "\n"));
  expect(body).toContain(`line\n${fence === "" ? "" : `${fence}\n`}\nThe report goes on;`);
  expect(tokens.at(-1)).toMatchObject({ type: "paragraph", text: expect.stringMatching(/^The report goes on/) as string });
});

test("an issue's title mentions somebody, has several lines, or is longer than GitHub takes", async () => {
  const { github, sent } = fake({});
  await new Posts(github, "k", BOT).open(`Drift in @everyone #1\n\u202e${"a".repeat(300)}`, "two");
  const [, , { title }] = sent[0] as [string, string, { title: string }];
  expect(title).toMatch(/^Drift in @\u200beveryone #\u200b1⏎\\u202ea+$/);
  expect(title.length).toBeLessThanOrEqual(256);
});

describe("drift has one issue for each stack", () => {
  const posts = (github: GitHub) => new Posts(github, "drift prod", BOT);

  test("it is opened, updated in place and closed", async () => {
    const none = fake({ [ISSUES]: [{ ...post(1, marker("drift prod")), pull_request: {} }] });
    expect(await posts(none.github).open("Drift in prod", "two")).toEqual({ did: "opened", url: "https://example.com/issues" });
    const body = `${marker("drift prod")}\ntwo`;
    expect(none.sent).toEqual([["POST", "issues", { title: "Drift in prod", body }]]);
    const one = fake({ [ISSUES]: [post(2, `${marker("drift prod")}\none`)] });
    expect(await posts(one.github).open("Drift in prod", "two")).toEqual({ did: "updated", url: "https://example.com/issues/102" });
    expect(await posts(one.github).close()).toEqual({ did: "closed", url: "https://example.com/issues/102" });
    expect(one.sent).toEqual([
      ["PATCH", "issues/102", { title: "Drift in prod", body }],
      ["PATCH", "issues/102", { state: "closed", state_reason: "completed" }],
    ]);
  });

  test("nothing is closed where none is open", async () => {
    const { github, sent } = fake({});
    expect(await posts(github).close()).toEqual({ did: "nothing" });
    expect(sent).toEqual([]);
  });
});

describe("gh", () => {
  /** One that writes down how it was called, and answers as told. */
  async function stub(answer: string, code = 0) {
    const dir = await folder({ answer });
    const gh = join(dir, "gh");
    await writeFile(
      gh,
      `#!/bin/sh\nfor word in "$@"; do echo "$word"; done > "${dir}/args"\ncat > "${dir}/input"\ncat "${dir}/answer" ${code === 0 ? "" : ">&2"}\nexit ${code}\n`,
    );
    await chmod(gh, 0o755);
    const env = { ...process.env, PATH: [dir, dirname("/bin/sh"), "/usr/bin"].join(delimiter) };
    return { env, said: async (file: string) => (await readFile(join(dir, file), "utf8")).trim().split("\n") };
  }

  test("lists are read to their last page", async () => {
    const { env, said } = await stub('{"id":1}\n{"id":2}\n');
    expect(await gitHub("me/it", env).list("issues?state=open")).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await said("args")).toEqual([
      ...["api", "--header", "Accept: application/vnd.github+json", "--paginate", "--jq", ".[] | tojson"],
      "repos/me/it/issues?state=open",
    ]);
  });

  test("what is sent goes through stdin, where no shell reads it", async () => {
    const { env, said } = await stub('{"html_url":"https://example.com"}');
    expect(await gitHub(undefined, env).send("PATCH", "issues/1", { body: "$(id) `id`" })).toEqual({ html_url: "https://example.com" });
    expect((await said("args")).slice(-5)).toEqual(["--method", "PATCH", "--input", "-", "repos/{owner}/{repo}/issues/1"]);
    expect(await said("input")).toEqual(['{"body":"$(id) `id`"}']);
  });

  test("its refusal is told, and so is its absence", async () => {
    const { env } = await stub("HTTP 403: Resource not accessible by integration", 1);
    await expect(gitHub("me/it", env).list("issues")).rejects.toThrow("gh: HTTP 403: Resource not accessible by integration");
    await expect(gitHub("me/it", { PATH: "/nowhere" }).list("issues")).rejects.toThrow("gh is not on PATH");
  });
});

test.each([
  [["comment", "a", "b"], "--pull is missing: use the pull request's number"],
  [["comment", "a", "b", "--pull", "x"], "--pull x: use"],
  [["comment", "a -->", "b", "--pull", "1"], 'KEY "a -->": use letters'],
  [["issue", "a"], "issue takes either files and --title, or --close"],
  [["issue", "a", "b", "--close"], "issue takes either"],
  [["issue", "a", "--title", "t"], "issue takes either"],
])("a command line that is wrong is told, with exit code 2: %j", async (args, said) => {
  const stderr = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    expect(await main(args, "/nowhere")).toBe(2);
    expect(stderr.mock.calls.map(([chunk]) => String(chunk)).join("")).toContain(said);
  } finally {
    stderr.mockRestore();
  }
});
