/** Whether the workflows are sound: what actionlint says, and what this project asks beyond it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../processes.js";
import { actionProblems, workflowProblems } from "./rules.js";

/**
 * @param actionlint the executable
 * @param folder of the workflows; beside it may be one of local actions
 * @returns what is wrong, a paragraph each, beginning with the file's name; none when all is well
 */
export async function lintWorkflows(actionlint: string, folder: string): Promise<string[]> {
  const files = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  // An actionlint without files looks for some by itself, and finds none to be at fault.
  if (files.length === 0) return [`${folder}: there are no workflows`];
  // Without the checkers of shells and of Python, which this machine may or may not have.
  const { code, stdout, stderr } = await run(actionlint, ["-no-color", "-shellcheck=", "-pyflakes=", ...files], { cwd: folder });
  const said = code === 0 ? [] : [`${stdout}${stderr}`.trim() || `actionlint: exit code ${code}`];
  const actions = join(folder, "../actions");
  const local = existsSync(actions) ? readdirSync(actions).map((name) => `actions/${name}/action.yml`) : [];
  return [
    ...said,
    ...local.flatMap((file) => actionProblems(file, readFileSync(join(folder, "..", file), "utf8"))),
    ...files.flatMap((file) => workflowProblems(file, readFileSync(join(folder, file), "utf8"))),
  ];
}
