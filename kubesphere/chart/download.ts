/** Downloads packages, with limits, and with errors that quote the server's answer. */
import { createWriteStream } from "fs";
import { pipeline } from "stream/promises";
import { ConfigurationError } from "../errors";
import { optionsOf, basicAuthorization, type ChartAccess } from "./chartAccess";
import { fetchWithin } from "./fetchWithin";
import { ociChart, RegistryAnswer } from "./ociRegistry";

/** The limit for a whole download, in milliseconds. */
const TIMEOUT = 60_000;
/** The limit for a packed file, in bytes; the limit for its unpacked size is checked when it is read. */
const MAX_SIZE = 100 * 1024 * 1024;
const TOO_LARGE = `what the server sends is larger than ${MAX_SIZE} bytes`;

/**
 * @param url http(s), or `oci://…:1.2.3`
 * @param file the target file; if this throws, it may be incomplete
 * @throws ConfigurationError if the server does not answer in time with a gzip file of at most this size
 */
export async function download(url: string, file: string, access: ChartAccess = {}): Promise<void> {
  // Errors show the address, which must not hold a secret.
  const plain = url.replace(/\/\/[^/]*@/, "//");
  if (plain !== url) throw refused(plain, "without user name and password, which KubeSphere would not send");
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    const response = await answer(url, access, signal);
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw answered(url, access, new RegistryAnswer(response.status, response.statusText));
    }
    if (Number(response.headers.get("content-length")) > MAX_SIZE) {
      await response.body.cancel();
      throw refused(url, TOO_LARGE);
    }
    await pipeline(response.body, (chunks: AsyncIterable<Uint8Array>) => checked(url, response, chunks), createWriteStream(file), {
      signal,
    });
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    if (error instanceof RegistryAnswer) throw answered(url, access, error);
    if (signal.aborted) throw refused(url, `it took longer than ${TIMEOUT / 1000} s`);
    const { code, message } = error as NodeJS.ErrnoException;
    throw refused(url, code === "ECONNRESET" ? "the connection broke off" : message);
  }
}

const answer = async (url: string, access: ChartAccess, signal: AbortSignal): Promise<Response> =>
  url.startsWith("oci://")
    ? (await ociChart(url, undefined, access, signal)).archive()
    : fetchWithin(url, { signal, ...optionsOf(access) });

/** Who is not let in with a login has to hear of the login, and not of the address. */
const answered = (url: string, access: ChartAccess, { status, message }: RegistryAnswer): ConfigurationError =>
  [401, 403].includes(status) && basicAuthorization(access) !== undefined
    ? new ConfigurationError({
        path: "password",
        given: "[not shown]",
        allowed: `a login that may read ${url}; the server answered ${message}`,
        mend: "Correct `username`, or set the password or token anew with `pulumi config set --secret --path`.",
      })
    : refused(url, `the server answered ${message}`);

async function* checked(url: string, response: Response, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const head: number[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (head.length < 2) {
      head.push(...chunk.subarray(0, 2 - head.length));
      if (head[0] !== 0x1f || (head.length === 2 && head[1] !== 0x8b))
        throw refused(url, `the server answered with ${response.headers.get("content-type") ?? "something else"}, which is no gzip`);
    }
    size += chunk.length;
    if (size > MAX_SIZE) throw refused(url, TOO_LARGE);
    yield chunk;
  }
  if (head.length < 2) throw refused(url, "the server's answer is empty");
}

const refused = (url: string, what: string) =>
  new ConfigurationError({
    path: "chartURL",
    given: url,
    allowed: `the address of a packed extension (.tgz); ${what}`,
    mend: "Check the address, from the cluster too, which fetches it as well; or name a mirror, or the package on disk as `source`.",
  });
