/** The command line: `cli.mjs <checkout> <cache> <start|sandbox> [command] [options]`, run by `sandbox/run.mjs`. */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { down, env, reset, start, status, up } from "./commands.js";
import { DEFAULT_NAME, sandboxPaths } from "./paths.js";
import { Failure, freeMebibytes, say, usageError } from "./report.js";
import { zones, type Zone } from "./settings.js";

const FULL_MEBIBYTES = 8;

const USAGE = `npm start [-- options]                    bring the whole stack up and check it
npm run sandbox -- up [options]           the control plane and what belongs to it, without a deployment
npm run sandbox -- down                   stop it; its state stays
npm run sandbox -- reset                  stop it and delete its state; tools stay
npm run sandbox -- status [--json]        what runs
npm run sandbox -- env [--json]           variables for a shell: eval "$(npm run -s sandbox -- env)"

  --name NAME           which sandbox (default: $KUBESPHERE_SANDBOX_NAME, else "${DEFAULT_NAME}")
  --ingress-port PORT   NodePort and host port of the ingress controller (start and up; default 30888)
  --console-port PORT   the same for the console (start and up; default 30880)
  --names ZONE          what the extensions' names end in: ${zones.join(" or ")} (start and up; kept until reset; default: nip.io
                        where this machine resolves its names, else localhost, which every browser knows)
  --member              a second control plane, to be joined as a member cluster (start and up; it stays until reset)`;

const flags = {
  name: { type: "string" },
  "ingress-port": { type: "string" },
  "console-port": { type: "string" },
  names: { type: "string" },
  member: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** The flags, besides `--name` and `--help`, that each command knows. */
const commands: Readonly<Record<string, readonly (keyof typeof flags)[]>> = {
  start: ["ingress-port", "console-port", "names", "member"],
  up: ["ingress-port", "console-port", "names", "member"],
  down: [],
  reset: [],
  status: ["json"],
  env: ["json"],
};

async function main([checkout = "", cache = "", entry = "", ...args]: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  const [command = "", ...rest] = entry === "start" ? ["start", ...positionals] : positionals;
  const known = commands[command];
  if (!known || (command === "start" && entry !== "start"))
    throw usageError(`${command ? `no command "${command}"` : "no command"}\n${USAGE}`);
  if (rest.length > 0) throw usageError(`${command} takes no "${rest.join(" ")}"\n${USAGE}`);
  const strange = Object.keys(values).find((flag) => flag !== "name" && !known.some((name) => name === flag));
  if (strange) throw usageError(`${command} has no option --${strange}\n${USAGE}`);

  const roots = { checkout, cache, bundle: dirname(process.argv[1] ?? "") };
  const paths = sandboxPaths(roots, values.name ?? (process.env.KUBESPHERE_SANDBOX_NAME || DEFAULT_NAME));
  const options = {
    ...port(values, "ingress-port", "ingressPort"),
    ...port(values, "console-port", "consolePort"),
    ...zone(values.names),
    ...(values.member && { member: true }),
  };
  const json = values.json ?? false;
  if (command === "start") await start(paths, options);
  else if (command === "up") await up(paths, options);
  else if (command === "down") await down(paths);
  else if (command === "reset") await reset(paths);
  else if (command === "status") await status(paths, json);
  else env(paths, json);
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: true });
  } catch (error) {
    throw usageError(`${(error as Error).message}\n${USAGE}`);
  }
}

function zone(given: string | undefined): { readonly zone?: Zone } {
  if (given === undefined) return {};
  const known = zones.find((it) => it === given);
  if (known === undefined) throw usageError(`--names ${given}: give ${zones.join(" or ")}`);
  return { zone: known };
}

function port<Key extends string>(values: Partial<Record<string, unknown>>, flag: string, key: Key): Partial<Record<Key, number>> {
  const text = values[flag];
  return text === undefined ? {} : ({ [key]: Number(text) } as Record<Key, number>);
}

// Whatever the sandbox and the programs that it starts write is the user's alone: kwokctl leaves keys, and etcd's log Secrets, to everybody.
process.umask(0o077);
main(process.argv.slice(2)).catch((error: unknown) => {
  const isTold = error instanceof Failure || (error as NodeJS.ErrnoException).code === "ENOSPC";
  say(isTold ? (error as Error).message : error instanceof Error ? (error.stack ?? error.message) : String(error));
  // What breaks on a full disk speaks of everything but that.
  const [, cache = ""] = process.argv.slice(2);
  if (freeMebibytes(cache) < FULL_MEBIBYTES) say(`the disk of ${cache} is full: free some space, then run the same command again`);
  process.exitCode = error instanceof Failure ? error.exitCode : 1;
});
