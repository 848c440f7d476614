/** `luban oidc-app`: the sample application on the OAuth client of a stack. */
import { spawn } from "child_process";
import { createServer, type Server } from "http";
import { createApp } from "./app";
import { connect } from "./provider";
import { isBeyondDns } from "../../sandbox/src/sim/strangers";
import { openStack } from "../shared/pulumi";
import { SECRET_VARIABLE, outputsOf, settingsOfFlags, settingsOfStack, type Flags, type Settings } from "./settings";
import { command, Failure } from "../shared/command";
import { runCommand } from "../shared/main";
import { printable } from "../shared/text/terminal";
import { maskLogins } from "../shared/urls";

const HELP = `[--stack STACK] [--client NAME] [--redirect URI] [--listen HOST:PORT] [--issuer URL] [--open]
  A sample application that has its users log in at KubeSphere, and shows the claims of who did. It serves until Ctrl-C.

  --stack STACK      the stack to which the OAuth client belongs (default: the selected one)
  --client NAME      the OAuth client (default: the stack's only one)
  --redirect URI     which of its redirect URIs (default: the first that leads to this machine, else the first)
  --listen HOST:PORT where to listen, if the redirect URI's host and port are not this machine's
  --issuer URL       KubeSphere's OAuth issuer; with it no stack is asked, and the secret is in $${SECRET_VARIABLE}
  --open             open the browser

  Exit codes: 0 ended, 1 it could not be begun, 2 the command line is wrong.`;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: {
      stack: { type: "string" },
      client: { type: "string" },
      redirect: { type: "string" },
      listen: { type: "string" },
      issuer: { type: "string" },
      open: { type: "boolean" },
    },
    words: [0, 0],
    async run({ values }) {
      const { server, address, listen } = await begun(values, checkout);
      say(`open ${address} to log in (listening on ${listen.host}:${listen.port})`);
      if (values.open) openBrowser(address);
      await new Promise<void>((ended) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, ended);
      });
      server.close();
      server.closeAllConnections();
      return undefined;
    },
  });

/**
 * Serves until the process is asked to end.
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("oidc-app", commands(checkout), args, cache);

const say = (line: string) => process.stderr.write(`${printable(maskLogins(line))}\n`);

/** Whatever keeps it from beginning is told in one line. */
async function begun(options: Flags & { stack?: string }, checkout: string) {
  try {
    const settings = await readSettings(options, checkout);
    return { ...(await serve(settings, say)), listen: settings.listen };
  } catch (error) {
    throw error instanceof Failure ? error : new Failure((error as Error).message);
  }
}

const readSettings = async ({ stack, ...flags }: Flags & { stack?: string }, checkout: string): Promise<Settings> =>
  flags.issuer === undefined
    ? settingsOfStack(flags, await outputsOf(openStack(stack, checkout)))
    : settingsOfFlags(flags, process.env[SECRET_VARIABLE]);

/** @returns the server, and where a browser starts */
export async function serve(settings: Settings, log: (line: string) => void): Promise<{ server: Server; address: string }> {
  const app = createApp(await connect(settings), settings.redirectUri, log);
  const server = createServer((request, response) => {
    if (!isOwn(request.headers.host, settings)) {
      const mend = `ask for ${settings.redirectUri.origin}, or name the host that a proxy sends in --listen`;
      response.writeHead(421, { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" });
      response.end(`421 Misdirected Request: this is none of the application's names; ${mend}\n`);
      return;
    }
    app({ url: request.url ?? "/", cookie: request.headers.cookie }).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) => {
        log(`internal error: ${String(error)}`);
        response.writeHead(500, { "content-type": "text/plain" }).end("Internal error\n");
      },
    );
  });
  const { host, port } = settings.listen;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new Error(whyNot(error, settings)))).listen(port, host, resolve);
  });
  return { server, address: new URL("/", settings.redirectUri).href };
}

/** A name of somebody else's that leads here would make their page one of the application's. */
function isOwn(host = "", { redirectUri, listen }: Settings): boolean {
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : "";
  return name === redirectUri.hostname || name === listen.host || isBeyondDns(name);
}

function whyNot(error: Error, { listen: { host, port }, redirectUri }: Settings): string {
  const code = "code" in error ? error.code : undefined;
  const mend =
    code === "EADDRINUSE"
      ? "another program listens there; end it, or name another redirect URI of the client in --redirect"
      : code === "EADDRNOTAVAIL" || code === "ENOTFOUND"
        ? `it is no address of this machine; run this on the machine of ${redirectUri.host}, name one of its own addresses in --listen, or another redirect URI of the client in --redirect`
        : error.message;
  return `${host}:${port} cannot be listened on: ${mend}`;
}

/** Where there is none, the address has been told. */
function openBrowser(url: string): void {
  const command = process.platform === "darwin" ? "open" : "xdg-open";
  spawn(command, [url], { stdio: "ignore", detached: true })
    .once("error", () => undefined)
    .unref();
}
