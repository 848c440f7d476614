/** Workflows run by act (https://nektosact.com) on this machine, without a container: each job has a folder of its own. */
import { writeFileSync } from "fs";
import { homedir } from "os";
import { join, resolve } from "path";
import { sharedPaths } from "../../sandbox/src/paths";
import { getTools } from "../../sandbox/src/tools";
import { act } from "../../sandbox/src/tools/catalogue";
import { CHECKOUT, run } from "../support/sandbox";

export interface Run {
  readonly event: "push" | "pull_request" | "schedule";
  readonly workflow: string;
  /** What GitHub tells of the event. */
  readonly payload?: object;
  readonly vars?: Readonly<Record<string, string>>;
  /** Beside the runner's. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Only this job and those that it needs. */
  readonly job?: string;
  /** The label of the only machine that there is. */
  readonly machine?: string;
  readonly actor?: string;
}

export interface Outcome {
  /** Of jobs and of each of a matrix, by its name; those that did not run are not there. */
  readonly jobs: Readonly<Record<string, "success" | "failure">>;
  /** All that act has printed. */
  readonly log: string;
}

export interface Runner {
  /** act's path. */
  readonly executable: string;
  /** The repository, at the commit that the event is about. */
  readonly repository: string;
  /** Where jobs have their folders. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The address of GitHub's API. */
  readonly api: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** Arguments for stand-ins. */
  readonly actions: readonly string[];
}

/** @returns act's path; got as the sandbox's tools are */
export async function getAct(): Promise<string> {
  const cache =
    process.env["KUBESPHERE_SANDBOX_HOME"] || join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubesphere-luban");
  const { paths } = await getTools(sharedPaths({ checkout: CHECKOUT, cache: resolve(cache), bundle: "" }), [act]);
  return paths["act"] as string;
}

let runs = 0;

export async function runWorkflow(runner: Runner, given: Run): Promise<Outcome> {
  const { event, workflow, payload = {}, vars = {}, secrets = {}, job, machine = "ubuntu-latest", actor = "ann" } = given;
  const file = join(runner.folder, `event-${runs++}.json`);
  writeFileSync(file, JSON.stringify(payload));
  // By a file: what stands on a command line is everybody's to read.
  const secretFile = `${file}.secrets`;
  writeFileSync(
    secretFile,
    Object.entries({ ...runner.secrets, ...secrets })
      .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
      .join(""),
    { mode: 0o600 },
  );
  const env = { GITHUB_API_URL: runner.api, GITHUB_REPOSITORY: "me/it" };
  const { code, stdout, stderr } = await run(
    runner.executable,
    [
      ...[
        event,
        "--actor",
        actor,
        "--json",
        "--directory",
        runner.repository,
        "--workflows",
        `.github/workflows/${workflow}`,
        "--eventpath",
        file,
      ],
      ...["--secret-file", secretFile, "--var-file", "/dev/null", "--env-file", "/dev/null", "--input-file", "/dev/null"],
      ...["--action-cache-path", join(runner.folder, "jobs"), "--no-cache-server", "--no-skip-checkout", "--pull=false"],
      ...["--platform", `${machine}=-self-hosted`],
      ...Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}=${value}`]),
      ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...(job === undefined ? [] : ["--job", job]),
      ...runner.actions,
    ],
    { cwd: runner.repository, env: { ...runner.env, ACT_DISABLE_VERSION_CHECK: "1" } },
  );
  // What act itself finds wrong leaves no job that could fail.
  if (code !== 0 && !stdout.includes('"jobResult":"failure"')) throw new Error(`act: exit code ${code}\n${stdout}\n${stderr}`);
  return { jobs: jobsOf(stdout), log: `${stdout}${stderr}` };
}

interface Line {
  readonly job?: string;
  readonly jobResult?: "success" | "failure";
}

const jobsOf = (stdout: string): Outcome["jobs"] =>
  Object.fromEntries(
    stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Line)
      .flatMap(({ job = "", jobResult }) => (jobResult === undefined ? [] : [[job.trim(), jobResult]])),
  );
