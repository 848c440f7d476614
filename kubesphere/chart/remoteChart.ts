/** Asks a chart's server before a run: Helm's provider would only say that the chart could not be downloaded. */
import { chartYamlAtStart, type StatedChart } from "./archiveStart";
import { optionsOf, basicAuthorization, hasAccess, shownAddress, type ChartAccess } from "./chartAccess";
import { ConfigurationError } from "../errors";
import { fetchWithin, RefusedRedirect } from "./fetchWithin";
import { NoChart, ociChart, RegistryAnswer } from "./ociRegistry";

/** A chart that is not on this machine. */
export interface RemoteChart extends ChartAccess {
  readonly chart: string;
  readonly repository?: string | undefined;
  readonly version?: string | undefined;
}

/** Where and how a mistake is told. */
export interface Telling {
  /** The configuration key of the chart, such as `kubesphere:ksCore.chart`. */
  readonly path: string;
  /** What may be done if the chart is not there. */
  readonly mend: string;
}

/** In bytes, packed: `helm package` writes Chart.yaml first. */
const CHART_YAML_WITHIN = 16 * 1024;

/** How long a server may take to send the first bytes of a chart, in milliseconds. */
const FETCH_TIMEOUT = 15_000;

/**
 * A repository is asked only for its index, and only where it has a login or a certificate of its own.
 * @returns what the chart says of itself; undefined if that is not known before Helm fetches it
 * @throws ConfigurationError if a server answers with something else than the chart, or not to this login
 */
export async function askForChart(remote: RemoteChart, telling: Telling): Promise<StatedChart | undefined> {
  const { chart, repository } = remote;
  if (repository !== undefined) {
    if (hasAccess(remote)) await askForIndex(repository, remote, telling);
    return undefined;
  }
  if (chart.startsWith("oci://")) return askRegistry(remote, telling);
  const start = await refuseWhatIsNoArchive(chart, telling, remote, CHART_YAML_WITHIN);
  return start && chartYamlAtStart(start);
}

/**
 * A vendor's address may answer with a web page; Helm would then report only a missing gzip header.
 * Reads only the first bytes. An address that cannot be reached from here is no error, since others fetch it:
 * Helm uses proxies that Node's fetch does not support, and KubeSphere has another network.
 * @param wanted how many of the archive's first bytes are read
 * @returns the first bytes; undefined if no server answers
 * @throws ConfigurationError if a server answers at the address with something else than an archive.
 */
export async function refuseWhatIsNoArchive(
  url: string,
  telling: Telling,
  access: ChartAccess = {},
  wanted = 2,
): Promise<Buffer | undefined> {
  const response = await answering(() => get(url, access), { ...telling, access, address: url, what: "a chart archive" });
  if (response === undefined) return undefined;
  const start = await startOf(response, wanted);
  if (start[0] !== 0x1f || start[1] !== 0x8b) {
    const type = response.headers.get("content-type") ?? "something else";
    throw refused(telling, url, `a gzip archive (.tgz); the server answered with ${type}`);
  }
  return start;
}

async function askForIndex(repository: string, access: ChartAccess, telling: Telling): Promise<void> {
  const url = new URL(repository);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/index.yaml`;
  const path = telling.path.replace(/chart$/, "repository");
  const asked = { ...telling, path, access, address: repository, what: "a Helm repository, which has an index.yaml" };
  const response = await answering(() => get(url.href, access), asked);
  await response?.body?.cancel();
}

async function askRegistry({ chart, version, ...access }: RemoteChart, telling: Telling): Promise<StatedChart | undefined> {
  const asked = {
    ...telling,
    access,
    address: chart,
    what: version === undefined ? "a chart that is there" : `a chart that has the version ${version}`,
  };
  const found = await answering(() => ociChart(chart, version, access, AbortSignal.timeout(FETCH_TIMEOUT)), asked);
  return found?.stated;
}

const get = async (url: string, access: ChartAccess): Promise<Response> => {
  const signal = AbortSignal.timeout(FETCH_TIMEOUT);
  const response = await fetchWithin(url, { signal, ...optionsOf(access) });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new RegistryAnswer(response.status, response.statusText);
};

interface Asked extends Telling {
  readonly access: ChartAccess;
  readonly address: string;
  /** What is allowed there. */
  readonly what: string;
}

/** @returns undefined if nobody answers */
async function answering<T>(ask: () => Promise<T>, asked: Asked): Promise<T | undefined> {
  const { access, address, what } = asked;
  try {
    return await ask();
  } catch (error) {
    const { message, code = "" } = error as NodeJS.ErrnoException;
    // Helm would follow it.
    if (error instanceof RefusedRedirect) throw refused(asked, address, `an address that leads to a chart; ${message}`);
    if (error instanceof NoChart) throw refused(asked, address, `${what}; ${message}`);
    if (error instanceof RegistryAnswer)
      throw [401, 403].includes(error.status) ? notLetIn(asked, error) : refused(asked, address, `${what}; the server answered ${message}`);
    if (code === "EPROTO" && address.startsWith("oci://") && /wrong version number|packet length|http request/i.test(message))
      throw refused(
        asked,
        address,
        "a registry with TLS; this one answers without",
        `Set ${beside(asked, "plainHttp")} to true if that is meant: whoever is in between can read the login.`,
      );
    // Without a bundle of its own, Helm takes the system's authorities, and Node has a list of its own.
    if (access.caBundle !== undefined && isUntrusted(code))
      throw new ConfigurationError({
        path: beside(asked, "caBundle"),
        given: "[certificates]",
        allowed: `the certificate of the authority that ${hostOf(address)} is signed by; ${message}`,
        mend: `\`openssl s_client -showcerts -connect ${hostOf(address)}\` shows what it presents`,
      });
    return undefined;
  }
}

const isUntrusted = (code: string) => /CERT|^UNABLE_TO|ISSUER/.test(code);

function notLetIn(asked: Asked, { message }: RegistryAnswer): ConfigurationError {
  const [user, password] = [beside(asked, "username"), beside(asked, "password")];
  if (basicAuthorization(asked.access) === undefined)
    return refused(
      asked,
      asked.address,
      `${asked.what}, for everybody; the server answered ${message}`,
      `Set ${user}, and the password as a secret: \`pulumi config set --secret --path '${password}'\`.`,
    );
  return new ConfigurationError({
    path: password,
    given: "[not shown]",
    allowed: `a login that may read ${shownAddress(asked.address)}; the server answered ${message}`,
    mend: `Correct ${user}, or set the password or token anew: \`pulumi config set --secret --path '${password}'\`.`,
  });
}

/** A key beside that of the chart. */
const beside = ({ path }: Telling, key: keyof ChartAccess) => path.replace(/\w+$/, key);

const hostOf = (address: string) => /^\w+:\/\/(?:[^/@]*@)?([^/]+)/.exec(address)?.[1] ?? address;

const refused = ({ path, mend }: Telling, address: string, allowed: string, other = mend) =>
  new ConfigurationError({ path, given: shownAddress(address), allowed, mend: other });

async function startOf(response: Response, wanted: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop early cancels the download.
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).length;
      if (length >= wanted || isNoGzip(chunks)) break;
    }
  } catch (error) {
    // Whether it is an archive the first two bytes say; what more there is to read is of use and no more.
    if (length < 2) throw error;
  }
  return Buffer.concat(chunks).subarray(0, wanted);
}

/** What is no archive may go on for ever. */
const isNoGzip = ([first]: readonly Uint8Array[]) => first?.[0] !== 0x1f;
