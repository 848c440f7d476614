/** What people see of an extension: its front end in the console, and its UI. */
import { bundleLink } from "../../kubesphere/api";
import { endless, LOOK_AT_EXTENSION, moved, shutOut, wrongAddress } from "./causes";
import { failed, ok, skipped, type Check, type Verdict } from "./check";
import { framingRefusal } from "./framing";
import { frontEndOf, type FrontEnd } from "./frontEnd";
import { shownUrl, type Page } from "./page";
import { way, type Requests } from "./requests";
import type { Extension } from "./target";

const NO_FRONT_END = "the extension brings no front end";

/** @param consoleUrl where people have the UI's page around it */
export function extensionChecks(extension: Extension, consoleUrl: string, { ask, place, request, open }: Requests): readonly Check[] {
  const { name, url, bundleUrl, hasBundle, hasIngress } = extension;
  return [
    { what: `bundle ${name}`, run: checkBundle },
    { what: `extension ${name}`, run: checkUi },
  ];

  async function checkBundle(): Promise<Verdict> {
    if (bundleUrl === undefined || !hasBundle) return skipped(NO_FRONT_END);
    const judge = async (answer: Response): Promise<Verdict> => {
      const text = await answer.text();
      if (/^\s*System\.register\(/m.test(text))
        return (
          (url === undefined ? undefined : await judgeAddress(text, url)) ??
          ok(`${bundleUrl}: a module that registers, ${Buffer.byteLength(text)} bytes`)
        );
      const cause = /^\s*</.test(text)
        ? "a page came in place of JavaScript: the console does not know the bundle"
        : "it is no module of the console's";
      return failed(`${bundleUrl}: no System.register`, { cause, next: LOOK_AT_EXTENSION });
    };
    const verdict = await request(place(bundleUrl), judge, name);
    return verdict.result === "failed" && verdict.detail.endsWith("HTTP 404")
      ? { ...verdict, cause: `no JSBundle is served at ${bundleLink(name)}: it is gone, or not Available` }
      : verdict;
  }

  /** Of the address that the front end opens. Another one than the stack's may answer, such as that of a proxy for the same host. */
  async function judgeAddress(module: string, wanted: string): Promise<Verdict | undefined> {
    const { address, isEmbedded } = frontEndOf(module, new URL(wanted).hostname);
    if (address === undefined) return undefined;
    if (address !== "" && new URL(address).origin === new URL(wanted).origin) return undefined;
    const wrong = failed(
      `${bundleUrl} opens ${address === "" ? "nothing" : shownUrl(new URL(address))}, not ${wanted}`,
      wrongAddress(address),
    );
    if (address === "" || new URL(address).hostname !== new URL(wanted).hostname) return wrong;
    const refusal = (page: Page) => (isEmbedded ? framingRefusal(page.answer.headers, page.url, new URL(consoleUrl)) : undefined);
    const seen = await open(place(address), (page) => (refusal(page) === undefined ? ok("") : wrong));
    return seen.result === "ok" ? undefined : wrong;
  }

  async function checkUi(): Promise<Verdict> {
    if (url === undefined) return skipped("the extension has no UI");
    if (!hasIngress) return skipped(`the extension has no Ingress for ${new URL(url).hostname}`);
    return open(place(url, "the ingress controller"), (page) => judgePage(url, page), name);
  }

  async function judgePage(asked: string, { url: at, answer, onward }: Page): Promise<Verdict> {
    if (onward?.hostname === at.hostname) return failed(`${asked} redirects without an end, last to ${shownUrl(onward)}`, endless(asked));
    const frontEnd = await frontEndOfConsole(new URL(asked).hostname);
    if (onward !== undefined) {
      const said = `${way(asked, at)}: HTTP ${answer.status} to ${shownUrl(onward)}`;
      return frontEnd?.isEmbedded ? failed(said, moved(asked, frontEnd.hasSetting)) : ok(said);
    }
    const around = new URL(consoleUrl);
    const refusal = frontEnd?.isEmbedded ? framingRefusal(answer.headers, at, around) : undefined;
    if (frontEnd === undefined || refusal === undefined) return ok(`${way(asked, at)}: HTTP ${answer.status}`);
    return failed(`${way(asked, at)}: ${refusal}`, shutOut(around.origin, frontEnd.hasSetting));
  }

  /** undefined where there is none, or where its own check tells what is wrong with it */
  async function frontEndOfConsole(host: string): Promise<FrontEnd | undefined> {
    if (bundleUrl === undefined || !hasBundle) return undefined;
    const answer = await ask(bundleUrl).catch(() => undefined);
    return answer?.ok ? frontEndOf(await answer.text(), host) : undefined;
  }
}
