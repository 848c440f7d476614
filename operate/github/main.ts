/** `npm run github -- <command>`: reports brought where reviewers see them. What the workflows run, and the same at a desk. */
import { command, Failure, usageError, type Command } from "../shared/command";
import { existing } from "../shared/files";
import { runOneOf } from "../shared/main";
import { gitHub } from "./gh";
import { Posts, type Posted } from "./posts";

const repository = { repo: { type: "string" } } as const;
const REPO_HELP = "--repo OWNER/NAME  (default: $GITHUB_REPOSITORY, else the folder's)";

const postsOf = (key: string, repo = process.env["GITHUB_REPOSITORY"]) => {
  if (!/^[\w. /-]+$/.test(key)) throw usageError(`KEY ${JSON.stringify(key)}: use letters, digits, spaces, and . _ / -`);
  return new Posts(gitHub(repo), key);
};

const outcome = (what: string, posted: Posted) => ({
  text: posted.did === "nothing" ? `${what}: there is none to close` : `${what}: ${posted.did} ${posted.url ?? ""}`,
  json: posted,
});

const commentCommand = command({
  help: `comment KEY FILE… --pull NUMBER [--repo OWNER/NAME]
  Writes the files, one after the other, into a comment of a pull request: into the one that an earlier run wrote under the same key, if
  there is one.

  --pull NUMBER      the pull request's
  ${REPO_HELP}`,
  options: { pull: { type: "string" }, ...repository },
  words: [2, 9],
  async run({ words: [key = "", ...files], values }) {
    const pull = Number(values.pull);
    if (!Number.isInteger(pull) || pull < 1) throw usageError(`--pull ${values.pull ?? "is missing"}: use the pull request's number`);
    return outcome("comment", await postsOf(key, values.repo).comment(pull, await textOf(files)));
  },
});

const issueCommand = command({
  help: `issue KEY (FILE… --title TEXT | --close) [--repo OWNER/NAME]
  Keeps one issue: writes the files into the open one under the same key, or opens it; or closes it.

  --title TEXT       the issue's title
  --close            the issue is settled; it is none when there is none
  ${REPO_HELP}`,
  options: { title: { type: "string" }, close: { type: "boolean", default: false }, ...repository },
  words: [1, 9],
  async run({ words: [key = "", ...files], values: { title, close, repo } }) {
    if (close === (title !== undefined) || close === files.length > 0) throw usageError("issue takes either files and --title, or --close");
    const posts = postsOf(key, repo);
    return outcome("issue", await (close ? posts.close() : posts.open(title ?? "", await textOf(files))));
  },
});

async function textOf(files: readonly string[]): Promise<string> {
  const texts = await Promise.all(
    files.map(async (file) => {
      const data = await existing(file);
      if (data === undefined) throw new Failure(`${file}: there is no such file`);
      return data.toString().trim();
    }),
  );
  return texts.join("\n\n");
}

const commands: Readonly<Record<string, Command>> = { comment: commentCommand, issue: issueCommand };

const HELP = `npm run github -- <command> [options]

  comment KEY FILE… --pull NUMBER   a pull request's comment, updated in place
  issue KEY FILE… --title TEXT      one issue, updated in place
  issue KEY --close                 and closed

  --help   of a command: what it does, and its options
  --json   the result for machines, on stdout

It works through GitHub's own command, gh, which must be on PATH and signed in ($GH_TOKEN in a workflow).
Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong.`;

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string): Promise<number> => runOneOf("github", commands, HELP, args, cache);
