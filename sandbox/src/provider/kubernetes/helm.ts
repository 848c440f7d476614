import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../../../../kubesphere/chart/temporaryFolder.js";
import { maskUrls } from "../../../../cli/shared/urls";
import { updateProblem } from "../../chartLogin.js";
import { renderEnvironment, userFetchEnvironment } from "../../../../kubesphere/chart/helmEnvironment.js";

export interface Helm {
  /** Path of the helm binary, or its name on PATH. */
  readonly binary: string;
  /** The text of a kubeconfig for the one cluster it may touch. @default none: for commands that read charts, from wherever they are */
  readonly kubeconfig: string | undefined;
  /** Ends helm, which then leaves the release as failed. */
  readonly signal: AbortSignal;
}

/** What helm said when it failed, without the words that say which command it was, and without what logs in somewhere. */
export class HelmError extends Error {
  constructor(stderr: string) {
    const text = /^Error: ([\s\S]*)$/m.exec(stderr)?.[1] ?? stderr;
    super(maskUrls(text.replace(/^(INSTALLATION|UPGRADE) FAILED: /, "").replace(/\n$/, "")));
  }
}

/**
 * Runs helm in the plugin's working directory, which is the program's: local chart paths are relative to it.
 *
 * @param values go in as a file on standard input, so that no secret shows among the arguments or on disk
 * @returns its standard output
 * @throws {HelmError}
 */
export async function runHelm(helm: Helm, args: string[], values?: unknown): Promise<string> {
  if (helm.kubeconfig === undefined) return run(helm, args, userFetchEnvironment(), values);
  const folder = await temporaryFolder("helm");
  try {
    const file = join(folder, "kubeconfig");
    await writeFile(file, helm.kubeconfig, { mode: 0o600 });
    // A sandbox's own kubeconfig has no helper that would need anything.
    return await run(helm, args, { ...renderEnvironment(folder), KUBECONFIG: file }, values);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run({ binary, signal }: Helm, args: string[], env: Record<string, string>, values: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const helm = spawn(binary, args, { env });
    const [stdout, stderr]: [string[], string[]] = [[], []];
    helm.stdout.setEncoding("utf8").on("data", (text: string) => stdout.push(text));
    helm.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
    // SIGINT once: helm then records the release as failed. A second signal would cut that short.
    const interrupt = () => helm.kill("SIGINT");
    signal.addEventListener("abort", interrupt, { once: true });
    helm.on("error", (error) => reject(new Error(`cannot run ${binary}: ${error.message}`)));
    helm.on("close", (code) => {
      signal.removeEventListener("abort", interrupt);
      if (code === 0) resolve(stdout.join(""));
      else reject(new HelmError(updateProblem(stdout.join("")) ?? stderr.join("")));
    });
    // A helm that fails early closes its input; its own error tells more than the broken pipe.
    helm.stdin.on("error", () => undefined);
    helm.stdin.end(values === undefined ? "" : JSON.stringify(values));
  });
}
