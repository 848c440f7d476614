/** Whether a browser on this machine gets from a name to 127.0.0.1, where everything of the sandbox answers. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** A resolver that cannot be reached keeps one waiting for much longer. */
const TIMEOUT_MS = 3000;

/** A name's addresses, as this machine's resolver has them; @throws the resolver's error */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** @returns why a browser does not get there, in words; undefined where it does */
export async function obstacle(host: string, resolve: Resolve = resolved): Promise<string | undefined> {
  // Browsers know by themselves where these lead, whatever the resolver says.
  if (host === "localhost" || host.endsWith(".localhost")) return undefined;
  const addresses = isIP(host) ? [host] : await resolve(host).catch((error: Error) => reasonOf(host, error));
  if (typeof addresses === "string") return addresses;
  return addresses.includes("127.0.0.1") ? undefined : `${host} leads to ${addresses.join(", ")} on this machine, not to 127.0.0.1`;
}

const reasonOf = (host: string, { message, ...error }: Error & { code?: string }) =>
  error.code === "ENOTFOUND" || error.code === "ENODATA"
    ? `this machine's resolver does not know ${host}`
    : `this machine's resolver does not say where ${host} leads (${error.code ?? message})`;

async function resolved(host: string): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  try {
    return (await Promise.race([lookup(host, { all: true }), late])).map(({ address }) => address);
  } finally {
    clearTimeout(timer);
  }
}
