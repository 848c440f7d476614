/** A repository as a team would have it: this checkout's files, and stacks of its own. */
import { spawnSync } from "child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "fs";
import { dirname, join } from "path";
import { dump, load } from "js-yaml";
import { CHECKOUT } from "../support/sandbox";

type Config = Readonly<Record<string, unknown>>;

/** A key of environments that GitHub has had for some months, and act 0.2.89 takes for a mistake. */
const UNKNOWN_TO_ACT = /^ +deployment: false\n/gm;

export class Repository {
  constructor(readonly folder: string) {
    const files = git(CHECKOUT, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0");
    for (const file of new Set(files.filter((name) => name !== ""))) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(CHECKOUT, file), join(folder, file), { force: true, errorOnExist: false });
    }
    const workflows = join(folder, ".github/workflows");
    for (const name of readdirSync(workflows)) {
      const text = readFileSync(join(workflows, name), "utf8");
      writeFileSync(join(workflows, name), text.replace(UNKNOWN_TO_ACT, ""));
    }
    git(folder, "init", "--quiet", "--initial-branch", "main");
  }

  configure(stack: string, config: Config): void {
    const file = join(this.folder, `Pulumi.${stack}.yaml`);
    const { config: given, ...rest } = load(readFileSync(file, "utf8")) as { config?: Config };
    writeFileSync(file, dump({ ...rest, config: { ...given, ...config } }));
  }

  /** @returns the commit's SHA */
  commit(message: string): string {
    git(this.folder, "add", "--all");
    git(
      this.folder,
      "-c",
      "user.name=test",
      "-c",
      "user.email=test@example.org",
      "commit",
      "--quiet",
      "--allow-empty",
      "--message",
      message,
    );
    return git(this.folder, "rev-parse", "HEAD").trim();
  }

  /** A branch of main, and what it changes. @returns the event of its pull request */
  pullRequest(number: number, change: () => void, from = "me/it") {
    git(this.folder, "checkout", "--quiet", "-B", `change-${number}`, "main");
    change();
    const sha = this.commit(`change ${number}`);
    const base = { ref: "main", sha: git(this.folder, "rev-parse", "main").trim() };
    return { number, pull_request: { number, base, head: { ref: `change-${number}`, sha, repo: { full_name: from } } } };
  }

  main(): void {
    git(this.folder, "checkout", "--quiet", "main");
  }
}

function git(folder: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: folder, encoding: "utf8", maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout;
}
