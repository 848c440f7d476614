/** `luban adopt`: takes what was made by hand into a stack's state. */
import { resolve } from "path";
import { ask } from "../shared/ask";
import { nameOf } from "../shared/cluster";
import { command } from "../shared/command";
import { writeWhole } from "../shared/files";
import { runCommand } from "../shared/main";
import { revealedPreview } from "../shared/preview";
import { exportState, openStack, stackCluster } from "../shared/pulumi";
import { settingsToTake, type Setting } from "./configuration";
import { mark, unmarked } from "./marks";
import { remaining } from "./remaining";
import { adopted, plan } from "./report";
import { managedBy, type ExportedState } from "./state";
import { survey, type Survey } from "./survey";
import { carryOut, tryOut } from "./undertaking";
import { printable } from "../shared/text/terminal";
import { maskLogins } from "../shared/urls";

const HELP = `[--stack STACK] [--yes] [--file FILE] [--json]

Looks which of the stack's objects and Helm releases a cluster has already, made by hand, and takes them into the stack's state, so that
\`pulumi up\` goes on from there; also after one that ended half-way with "already exists". Of the configuration it sets the secrets that
are in use and not the stack's own already: logins and applications go on working. Then it previews, and says of each remaining change
whether it leaves the cluster as it is. Nothing is changed in the cluster but a mark on what is the stack's now (the annotation
kubesphere-luban/adopted), by which later runs know it; before you agree, nothing at all; and all of it is tried out before anything is
written.

  --stack STACK  default: the selected one
  --yes          adopt without asking; without a terminal it is only shown otherwise
  --file FILE    write the import file there too, for \`pulumi import --file\`
  --json         for machines

Exit codes: 0 adopted, or nothing to adopt, and what remains is harmless; 2 shown only, or adopted and the next up changes something;
1 it failed.`;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: { stack: { type: "string" }, yes: { type: "boolean", default: false }, file: { type: "string" } },
    usageCode: 1,
    words: [0, 0],
    async run({ values, progress }) {
      const stack = openStack(values.stack, checkout);
      const cluster = await stackCluster(stack);
      progress.now("comparing the cluster with what the stack would create");
      const state = await exportState<ExportedState>(stack);
      const managed = managedBy(state);
      const settings = await settingsToTake(stack, cluster, managed);
      let surveyed = await survey(stack, cluster);
      const known = (await unmarked(cluster, state)).map(nameOf);
      const isSettled = surveyed.found.length === 0 && known.length === 0;
      if (!isSettled) {
        progress.now("");
        const shown = plan(surveyed, settings, known);
        if (!values.yes) process.stderr.write(`${printable(maskLogins(shown))}\n`);
        if (!values.yes && !(await ask("Adopt it?")))
          return {
            text: "nothing was adopted: run it with --yes",
            json: { adopted: [], ...asJson(surveyed, settings, known) },
            exitCode: 2,
          };
      }
      if (surveyed.found.length > 0) {
        progress.now("trying it out");
        surveyed = await tryOut(stack, cluster, checkout, { surveyed, settings });
        if (values.file !== undefined) await writeWhole(resolve(values.file), `${JSON.stringify(surveyed.file, undefined, 2)}\n`);
        progress.now(`importing ${surveyed.found.length} resources`);
        await carryOut(stack, checkout, { surveyed, settings });
      }
      progress.now("marking what is the stack's");
      const refused = isSettled ? [] : await mark(cluster, await unmarked(cluster, await exportState<ExportedState>(stack)));
      progress.now("looking at what remains");
      const left = await remaining(cluster, await revealedPreview(stack));
      return {
        text: adopted(surveyed, settings, { known, refused, left }),
        json: { adopted: surveyed.found, ...asJson(surveyed, settings, known), unmarked: refused, remaining: left },
        exitCode: left.every(({ harmless }) => harmless !== undefined) ? 0 : 2,
      };
    },
  });

const asJson = ({ found, missing, strangers }: Survey, settings: readonly Setting[], known: readonly string[]) => ({
  found,
  known,
  missing,
  strangers,
  settings: settings.map(({ path, isSecret, why }) => ({ path, isSecret, why })),
});

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("adopt", commands(checkout), args, cache);
