/** An adoption is tried out before anything of the stack is written; what fails all the same is taken back. */
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { stackFilePath } from "../../settings/stackFile";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { Failure } from "../shared/command";
import type { Cluster } from "../shared/cluster";
import { existing } from "../shared/files";
import { preview } from "../shared/preview";
import { exportState, stackName, stackOn, succeeded, type Stack } from "../shared/pulumi";
import { take, type Setting } from "./configuration";
import { replacing, withInputs, type ExportedState } from "./state";
import { survey, type Survey } from "./survey";
import { together } from "../../kubesphere/parallel";

const FLAGS = ["--generate-code=false", "--protect=false", "--suppress-outputs"];

/**
 * The settings in a copy of the stack's file, and the engine's own preview of the import with them.
 *
 * @param checkout the folder of Pulumi.yaml
 * @returns what will be adopted: a client's Secret goes by the name that the configuration will give it
 * @throws Failure when it would fail; then nothing was written
 */
export async function tryOut(
  stack: Stack,
  cluster: Cluster,
  checkout: string,
  { surveyed, settings }: { readonly surveyed: Survey; readonly settings: readonly Setting[] },
): Promise<Survey> {
  return inFolder(async (folder) => {
    const copy = join(folder, "Pulumi.adopt.yaml");
    const configured = await existing(await stackFile(stack, checkout));
    if (configured !== undefined) await writeFile(copy, configured, { mode: 0o600 });
    const trial = stackOn({ ...stack, run: (args, input) => stack.run([...args, "--config-file", copy], input) });
    await take(trial, settings);
    const wanted = settings.some(({ isSecret }) => !isSecret) ? await survey(trial, cluster) : surveyed;
    const importFile = await written(folder, wanted);
    succeeded("pulumi import, tried out first,", await trial.run(["import", "--file", importFile, "--preview-only", ...FLAGS]));
    return wanted;
  });
}

/** @throws Failure when it fails; then configuration and state are as they were */
export async function carryOut(
  stack: Stack,
  checkout: string,
  { surveyed, settings }: { readonly surveyed: Survey; readonly settings: readonly Setting[] },
): Promise<void> {
  const file = await stackFile(stack, checkout);
  const [configured, state] = await together([existing(file), exportState<ExportedState>(stack)]);
  try {
    await take(stack, settings);
    await runImport(stack, surveyed);
  } catch (error) {
    if (configured !== undefined) await writeFile(file, configured);
    await importState(stack, state);
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${error.message}\nNothing was adopted: configuration and state are as they were.`);
  }
}

const stackFile = async (stack: Stack, checkout: string): Promise<string> =>
  stackFilePath((await stackName(stack)).split("/").at(-1) ?? "", checkout, stack.env);

async function runImport(stack: Stack, surveyed: Survey): Promise<void> {
  await inFolder(async (folder) => {
    succeeded("pulumi import", await stack.run(["import", "--file", await written(folder, surveyed), "--yes", "--skip-preview", ...FLAGS]));
  });
  const properties = replacing((await preview(stack)).steps);
  if (properties.size > 0) await importState(stack, withInputs(await exportState<ExportedState>(stack), properties));
}

const importState = (stack: Stack, state: ExportedState): Promise<void> =>
  inFolder(async (folder) => {
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify(state), { mode: 0o600 });
    succeeded("pulumi stack import", await stack.run(["stack", "import", "--file", file]));
  });

async function written(folder: string, { file }: Survey): Promise<string> {
  const path = join(folder, "import.json");
  await writeFile(path, JSON.stringify(file), { mode: 0o600 });
  return path;
}

/** Of the user's own: configuration and state are nobody else's business. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder("adopt");
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
