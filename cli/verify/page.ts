/**
 * What a browser shows at an address: it follows redirects, with the cookies that it was given on the way. It is followed within the
 * host alone, whose name the stack's outputs say; what another host shows is not for a chart to have asked from here.
 */
export interface Page {
  /** Where it ended. */
  readonly url: URL;
  readonly answer: Response;
  /** Where the answer sends on to, when that is another host, or when it never ends. */
  readonly onward: URL | undefined;
}

/** As Chromium and Firefox have it. */
const MAX_REDIRECTS = 20;
const REDIRECTS = [301, 302, 303, 307, 308];

/** @throws NoAnswer, whose `url` says of which of the addresses */
export async function visit(address: string, ask: typeof fetch): Promise<Page> {
  const cookies = new Map<string, string>();
  let url = new URL(address);
  for (let followed = 0; ; followed++) {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const answer = await ask(url, { headers: cookie === "" ? {} : { cookie } });
    const target = targetOf(answer, url);
    const isFollowed = target?.hostname === url.hostname && /^https?:$/.test(target.protocol);
    if (target === undefined || !isFollowed || followed === MAX_REDIRECTS) return { url, answer, onward: target };
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value = ""] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined) cookies.set(name, value.trim());
    }
    url = target;
  }
}

function targetOf({ status, headers }: Response, url: URL): URL | undefined {
  const location = headers.get("location");
  return REDIRECTS.includes(status) && location !== null && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
}

/** The longest that is shown of it, in characters. */
const MAX_SHOWN = 200;

/** Without what follows a question mark, which may be a login's. */
export function shownUrl({ origin, protocol, pathname }: URL): string {
  const shown = `${origin === "null" ? `${protocol}//…` : origin}${pathname}`;
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}
