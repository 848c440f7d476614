/** How checks ask: each answer that is none, or not a good one, becomes a verdict with its cause. */
import { refused, unanswered, type Place } from "./causes";
import { failed, type Verdict } from "./check";
import { NoAnswer } from "./http";
import { shownUrl, visit, type Page } from "./page";

export interface Requests {
  readonly ask: typeof fetch;
  /** What a check says; no answer at all becomes a verdict. */
  told(at: Place, work: () => Promise<Verdict>): Promise<Verdict>;
  /** @param server default: the console */
  place(url: string, server?: string): Place;
  /** @param judge an answer below 400 @param extension whose it is */
  request(at: Place, judge: (answer: Response) => Promise<Verdict> | Verdict, extension?: string): Promise<Verdict>;
  /** As a browser opens it. @param judge a page below 400 */
  open(at: Place, judge: (page: Page) => Promise<Verdict> | Verdict, extension?: string): Promise<Verdict>;
}

export function requests(ask: typeof fetch, { access, ingress }: Pick<Place, "access" | "ingress">): Requests {
  const told = async (at: Place, work: () => Promise<Verdict>): Promise<Verdict> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const asked = { ...at, url: error.url };
      return failed(`${way(at.url, new URL(error.url))}: ${error.code || error.message}`, unanswered(error, asked));
    }
  };
  return {
    ask,
    told,
    place: (url, server = "the console") => ({ url, server, access, ingress }),
    request: (at, judge, extension) =>
      told(at, async () => {
        const answer = await ask(at.url);
        if (answer.status < 400) return judge(answer);
        return failed(`${at.url}: HTTP ${answer.status}`, refused(answer.status, at, extension));
      }),
    open: (at, judge, extension) =>
      told(at, async () => {
        const page = await visit(at.url, ask);
        if (page.answer.status < 400) return judge(page);
        return failed(`${way(at.url, page.url)}: HTTP ${page.answer.status}`, refused(page.answer.status, at, extension));
      }),
  };
}

/** An address, and where it sent on to. */
export const way = (from: string, to: URL): string =>
  new URL(from).href === to.href ? from : `${from}, which redirects to ${shownUrl(to)}`;
