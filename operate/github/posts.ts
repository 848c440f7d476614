/** One comment or issue for each key, found again by a marker that nobody sees. */
import { oneLine } from "../shared/text/terminal";
import { openFence } from "./fence";
import type { GitHub } from "./gh";

/** A comment or an issue as the API has it. */
interface Post {
  readonly id: number;
  readonly number?: number;
  readonly html_url: string;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
  readonly pull_request?: object;
}

export interface Posted {
  readonly did: "opened" | "updated" | "closed" | "nothing";
  /** Absent where nothing was to be done. */
  readonly url?: string;
}

/** GitHub takes 65,536 characters. */
const LONGEST = 65_000;

/** GitHub takes 256 characters. */
const LONGEST_TITLE = 250;

/** A title is text and knows no entities: of one line, and what would be a mention or a link to an issue is parted by a space without width. */
const titleOf = (text: string): string =>
  [...oneLine(text)]
    .slice(0, LONGEST_TITLE / 2)
    .join("")
    .replace(/[@#]/g, "$&\u200b");

/** The account of a workflow's own token. */
const WORKFLOW = "github-actions[bot]";

/**
 * @param key such as `preview prod`
 * @param author whose posts count: anyone can write a marker, and what others wrote stays theirs; undefined takes any
 */
export class Posts {
  private readonly marker: string;

  constructor(
    private readonly github: GitHub,
    key: string,
    private readonly author: string | undefined = process.env["GITHUB_ACTIONS"] === "true" ? WORKFLOW : undefined,
  ) {
    this.marker = `<!-- kubesphere-luban: ${key} -->`;
  }

  /** The comment of a pull request, made or written over. */
  async comment(pull: number, text: string): Promise<Posted> {
    const found = await this.find(`issues/${pull}/comments?per_page=100`);
    const body = { body: this.body(text) };
    return found === undefined
      ? opened(await this.github.send("POST", `issues/${pull}/comments`, body))
      : updated(await this.github.send("PATCH", `issues/comments/${found.id}`, body));
  }

  /** The one open issue, made or written over. */
  async open(title: string, text: string): Promise<Posted> {
    const found = await this.openIssue();
    const body = { title: titleOf(title), body: this.body(text) };
    return found === undefined
      ? opened(await this.github.send("POST", "issues", body))
      : updated(await this.github.send("PATCH", `issues/${found.number}`, body));
  }

  async close(): Promise<Posted> {
    const found = await this.openIssue();
    if (found === undefined) return { did: "nothing" };
    const { html_url: url } = await this.github.send("PATCH", `issues/${found.number}`, { state: "closed", state_reason: "completed" });
    return { did: "closed", url };
  }

  private openIssue(): Promise<Post | undefined> {
    return this.find("issues?state=open&per_page=100");
  }

  private async find(path: string): Promise<Post | undefined> {
    const posts = await this.github.list<Post>(path);
    return posts.find(
      ({ body, user, pull_request }) =>
        pull_request === undefined && (body ?? "").startsWith(this.marker) && (this.author === undefined || user?.login === this.author),
    );
  }

  private body(text: string): string {
    const whole = `${this.marker}\n${text}`;
    if (whole.length <= LONGEST) return whole;
    // At a line's end, so that neither a table's row nor a character of two units is cut in the middle.
    const cut = whole.slice(0, whole.lastIndexOf("\n", LONGEST));
    const open = openFence(cut);
    return `${cut}${open === undefined ? "" : `\n${open}`}\n\nThe report goes on; the whole of it is in the summary of the workflow's run.`;
  }
}

const opened = ({ html_url: url }: { readonly html_url: string }): Posted => ({ did: "opened", url });
const updated = ({ html_url: url }: { readonly html_url: string }): Posted => ({ did: "updated", url });
