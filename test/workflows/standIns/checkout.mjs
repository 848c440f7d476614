// actions/checkout: a clone of the test's own repository. What persist-credentials and fetch-depth say makes no difference here.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const { REPOSITORY = "", GITHUB_WORKSPACE = "", GITHUB_SHA = "", INPUT_PATH = ".", INPUT_REF = "" } = process.env;
const folder = join(GITHUB_WORKSPACE, INPUT_PATH || ".");
const git = (...args) => execFileSync("git", args, { stdio: "inherit" });

git("init", "--quiet", folder);
git("-C", folder, "fetch", "--quiet", REPOSITORY, "+refs/heads/*:refs/remotes/origin/*");
git("-C", folder, "checkout", "--quiet", "--detach", INPUT_REF || GITHUB_SHA);
