/** What this project asks of a workflow that a pull request starts: a stranger's code may run in it, and never where it finds something to take. */

type Map = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Map => typeof value === "object" && value !== null && !Array.isArray(value);

export interface JobProblem {
  readonly job: string;
  readonly problem: string;
}

const SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository";
const FROM_FORK = "github.event.pull_request.head.repo.full_name != github.repository";
const BASE = "github.event.pull_request.base.sha";

/** @param jobs of a workflow that runs on pull_request */
export function pullRequestProblems(jobs: Map): JobProblem[] {
  const all = Object.entries(jobs).flatMap(([job, body]) => (isMap(body) ? [{ job, body }] : []));
  const judges = all.filter(({ body }) => policySteps(body).length > 0);
  const isJudgedAlone = judges.length === 0 || judges.some(({ body }) => isBaseAlone(body));
  return [
    ...all.flatMap(({ job, body }) => [...strangers(body), ...policyOfBase(body)].map((problem) => ({ job, problem }))),
    ...(isJudgedAlone
      ? []
      : [
          {
            job: judges[0]?.job ?? "",
            problem: `no job judges it without running its code: one has ${BASE} in its folder, and \`policy --checkout\` on another`,
          },
        ]),
  ];
}

function strangers(job: Map): string[] {
  const { if: condition = "", permissions, "runs-on": runner } = job;
  const text = JSON.stringify(job);
  const written = isMap(permissions)
    ? Object.keys(permissions).filter((key) => permissions[key] === "write" && key !== "pull-requests")
    : [];
  return [
    ...((/\bsecrets\b/.test(text) || job["environment"] !== undefined) && !has(condition, SAME_REPOSITORY)
      ? [`it names secrets or an environment: begin \`if\` with ${SAME_REPOSITORY}`]
      : []),
    ...(/vars\.|self-hosted/.test(JSON.stringify(runner ?? "")) && !has(condition, SAME_REPOSITORY) && !has(runner, FROM_FORK)
      ? [`a fork's code would run on a machine of yours: in \`runs-on\`, choose GitHub's own where ${FROM_FORK}`]
      : []),
    ...written.map((key) => `permissions.${key}: write is more than a pull request's run needs: pull-requests, to comment, is all`),
  ];
}

const steps = ({ steps }: Map): Map[] => (Array.isArray(steps) ? steps.filter(isMap) : []);
const has = (value: unknown, wanted: string) => JSON.stringify(value ?? "").includes(wanted);

/** By npx, as the npm script of that name, or as what both of them run. */
const POLICY = /\bnpx\s(?:[^\n;&|]*\s)?luban\s+policy\b|\bnpm\s(?:[^\n;&|]*\s)?run\s+(?:-\S+\s+)*policy\b|\bluban\.mjs\s+policy\b/;

const policySteps = (job: Map) => steps(job).filter(({ run }) => typeof run === "string" && POLICY.test(run));

/** The folders of its checkouts, by whether they hold the base. */
const checkouts = (job: Map, wanted: "base" | "head"): string[] =>
  steps(job).flatMap(({ uses, with: settings }) => {
    if (typeof uses !== "string" || !uses.startsWith("actions/checkout@")) return [];
    const { ref, path = "." } = isMap(settings) ? settings : {};
    return (has(ref, BASE) ? "base" : "head") === wanted ? [String(path)] : [];
  });

function policyOfBase(job: Map): string[] {
  const own = checkouts(job, "base");
  return policySteps(job).flatMap(({ run = "", "working-directory": folder }) => {
    const text = String(run);
    const isOfBase = own.some((path) =>
      path === "."
        ? /\bnpm\s+run\b|\bnpx\s+luban\b/.test(text) && folder === undefined
        : folder === path || text.includes(`${path}/cli/luban.mjs policy`),
    );
    if (isOfBase && text.includes("--checkout")) return [];
    return [
      `the policy that judges a pull request is the base's, or it judges itself: check out ${BASE} and run that one's with --checkout on the other`,
    ];
  });
}

/** Whether nothing of the pull request's runs there: the base is in the job's folder, and steps name the other one to `--checkout` alone. */
function isBaseAlone(job: Map): boolean {
  const heads = checkouts(job, "head");
  const isEntered = (step: Map) => {
    const { run = "", uses = "" } = step;
    if (/--program\b/.test(String(run))) return true;
    const text = JSON.stringify({ ...step, run: String(run).replace(/--checkout[ =]\S+/g, "") });
    return (
      !String(uses).startsWith("actions/checkout@") &&
      heads.some((path) => new RegExp(`[\\s"'./=:]${path}(?:[/\\s"'\\\\;&|]|$)`).test(text))
    );
  };
  return checkouts(job, "base").includes(".") && !heads.includes(".") && !steps(job).some(isEntered);
}
