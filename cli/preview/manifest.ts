/** What Helm would put into the cluster for a release. Nothing is written there. */
import { spawn } from "child_process";
import { executorServiceAccount } from "../../kubesphere/api";
import type { Cluster } from "../shared/cluster";
import { Failure } from "../shared/command";
import type { Fields } from "../shared/preview";

export interface Renderer {
  readonly cluster: Pick<Cluster, "versions">;
  /** Runs Helm. @throws Failure with its words */
  readonly run: (args: readonly string[], values: Fields, env: NodeJS.ProcessEnv) => Promise<string>;
  /** Of a Helm that asks the cluster, and of one that only renders. */
  readonly environments: { readonly cluster: NodeJS.ProcessEnv; readonly offline: NodeJS.ProcessEnv };
}

interface Release {
  /** Name, chart on the disk, namespace and where the values are, as Helm's arguments. */
  readonly where: readonly string[];
  readonly namespace: string;
  /** The extension that KubeSphere's executor installs by it. */
  readonly extension: string | undefined;
  readonly isUpgrade: boolean;
}

/**
 * The manifest without hooks. Where there is a release already, the server's versions and kinds count and `lookup` finds what is there: an
 * extension's with the rights of its executor only, since what a chart has looked up shows in a report.
 * @throws Failure
 */
export async function manifestOf({ where, namespace, extension, isUpgrade }: Release, values: Fields, helm: Renderer): Promise<string> {
  const { cluster, run, environments } = helm;
  const template = (...more: string[]) => run(["template", ...where, "--no-hooks", ...more], values, environments.offline);
  if (!isUpgrade) return template();
  const dryRun = async (...more: string[]) => {
    const args = ["upgrade", ...where, "--reset-values", "--dry-run=server", "--output", "json", ...more];
    return (JSON.parse(await run(args, values, environments.cluster)) as { manifest?: string }).manifest ?? "";
  };
  if (extension === undefined) return dryRun();
  try {
    return await dryRun("--kube-as-user", `system:serviceaccount:${namespace}:${executorServiceAccount(extension)}`);
  } catch (error) {
    // The executor's rights may come with this very change, and not everybody may act in its name: then `lookup` finds nothing.
    if (!(error instanceof Failure && /\bforbidden\b/.test(error.message))) throw error;
    const { kubernetes, apis } = await cluster.versions();
    return template("--is-upgrade", "--kube-version", kubernetes, "--api-versions", apis.join(","));
  }
}

/** The values go in by standard input, so that no secret lies on disk. */
export function runHelm(
  helm: string,
  args: readonly string[],
  values: Fields,
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(helm, args, { ...options, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // It may end without having read them.
    child.stdin.on("error", () => undefined).end(JSON.stringify(values));
    child.once("error", (error) => fail(new Failure(`Helm cannot be run: ${error.message}`)));
    child.once("close", (code) => (code === 0 ? done(stdout) : fail(new Failure(reasonIn(stderr)))));
  });
}

const reasonIn = (stderr: string) => (/^Error: (?:UPGRADE FAILED: )?([^]*)/m.exec(stderr)?.[1] ?? stderr).trim();
