/** Asks the URLs of the deployed stack, each at 127.0.0.1 with its own Host header: public DNS may not be there. */
import { request, type IncomingMessage } from "node:http";
import { request as requestTls } from "node:https";
import { Failure } from "./report.js";
import { waitUntil } from "./processes.js";
import type { StackOutputs } from "./stack.js";

export interface CheckedUrl {
  readonly what: string;
  readonly url: string;
}

// An answer comes at once when all is well; an entry follows the cluster's objects within moments.
const TIMEOUT_MS = 15_000;

export function urlsOf({ consoleUrl, extensions }: StackOutputs): readonly CheckedUrl[] {
  const ofExtensions = Object.entries(extensions).flatMap(([name, { url, bundleUrl }]) => [
    { what: `extension ${name}`, url },
    { what: `${name}'s bundle`, url: bundleUrl },
  ]);
  // An operator, an exporter and the like have none.
  return [{ what: "console", url: consoleUrl }, ...ofExtensions.flatMap(({ what, url }) => (url === undefined ? [] : [{ what, url }]))];
}

/**
 * @param hints asked when something is wrong: what the simulator says of itself
 * @throws Failure that names each URL that does not answer with success
 */
export async function checkUrls(urls: readonly CheckedUrl[], hints: () => readonly string[]): Promise<void> {
  const answers = await Promise.all(
    urls.map(async ({ what, url }) => {
      let last = "";
      const isGood = await waitUntil(async () => (last = await ask(url)) === "", TIMEOUT_MS, 200);
      return isGood ? undefined : `  ${what} ${url}: ${last}`;
    }),
  );
  const bad = answers.filter((answer) => answer !== undefined);
  if (bad.length > 0) throw new Failure(["these URLs of the stack do not answer as they should:", ...bad, ...hints()].join("\n"));
}

/** "" for an answer below 400, else what is wrong. */
function ask(url: string): Promise<string> {
  const { protocol, host, hostname, port, pathname, search } = new URL(url);
  const isTls = protocol === "https:";
  return new Promise((answer) => {
    const options = { host: "127.0.0.1", port: port || (isTls ? 443 : 80), path: pathname + search, headers: { host }, timeout: 3000 };
    // Whether it answers is asked here, not who trusts its certificate.
    const tls = { servername: hostname, rejectUnauthorized: false };
    const answered = (response: IncomingMessage) => {
      response.resume();
      answer((response.statusCode ?? 500) < 400 ? "" : `HTTP ${response.statusCode}`);
    };
    const asked = isTls ? requestTls({ ...options, ...tls }, answered) : request(options, answered);
    asked.once("timeout", () => asked.destroy(new Error("no answer")));
    asked.once("error", (error) => answer(error.message));
    asked.end();
  });
}
