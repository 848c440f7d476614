/** Requests to an API server, and its answers: complete ones, and watches that go on. */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "http";
import { request as httpsRequest, type RequestOptions } from "https";
import { text } from "stream/consumers";
import { setTimeout as sleep } from "timers/promises";
import { putOffFor, REPEATS } from "../../kubesphere/cluster/putOff";

/** The API server's error message for a request that it refused. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(`HTTP ${status}: ${message}`);
  }
}

export interface Answer {
  readonly status: number;
  readonly said: string;
  readonly headers: IncomingHttpHeaders;
}

/** @throws the network's error if there is no answer */
export async function answer(url: string, options: RequestOptions, body: object | undefined): Promise<Answer> {
  const response = await responseTo(url, options, body);
  return { status: response.statusCode ?? 0, said: await text(response), headers: response.headers };
}

/** The lines of a watch, as they arrive, until the API server ends it. @throws {Refusal} @throws the network's error */
export async function* lines(url: string, options: RequestOptions): AsyncGenerator<string> {
  const response = await responseTo(url, options, undefined);
  const { statusCode: status = 0 } = response;
  if (status >= 300) throw refusal({ status, said: await text(response) });
  let rest = "";
  for await (const chunk of response.setEncoding("utf8")) {
    const parts = `${rest}${chunk as string}`.split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

/** @throws {Refusal} @throws the network's error */
export async function plainText(url: string, options: RequestOptions): Promise<string> {
  const { status, said } = await answer(url, options, undefined);
  if (status < 300) return said;
  throw refusal({ status, said });
}

const refusal = ({ status, said }: Pick<Answer, "status" | "said">) => new Refusal(status, parsed(said)?.message ?? said);

/** Repeats a request that the API server puts off. */
async function responseTo(url: string, options: RequestOptions, body: object | undefined): Promise<IncomingMessage> {
  for (let repeats = 0; ; repeats++) {
    const response = await firstResponseTo(url, options, body);
    const wait = putOffFor(response.statusCode, response.headers["retry-after"]);
    if (wait === undefined || repeats === REPEATS) return response;
    response.resume();
    await sleep(wait, undefined, options.signal ? { signal: options.signal } : {});
  }
}

const firstResponseTo = (url: string, options: RequestOptions, body: object | undefined): Promise<IncomingMessage> =>
  new Promise((done, fail) => {
    const request = url.startsWith("http:") ? httpRequest : httpsRequest;
    const headers = { ...(body && { "content-type": "application/json" }), ...options.headers };
    const asked = request(url, { method: body ? "POST" : "GET", ...options, headers }, done);
    // If a host has several addresses, the error is an AggregateError without a message of its own.
    asked.once("error", (error: NodeJS.ErrnoException) => fail(error.message ? error : new Error(error.code)));
    asked.end(body && JSON.stringify(body));
  });

/** @throws {Refusal} */
export function parsedAnswer<T>({ status, said }: Pick<Answer, "status" | "said">): T {
  const object = parsed(said) as (T & { message?: string }) | undefined;
  if (status < 300 && object !== undefined) return object;
  throw new Refusal(status, object?.message ?? "this is no Kubernetes API server");
}

function parsed(said: string): { message?: string } | undefined {
  try {
    return JSON.parse(said) as object;
  } catch {
    return undefined;
  }
}

/** How long a login and the API server's answer may take together, in milliseconds. */
const TIMEOUT = 15_000;

export async function inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${TIMEOUT / 1000} seconds`));
      end.abort();
    }, TIMEOUT);
  });
  try {
    return await Promise.race([work(end.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
