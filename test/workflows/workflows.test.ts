/** The workflows as GitHub would run them, by act: real engine, real API server; other people's actions and GitHub itself are stand-ins. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import { dump, load } from "js-yaml";
import { api, CHECKOUT, environment, freshSandbox, read, run, succeeded } from "../support/sandbox";
import { findSecrets } from "../support/secretScanner";
import { getAct, runWorkflow, type Outcome, type Run, type Runner } from "./act";
import { standIns, standInVariables } from "./actions";
import { GitHub } from "./gitHub";
import { Repository } from "./repository";

jest.setTimeout(10 * 60_000);

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "workflows-")));
const token = "token-of-the-run";
const gitHub = new GitHub(token);
let runner: Runner;
let repository: Repository;
let env: NodeJS.ProcessEnv;
/** A machine of ours has one; the provider's state names its path, and a secret's lies in a folder of the job's own. */
let kubeconfig: string;
let vars: Readonly<Record<string, string>>;
const secrets = { GITHUB_TOKEN: token, PULUMI_CONFIG_PASSPHRASE: "a passphrase of the stacks" };
/** Of the stack: nothing masks it but our own programs. */
const planted = { adminPassword: "Planted-password-1" };

/** What a shell of the sandbox has, and a machine of GitHub's has not: there the workflow says it. */
const UNSET = ["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_OPTION_CONFIG_FILE", "PULUMI_STACK"];
/** Nobody listens there. */
const NOWHERE = dump({
  ...{ apiVersion: "v1", kind: "Config", "current-context": "it" },
  clusters: [{ name: "it", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "it", user: { token: "none" } }],
  contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
});

beforeAll(async () => {
  const executable = await getAct();
  await freshSandbox();
  env = await environment();
  const { config } = load(readFileSync(env["PULUMI_OPTION_CONFIG_FILE"] as string, "utf8")) as { config: Record<string, unknown> };
  kubeconfig = env["KUBECONFIG"] as string;
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !UNSET.includes(name)));
  const state = join(scratch, "state");
  mkdirSync(state);
  vars = { RUNNER: "ours", PULUMI_BACKEND_URL: `file://${state}` };
  repository = new Repository(join(scratch, "repository"));
  const pulumi = async (args: readonly string[], input = "") => {
    const { PULUMI_CONFIG_PASSPHRASE } = secrets;
    const options = { cwd: repository.folder, env: { ...own, ...vars, PULUMI_CONFIG_PASSPHRASE }, input };
    succeeded(await run("pulumi", [...args, "--non-interactive"], options));
  };
  for (const stack of ["dev", "staging", "prod"]) {
    writeFileSync(join(repository.folder, `Pulumi.${stack}.yaml`), "{}\n");
    await pulumi(["stack", "init", stack]);
    const cluster = { identifier: stack, ...(stack !== "dev" && { kubeconfig: NOWHERE }) };
    repository.configure(stack, { ...config, "kubesphere:cluster": cluster, "kubesphere:extensions": [] });
  }
  await pulumi(["config", "set", "--stack", "dev", "--secret", "adminPassword"], planted.adminPassword);
  repository.commit("base");
  runner = {
    executable,
    repository: repository.folder,
    folder: scratch,
    env: { ...own, ...standInVariables(CHECKOUT, repository.folder, scratch, own), KUBECONFIG: kubeconfig },
    api: await gitHub.listen(),
    secrets,
    actions: standIns(join(CHECKOUT, ".github"), join(scratch, "actions")),
  };
}, 20 * 60_000);
afterAll(() => {
  gitHub.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** On a machine of ours, for stack dev, unless something else is said. No secret may be told in a log. */
async function workflow({ stacks = ["dev"], ...given }: Run & { stacks?: readonly string[] }): Promise<Outcome> {
  const outcome = await runWorkflow(runner, { machine: "ours", ...given, vars: { ...vars, STACKS: JSON.stringify(stacks) } });
  expect(findSecrets({ log: outcome.log }, { ...secrets, ...planted })).toEqual([]);
  return outcome;
}

describe("a push to main reaches the stacks one after the other", () => {
  test("the first one is deployed and verified, and one that fails holds up those behind it", async () => {
    const { jobs, log } = await workflow({ event: "push", workflow: "deploy.yml", stacks: ["dev", "staging", "prod"] });
    expect(jobs).toEqual({ "dev/deploy one stack/deploy": "success", "staging/deploy one stack/deploy": "failure" });
    expect(log).toContain("https://127.0.0.1:1");
    expect(await read("/apis/apps/v1/namespaces/kubesphere-system/deployments/ks-apiserver", env)).toBeDefined();
  });

  test("a stack that there is not holds up nobody", async () => {
    const { jobs } = await workflow({ event: "push", workflow: "deploy.yml", stacks: ["prod"] });
    expect(jobs).toEqual({ "prod/deploy one stack/deploy": "failure" });
  });
});

const DEMO = { source: "./extensions/demo", install: { config: { demo: { securityContext: { privileged: true } } } } };

describe("a pull request", () => {
  const PULL = 7;
  const marked = (key: string) => gitHub.of(PULL).filter(({ body }) => body.startsWith(`<!-- kubesphere-luban: ${key} -->`));

  const preview = (payload: object, more?: Partial<Run>) =>
    Promise.all(["stack", "policy"].map((job) => workflow({ event: "pull_request", workflow: "preview.yml", payload, job, ...more })));

  test("that changes nothing is told so, in a comment for the preview and one for the policy", async () => {
    const payload = repository.pullRequest(PULL, () => undefined);
    // More than a page of others' comments, and one that would pass for ours.
    for (let n = 0; n < 100; n++) gitHub.post(gitHub.of(PULL), { body: "fine" }, "ann");
    gitHub.post(gitHub.of(PULL), { body: "<!-- kubesphere-luban: preview dev -->\nplanted" }, "mallory");
    const [stack, policy] = await preview(payload);
    expect([stack?.jobs, policy?.jobs]).toEqual([{ "preview/stack": "success" }, { "preview/policy": "success" }]);
    expect(gitHub.of(PULL)).toHaveLength(103);
    expect(marked("preview dev").map(({ user }) => user.login)).toEqual(["mallory", "github-actions[bot]"]);
    expect(marked("preview dev")[1]?.body).toContain("nothing changes");
    expect(marked("policy dev")[0]?.body).toContain("nothing against it");
  });

  test("that the policy refuses fails, and its comments are written over with what it would change and what is refused", async () => {
    const payload = repository.pullRequest(PULL, () => repository.configure("dev", { "kubesphere:extensions": [DEMO] }));
    const [stack, policy] = await preview(payload, { secrets: { KUBECONFIG: readFileSync(kubeconfig, "utf8") } });
    expect([stack?.jobs, policy?.jobs]).toEqual([{ "preview/stack": "failure" }, { "preview/policy": "failure" }]);
    expect(gitHub.of(PULL)).toHaveLength(103);
    expect(marked("preview dev")[1]?.body).toContain("kubesphere-demo-plan");
    expect(marked("preview dev")[1]?.body).toContain("privileged-container");
    expect(marked("policy dev")[0]?.body).toContain("privileged-container");
    expect(marked("preview dev")[0]?.body).toMatch(/\nplanted$/);
    const texts = Object.fromEntries(gitHub.of(PULL).map(({ id, body }) => [`comment ${id}`, body]));
    expect(findSecrets(texts, { ...secrets, ...planted })).toEqual([]);
  });

  test("of a fork or of Dependabot finds no secret: its code runs on a machine of GitHub's, and nothing is previewed", async () => {
    const payload = repository.pullRequest(8, () => undefined, "fork/it");
    const fork = await workflow({ event: "pull_request", workflow: "preview.yml", payload, machine: "ubuntu-latest" });
    expect(fork.jobs).toEqual({ "preview/rehearsal": "success" });
    const own = repository.pullRequest(9, () => undefined);
    const dependabot = { event: "pull_request", workflow: "preview.yml", payload: own, actor: "dependabot[bot]" } as const;
    for (const job of ["stack", "policy"]) expect((await workflow({ ...dependabot, job })).jobs).toEqual({});
    expect([gitHub.of(8), gitHub.of(9)]).toEqual([[], []]);
  });
});

test("drift opens one issue, which is kept up to date, and closed once there is none any more", async () => {
  repository.main();
  const replicas = async (name: string, count: number) => {
    const place = `/apis/apps/v1/namespaces/kubesphere-system/deployments/${name}?fieldManager=kubectl-edit`;
    expect((await api(env, "PATCH", place, { spec: { replicas: count } })).status).toBe(200);
  };
  const night = async () => {
    expect((await workflow({ event: "schedule", workflow: "drift.yml" })).jobs).toEqual({ "drift/stack": "success" });
    return gitHub.issues;
  };
  gitHub.post(gitHub.issues, { title: "Drift in dev", body: "<!-- kubesphere-luban: drift dev -->\nplanted" }, "mallory");
  expect(await night()).toHaveLength(1);
  await replicas("ks-apiserver", 3);
  const [planted, issue] = await night();
  expect(issue).toMatchObject({ title: "Drift in dev", state: "open", body: expect.stringContaining("ks-apiserver") as string });
  await replicas("ks-console", 2);
  expect(await night()).toHaveLength(2);
  expect(issue).toMatchObject({ state: "open", body: expect.stringContaining("ks-console") as string });
  await Promise.all([replicas("ks-apiserver", 1), replicas("ks-console", 1)]);
  expect(await night()).toHaveLength(2);
  expect(issue).toMatchObject({ state: "closed", state_reason: "completed" });
  expect(planted?.state).toBe("open");
});
