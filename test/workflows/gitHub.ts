/** The part of GitHub's REST API that the workflows ask, on loopback: comments and issues, in pages, for one token. */
import { createServer, type IncomingMessage, type ServerResponse } from "http";
import type { AddressInfo } from "net";
import { text } from "stream/consumers";

export interface Post {
  readonly number: number;
  readonly id: number;
  /** Of an issue. */
  readonly title?: string;
  readonly body: string;
  readonly user: { readonly login: string };
  readonly state: "open" | "closed";
}

const LONGEST = 65_536;
const BOT = "github-actions[bot]";

export class GitHub {
  readonly issues: Post[] = [];
  /** By the pull request's number. */
  readonly comments = new Map<number, Post[]>();
  private readonly server = createServer((request, response) => void this.answer(request, response));
  private last = 100;

  constructor(private readonly token: string) {}

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  post(posts: Post[], { title, body = "" }: Partial<Post>, login = BOT): Post {
    const number = ++this.last;
    const made: Post = { number, id: number * 10, ...(title !== undefined && { title }), body, user: { login }, state: "open" };
    posts.push(made);
    return made;
  }

  of(pull: number): Post[] {
    const own = this.comments.get(pull) ?? [];
    this.comments.set(pull, own);
    return own;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", `http://${request.headers.host ?? ""}`);
    const say = (status: number, body: object, headers: Record<string, string> = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    if (request.headers.authorization !== `token ${this.token}`) return void say(401, { message: "Bad credentials" });
    const sent = JSON.parse((await text(request)) || "{}") as Partial<Post>;
    if ((sent.body ?? "").length > LONGEST) return void say(422, { message: "body is too long (maximum is 65536 characters)" });
    const [, what = ""] = /^\/repos\/me\/it\/(.*)$/.exec(url.pathname) ?? [];
    const [, pull] = /^issues\/(\d+)\/comments$/.exec(what) ?? [];
    const posts = pull === undefined ? this.issues : this.of(Number(pull));
    const [, place, id] = /^issues\/(comments\/)?(\d+)$/.exec(what) ?? [];
    if (request.method === "POST" && (pull !== undefined || what === "issues")) return void say(201, this.post(posts, sent));
    if (request.method === "GET" && (pull !== undefined || what === "issues")) {
      const { state, creator, page = "1", per_page: size = "30" } = Object.fromEntries(url.searchParams);
      const all = posts.filter((post) => (state ?? post.state) === post.state && (creator ?? post.user.login) === post.user.login);
      const rest = all.slice((Number(page) - 1) * Number(size));
      url.searchParams.set("page", `${Number(page) + 1}`);
      return void say(200, rest.slice(0, Number(size)), rest.length > Number(size) ? { link: `<${url.href}>; rel="next"` } : {});
    }
    const among = place === undefined ? this.issues : [...this.comments.values()].flat();
    const found = among.find((post) => Number(id) === (place === undefined ? post.number : post.id));
    if (request.method !== "PATCH" || found === undefined) return void say(404, { message: "Not Found" });
    say(200, Object.assign(found, sent));
  }
}
