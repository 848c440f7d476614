/** The checks of a stack, in the order in which a person would look. */
import { isIP } from "net";
import { bundleLink } from "../../kubesphere/api";
import { discoveryUrl } from "../../kubesphere/urls";
import { refused, unanswered, unresolved, type Place } from "./causes";
import { failed, ok, skipped, type Check, type Verdict } from "./check";
import { addressesOf, addressFor, fetcher, NoAnswer, type Network } from "./http";
import { logIn } from "./login";
import type { Extension, Target } from "./target";

export function checksOf(target: Target, network: Network): readonly Check[] {
  const ask = fetcher(network);
  const { access, consoleUrl, issuer, extensions } = target;
  const place = (url: string, server = "the console"): Place => ({ url, server, access });

  /** @param judge an answer below 400 */
  const request = async (at: Place, judge: (answer: Response) => Promise<Verdict> | Verdict, extension?: string): Promise<Verdict> => {
    try {
      const answer = await ask(at.url);
      if (answer.status < 400) return await judge(answer);
      return failed(`${at.url}: HTTP ${answer.status}`, refused(answer.status, at, extension));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return failed(`${at.url}: ${error.code || error.message}`, unanswered(error, at));
    }
  };

  let discovered: Promise<Discovery | undefined> | undefined;
  const discovery = place(discoveryUrl(issuer));
  const document = () =>
    (discovered ??= ask(discovery.url).then(
      async (answer) => (answer.ok ? ((await answer.json().catch(() => undefined)) as Discovery | undefined) : undefined),
      () => undefined,
    ));

  const hosts = new Map([consoleUrl, issuer, ...extensions.flatMap(({ url }) => url ?? [])].map((url) => [new URL(url).hostname, url]));
  return [
    ...[...hosts].filter(([host]) => isIP(host) === 0).map(([host, url]) => nameCheck(host, url, target, network)),
    { what: "console", run: () => request(place(consoleUrl), ({ status }) => ok(`${consoleUrl}: HTTP ${status}`)) },
    ...extensions.flatMap((extension) => [bundleCheck(extension), uiCheck(extension)]),
    { what: "issuer", run: () => request(discovery, () => judgeIssuer()) },
    { what: "keys", run: judgeKeys },
    { what: "login", run: async () => ((await document())?.issuer === issuer ? logIn(target, ask) : skipped(NO_DOCUMENT)) },
  ];

  function bundleCheck({ name, bundleUrl, hasBundle }: Extension): Check {
    if (bundleUrl === undefined) return { what: `bundle ${name}`, run: () => Promise.resolve(skipped(NO_FRONT_END)) };
    const judge = async (answer: Response): Promise<Verdict> => {
      const text = await answer.text();
      if (/^\s*System\.register\(/m.test(text)) return ok(`${bundleUrl}: a module that registers, ${Buffer.byteLength(text)} bytes`);
      const cause = /^\s*</.test(text)
        ? "a page came in place of JavaScript: the console does not know the bundle"
        : "it is no module of the console's";
      return failed(`${bundleUrl}: no System.register`, { cause, next: "npm run status" });
    };
    return {
      what: `bundle ${name}`,
      run: async () =>
        hasBundle
          ? request(place(bundleUrl), judge, name).then((verdict) =>
              verdict.result === "failed" && verdict.detail.endsWith("HTTP 404")
                ? { ...verdict, cause: `no JSBundle is served at ${bundleLink(name)}: it is gone, or not Available` }
                : verdict,
            )
          : skipped(NO_FRONT_END),
    };
  }

  function uiCheck({ name, url, hasIngress }: Extension): Check {
    if (url === undefined) return { what: `extension ${name}`, run: () => Promise.resolve(skipped("the extension has no UI")) };
    return {
      what: `extension ${name}`,
      run: async () =>
        hasIngress
          ? request(place(url, "the ingress controller"), ({ status }) => ok(`${url}: HTTP ${status}`), name)
          : skipped(`the extension has no Ingress for ${new URL(url).hostname}`),
    };
  }

  async function judgeIssuer(): Promise<Verdict> {
    const said = (await document())?.issuer;
    if (said === issuer) return ok(`${discovery.url} says ${issuer}`);
    if (said === undefined)
      return failed(`${discovery.url}: no discovery document`, {
        cause: "another server answers at the issuer's address",
        next: "compare kubesphere:ksCore.portal and kubesphere:ports with where the console is",
      });
    return failed(`${discovery.url} says ${said}, not ${issuer}`, {
      cause: "ks-apiserver still runs with its former configuration, or somebody else changed it",
      next: "pulumi up --refresh, then kubectl --namespace kubesphere-system rollout restart deployment/ks-apiserver",
    });
  }

  async function judgeKeys(): Promise<Verdict> {
    const url = (await document())?.jwks_uri;
    if (url === undefined) return skipped(NO_DOCUMENT);
    return request(place(url), async (answer) => {
      const { keys } = ((await answer.json().catch(() => ({}))) ?? {}) as { keys?: unknown };
      if (Array.isArray(keys) && keys.length > 0) return ok(`${url}: ${keys.length === 1 ? "one key" : `${keys.length} keys`}`);
      return failed(`${url}: no keys`, { cause: "applications cannot tell KubeSphere's tokens from others", next: "npm run doctor" });
    });
  }
}

interface Discovery {
  readonly issuer?: string;
  readonly jwks_uri?: string;
}

const NO_FRONT_END = "the extension brings no front end";
const NO_DOCUMENT = "the issuer's discovery document cannot be relied on";

function nameCheck(host: string, url: string, { access }: Target, { overrides }: Network): Check {
  const given = addressFor(new URL(url), overrides);
  const run = async (): Promise<Verdict> => {
    if (given !== undefined) return ok(`${host} is taken for ${given}, as --resolve says`);
    const addresses = await addressesOf(host).catch(() => undefined);
    if (addresses === undefined) return failed(`${host} cannot be resolved`, unresolved(host, url, access));
    if ("nodeIP" in access && host.endsWith(".nip.io") && !addresses.includes(access.nodeIP))
      return failed(`${host} leads to ${addresses.join(", ")}, not to ${access.nodeIP}`, unresolved(host, url, access));
    return ok(`${host} leads to ${addresses.join(", ")}`);
  };
  return { what: `name ${host}`, run };
}
