/** GitHub's REST API by way of its own command, which knows how the user, or the workflow's job, is signed in. */
import { spawn } from "child_process";
import { Failure } from "../shared/command";

export interface GitHub {
  /** Every item of a list, of all its pages. @param path below the repository, such as `issues?state=open` */
  list<T>(path: string): Promise<T[]>;
  send(method: "POST" | "PATCH", path: string, body: object): Promise<{ readonly html_url: string }>;
}

/** @param repository `owner/name`; default: the one that `gh` makes out of the folder */
export function gitHub(repository = "{owner}/{repo}", env: NodeJS.ProcessEnv = process.env): GitHub {
  const call = (args: readonly string[], input = "") =>
    run(["api", "--header", "Accept: application/vnd.github+json", ...args], input, env);
  return {
    list: async <T>(path: string) => {
      // A line each, since older versions print a list for each page and no whole.
      const printed = await call(["--paginate", "--jq", ".[] | tojson", `repos/${repository}/${path}`]);
      return printed.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as T]));
    },
    send: async (method, path, body) => {
      const printed = await call(["--method", method, "--input", "-", `repos/${repository}/${path}`], JSON.stringify(body));
      return JSON.parse(printed) as { html_url: string };
    },
  };
}

function run(args: readonly string[], input: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn("gh", args, { env, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("error", (error: NodeJS.ErrnoException) =>
      fail(new Failure(error.code === "ENOENT" ? MISSING : `gh cannot be run: ${error.message}`)),
    );
    child.once("close", (code) => (code === 0 ? done(stdout) : fail(new Failure(`gh: ${stderr.trim() || `exit code ${code}`}`))));
    // A gh that ends early, such as one that is not signed in, says why on stderr.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

const MISSING = "gh is not on PATH: install it from https://cli.github.com, then sign in with `gh auth login`";
