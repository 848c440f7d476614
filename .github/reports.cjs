/**
 * Reports where reviewers see them: one comment of a pull request, or one issue, for each key. Scripts of actions/github-script call this, with
 * the client and the context that they are given.
 */
const { readFileSync } = require("node:fs");

/** GitHub takes 65,536 characters. */
const LONGEST = 65_000;

/** The account of a workflow's own token: anyone can write a marker, and what others wrote stays theirs. */
const WORKFLOW = "github-actions[bot]";

/** At a text's start, where nothing that a report quotes can stand. */
const markerOf = (key) => `<!-- kubesphere-luban: ${key} -->`;

/** @returns the one that this key has, among comments or issues */
const ownOf = (posts, key) =>
  posts.find(
    ({ body, user, pull_request }) =>
      pull_request === undefined && user?.login === WORKFLOW && (body ?? "").startsWith(`${markerOf(key)}\n`),
  );

/**
 * Writes files into the pull request's comment of this key, or opens it.
 * @param key such as `preview prod`
 * @param files paths, written one after the other
 */
exports.comment = async ({ github, context: { repo, issue } }, key, files) => {
  const comments = await github.paginate(github.rest.issues.listComments, { ...repo, issue_number: issue.number, per_page: 100 });
  const own = ownOf(comments, key);
  const body = bodyOf(key, files);
  await (own === undefined
    ? github.rest.issues.createComment({ ...repo, issue_number: issue.number, body })
    : github.rest.issues.updateComment({ ...repo, comment_id: own.id, body }));
};

/** Writes files into the open issue of this key, or opens it. */
exports.openIssue = async ({ github, context: { repo } }, key, title, files) => {
  const own = await openIssueOf(github, repo, key);
  const text = { title, body: bodyOf(key, files) };
  await (own === undefined
    ? github.rest.issues.create({ ...repo, ...text })
    : github.rest.issues.update({ ...repo, issue_number: own.number, ...text }));
};

/** Closes the open issue of this key, if there is one. */
exports.closeIssue = async ({ github, context: { repo } }, key) => {
  const own = await openIssueOf(github, repo, key);
  if (own !== undefined) await github.rest.issues.update({ ...repo, issue_number: own.number, state: "closed", state_reason: "completed" });
};

const openIssueOf = async (github, repo, key) =>
  ownOf(await github.paginate(github.rest.issues.listForRepo, { ...repo, state: "open", creator: WORKFLOW, per_page: 100 }), key);

function bodyOf(key, files) {
  const whole = [markerOf(key), files.map((file) => readFileSync(file, "utf8").trim()).join("\n\n")].join("\n");
  if (whole.length <= LONGEST) return whole;
  // At a line's end, so that neither a table's row nor a character of two units is cut in the middle.
  const cut = whole.slice(0, whole.lastIndexOf("\n", LONGEST));
  return [cut, ...openFence(cut), "", "The report goes on; the whole of it is in the summary of the workflow's run."].join("\n");
}

const OPENING = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

/** @returns the fence of code that a text leaves open, by which it is closed (https://github.github.com/gfm/#fenced-code-blocks) */
function openFence(text) {
  let open;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (open === undefined) open = OPENING.exec(line)?.[1];
    // A closing one is of the same character, at least as long, and has nothing behind it.
    else if (CLOSING.exec(line)?.[1]?.startsWith(open)) open = undefined;
  }
  return open === undefined ? [] : [open];
}
