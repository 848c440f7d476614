/**
 * Charts in an OCI registry, by the few requests of its specification that a chart takes: a manifest, two blobs, and the token that a
 * registry may want first (distribution.github.io/distribution/spec/auth/token). Helm's media types are those of HIP-6.
 */
import { text } from "stream/consumers";
import { basicAuthorization, trustOf, type ChartAccess } from "./chartAccess";
import { fetchWithin } from "./fetchWithin";
import type { StatedChart } from "./archiveStart";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.cncf.helm.config.v1+json";
const CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
/** In bytes, of a manifest, a chart's metadata or a token. */
const MAX_TEXT = 4 * 1024 * 1024;

/** A registry's answer that is not the thing asked for. */
export class RegistryAnswer extends Error {
  constructor(
    readonly status: number,
    statusText: string,
  ) {
    super(`${status} ${statusText}`.trim());
  }
}

/** Something that is no chart, or that nobody should answer. */
export class NoChart extends Error {}

/** A chart that a registry has. */
export interface OciChart {
  /** As its Chart.yaml says it; undefined where the registry has that not as Helm puts it there. */
  readonly stated: StatedChart | undefined;
  /** The packed chart. @throws RegistryAnswer; the error of Node's `http` */
  readonly archive: () => Promise<Response>;
}

/**
 * @param address `oci://host[:port]/path[:tag]`
 * @param version the tag where the address has none
 * @throws RegistryAnswer, NoChart; the error of Node's `http` where nobody answers
 */
export async function ociChart(address: string, version: string | undefined, access: ChartAccess, signal: AbortSignal): Promise<OciChart> {
  const { host, repository, tag } = ociReference(address, version);
  const ask = asking(`${access.plainHttp === true ? "http" : "https"}://${host}/v2/${repository}`, access, signal);
  const manifest = await jsonOf(await ask(`/manifests/${tag}`, MANIFEST));
  const layer = descriptors(manifest["layers"]).find(({ mediaType }) => mediaType === CHART);
  if (layer === undefined) throw new NoChart("the registry has something else than a Helm chart there");
  const [config] = descriptors([manifest["config"]]);
  const metadata = config?.mediaType === CONFIG ? await jsonOf(await ask(`/blobs/${config.digest}`, "*/*")) : undefined;
  return { stated: metadata && statedIn(metadata), archive: () => ask(`/blobs/${layer.digest}`, "*/*") };
}

/** Tags cannot hold a `+`: Helm writes `_`. */
export function ociReference(address: string, version: string | undefined): { host: string; repository: string; tag: string } {
  const [, host = "", path = ""] = /^oci:\/\/(?:[^/@]*@)?([^/]+)\/(.+)$/.exec(address) ?? [];
  const [repository = "", tag] = path.split(/:(?=[^/]*$)/);
  return { host, repository, tag: (tag ?? version ?? "").replaceAll("+", "_") };
}

type Ask = (path: string, accept: string) => Promise<Response>;

/** Asks without a login first, as the specification has it: the answer says of which kind it is to be. */
function asking(base: string, access: ChartAccess, signal: AbortSignal): Ask {
  let authorization: string | undefined;
  const once = (path: string, accept: string) => fetchWithin(base + path, { signal, accept, authorization, ...trustOf(access) });
  return async (path, accept) => {
    let response = await once(path, accept);
    if (response.status === 401 && authorization === undefined) {
      authorization = await answerTo(response.headers.get("www-authenticate") ?? "", base, access, signal);
      if (authorization !== undefined) {
        await response.body?.cancel();
        response = await once(path, accept);
      }
    }
    if (response.ok) return response;
    await response.body?.cancel();
    throw new RegistryAnswer(response.status, response.statusText);
  };
}

/** @param challenge as RFC 7235 has it @returns undefined where there is nothing to say to it */
async function answerTo(challenge: string, base: string, access: ChartAccess, signal: AbortSignal): Promise<string | undefined> {
  const login = basicAuthorization(access);
  if (!/^bearer\b/i.test(challenge)) return login;
  const { realm = "", ...asked } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  if (!URL.canParse(realm)) return login;
  const url = new URL(realm);
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && base.startsWith("http:"));
  if (!isSafe) throw new NoChart(`the registry sends for a token to ${url.origin}, without TLS`);
  for (const key of ["service", "scope"]) if (asked[key] !== undefined) url.searchParams.set(key, asked[key]);
  const response = await fetchWithin(url.href, { signal, authorization: login, ...trustOf(access) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new RegistryAnswer(response.status, response.statusText);
  }
  const { token, access_token: other } = await jsonOf(response);
  return typeof (token ?? other) === "string" ? `Bearer ${String(token ?? other)}` : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

async function jsonOf(response: Response): Promise<Fields> {
  if (Number(response.headers.get("content-length")) > MAX_TEXT) {
    await response.body?.cancel();
    throw new NoChart(`the registry answers with more than ${MAX_TEXT} bytes`);
  }
  try {
    return JSON.parse(await text(limited(response))) as Fields;
  } catch (error) {
    throw error instanceof SyntaxError ? new NoChart("the registry answers with something else than JSON") : error;
  }
}

async function* limited({ body }: Response): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_TEXT) throw new NoChart(`the registry answers with more than ${MAX_TEXT} bytes`);
    yield chunk;
  }
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
}

/** A digest is part of an address: nothing else than one. */
const descriptors = (found: unknown): Descriptor[] =>
  (Array.isArray(found) ? (found as unknown[]) : []).filter(
    (it): it is Descriptor =>
      typeof it === "object" && it !== null && /^sha\d+:[0-9a-f]+$/.test(String((it as Partial<Descriptor>).digest)),
  );

function statedIn({ version, appVersion }: Fields): StatedChart | undefined {
  if (typeof version !== "string") return undefined;
  return { version, ...(typeof appVersion === "string" && { appVersion }) };
}
