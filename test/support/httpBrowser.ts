/** As much of a browser as logins need: cookies, which do not tell ports apart, and one redirect at a time. */
export class HttpBrowser {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly fetcher: typeof fetch = fetch) {}

  /** @param form is posted */
  async open(url: string | URL, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await this.fetcher(url, {
      redirect: "manual",
      headers: { cookie },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = "", value = "", rest = ""] = /^([^=]+)=([^;]*)(.*)$/.exec(set) ?? [];
      // No script of a page may read a cookie of a login.
      expect(rest).toMatch(/; HttpOnly; SameSite=Lax$/);
      if (rest.includes("Max-Age=0;")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  set(name: string, value: string | undefined): void {
    if (value === undefined) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

export const locationOf = (answer: Response): string => answer.headers.get("location") ?? "";
