/** What this project asks of a workflow beyond its being valid: nobody's code but ours, no more rights than needed, an end. */
import { load } from "js-yaml";
import { pullRequestProblems } from "./pullRequests.js";

type Map = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Map => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param name of the file
 * @param text a workflow that actionlint found valid; of another nothing is said
 * @returns a line for each problem
 */
export function workflowProblems(name: string, text: string): string[] {
  const workflow = parsed(text);
  const told = (where: string, problem: string) => `${name}: ${where}: ${problem}`;
  const events = isMap(workflow["on"]) ? Object.keys(workflow["on"]) : [workflow["on"]].flat();
  return [
    ...["pull_request_target", "workflow_run"]
      .filter((event) => events.includes(event))
      .map((event) => told("on", `${event} runs with the secrets on what a fork sent: use pull_request`)),
    ...permissionProblems(workflow["permissions"]).map((problem) => told("permissions", problem)),
    ...unpinned(text).map((problem) => `${name}: ${problem}`),
    ...Object.entries(isMap(workflow["jobs"]) ? workflow["jobs"] : {}).flatMap(([job, body]) =>
      isMap(body) ? jobProblems(body, isMap(workflow["concurrency"])).map((problem) => told(`jobs.${job}`, problem)) : [],
    ),
    ...(events.includes("pull_request") && isMap(workflow["jobs"])
      ? pullRequestProblems(workflow["jobs"]).map(({ job, problem }) => told(`jobs.${job}`, problem))
      : []),
  ];
}

const permissionProblems = (permissions: unknown): string[] => {
  if (!isMap(permissions)) return ["state them: without, the token may do what the repository's settings say"];
  return Object.keys(permissions)
    .filter((key) => permissions[key] === "write")
    .map((key) => `${key}: write is for the one job that needs it, and every other may only read`);
};

/** The same of a local action, which actionlint passes over. */
export function actionProblems(name: string, text: string): string[] {
  const { runs } = parsed(text);
  const steps = isMap(runs) && Array.isArray(runs["steps"]) ? runs["steps"].filter(isMap) : [];
  return [...unpinned(text), ...steps.flatMap(interpolated)].map((problem) => `${name}: ${problem}`);
}

function parsed(text: string): Map {
  try {
    const workflow = load(text);
    return isMap(workflow) ? workflow : {};
  } catch {
    return {};
  }
}

const unpinned = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim().replace(/^- /, ""))
    .filter((line) => line.startsWith("uses:") && !/^uses: (?:\.\/\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(line))
    .map((line) => `${line}: pin the action by its full commit SHA, with the version as a comment: a tag can be moved`);

/** In a shell's script as in one of actions/github-script. */
const interpolated = ({ run, with: settings, name }: Map): string[] =>
  [run, isMap(settings) ? settings["script"] : undefined].flatMap((script) =>
    typeof script === "string" && script.includes("${{")
      ? [`${JSON.stringify(name ?? script)}: hand expressions over by env: in a script, what a pull request is called is code`]
      : [],
  );

function jobProblems(job: Map, isGrouped: boolean): string[] {
  const steps = (Array.isArray(job["steps"]) ? job["steps"] : []).filter(isMap);
  return [
    ...(isGrouped || isMap(job["concurrency"]) ? [] : ["state a concurrency group: two runs would get into each other's way"]),
    // A job that calls another workflow has no time of its own.
    ...(job["uses"] === undefined && typeof job["timeout-minutes"] !== "number" ? ["state timeout-minutes: the default is six hours"] : []),
    ...steps.flatMap(interpolated),
    ...steps.flatMap(({ uses, with: settings }) =>
      typeof uses === "string" && uses.startsWith("actions/checkout@") && !(isMap(settings) && settings["persist-credentials"] === false)
        ? ["actions/checkout: set persist-credentials: false: npm scripts would find the token on disk"]
        : [],
    ),
  ];
}
