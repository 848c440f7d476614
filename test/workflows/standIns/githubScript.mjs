// actions/github-script: its script gets GitHub's own client, which asks the test's server, and of the context what our scripts use.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";

const { env } = process;
const payload = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? "", "utf8"));
const [owner, repo] = (env.GITHUB_REPOSITORY ?? "").split("/");
const context = { repo: { owner, repo }, issue: { owner, repo, number: payload.pull_request?.number } };
const github = new Octokit({ auth: env["INPUT_GITHUB-TOKEN"], baseUrl: env.GITHUB_API_URL });
const AsyncFunction = (async () => undefined).constructor;
const script = new AsyncFunction("require", "github", "context", env.INPUT_SCRIPT ?? "");
await script(createRequire(join(env.GITHUB_WORKSPACE ?? "", "here")), github, context);
