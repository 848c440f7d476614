#!/usr/bin/env node
// `luban`: installs the npm dependencies when they are missing or stale, bundles the command's TypeScript into the cache and runs it.
import { bundleOf, commands } from "./commands.cjs";
import { load } from "./launch/bundle.mjs";
import { cache, checkNode, checkout, goWhereTyped, makeReady } from "./launch/ready.mjs";

const WIDTH = Math.max(...Object.keys(commands).map((name) => name.length));
const HELP = `npx luban <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(WIDTH)}  ${summary}`)
  .join("\n")}

  --help   of a command: what it does, its options and its exit codes
  --json   of a command: the result for machines, on stdout

The sandbox is brought up by \`npm start\`, and \`npm run sandbox -- --help\` says more. Completions: source <(npx luban completion bash)
`;

const loaded = (name) => load(checkout, cache, bundleOf(name), name);

/** Each command's own description of its options, for completions. */
async function described() {
  const all = [];
  for (const [name, { summary }] of Object.entries(commands)) {
    const { commands: of } = await loaded(name);
    all.push({ name, summary, commands: of(checkout) });
  }
  return all;
}

async function main([name = "", ...args]) {
  checkNode();
  if (name === "--help" || name === "-h") return void process.stdout.write(HELP);
  if (!Object.hasOwn(commands, name)) {
    process.stderr.write(`${name === "" ? "no command" : `no command "${name}"`}\n${HELP}`);
    return 2;
  }
  await makeReady();
  const command = await loaded(name);
  goWhereTyped(name);
  return command.main(args, cache, checkout, name === "completion" ? await described() : []);
}

process.exitCode = await main(process.argv.slice(2));
