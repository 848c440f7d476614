/** The checks of a stack, in the order in which a person would look. */
import { isIP } from "net";
import { discoveryUrl } from "../../kubesphere/urls";
import { wildcardAddresses } from "../../kubesphere/login/wildcardDns";
import { endless, LOOK_AT_STACK, unresolved } from "./causes";
import { failed, ok, skipped, type Check, type Verdict } from "./check";
import { extensionChecks } from "./extensionChecks";
import { addressesOf, addressFor, fetcher, isLoopbackName, type Network } from "./http";
import { administratorOf, logIn } from "./login";
import { memberChecks } from "./memberChecks";
import { shownUrl, type Page } from "./page";
import { requests, way } from "./requests";
import type { Target } from "./target";

export function checksOf(target: Target, network: Network): readonly Check[] {
  const ask = fetcher(network);
  const { consoleUrl, issuer, extensions } = target;
  const asking = requests(ask, target);
  const { place, request, open } = asking;
  const administrator = administratorOf(target, ask);

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
    { what: "console", run: () => open(place(consoleUrl), judgeConsole) },
    ...extensions.flatMap((extension) => extensionChecks(extension, consoleUrl, asking)),
    { what: "issuer", run: () => request(discovery, () => judgeIssuer()) },
    { what: "keys", run: judgeKeys },
    { what: "login", run: async () => ((await document())?.issuer === issuer ? logIn(target, ask, administrator) : skipped(NO_DOCUMENT)) },
    ...memberChecks(target, asking, administrator),
  ];

  function judgeConsole({ url, answer: { status }, onward }: Page): Verdict {
    if (onward?.hostname === url.hostname)
      return failed(`${consoleUrl} redirects without an end, last to ${shownUrl(onward)}`, endless(consoleUrl));
    return ok(`${way(consoleUrl, url)}: HTTP ${status}${onward === undefined ? "" : ` to ${shownUrl(onward)}`}`);
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
      return failed(`${url}: no keys`, { cause: "applications cannot tell KubeSphere's tokens from others", next: LOOK_AT_STACK });
    });
  }
}

interface Discovery {
  readonly issuer?: string;
  readonly jwks_uri?: string;
}

const NO_DOCUMENT = "the issuer's discovery document cannot be relied on";

function nameCheck(host: string, url: string, { access }: Target, { overrides }: Network): Check {
  const given = addressFor(new URL(url), overrides);
  const run = async (): Promise<Verdict> => {
    if (given !== undefined) return ok(`${host} is taken for ${given}, as --resolve says`);
    if (isLoopbackName(host)) return ok(`${host} is the machine that asks, as browsers have it`);
    const addresses = await addressesOf(host).catch(() => undefined);
    if (addresses === undefined) return failed(`${host} cannot be resolved`, unresolved(host, url, access));
    const [named, ...others] = wildcardAddresses(host) ?? [];
    if (named !== undefined && ![named, ...others].some((it) => addresses.includes(it)))
      return failed(`${host} leads to ${addresses.join(", ")}, not to ${named}`, unresolved(host, url, access));
    return ok(`${host} leads to ${addresses.join(", ")}`);
  };
  return { what: `name ${host}`, run };
}
