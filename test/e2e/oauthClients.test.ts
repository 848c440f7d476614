/**
 * The life of OAuth clients on the real engine and a real API server. Nothing drifts after any of its steps, and no secret is told by
 * any command but the one that is asked for them.
 */
import { readFile } from "fs/promises";
import { dirname, join } from "path";
import { isDeepStrictEqual } from "util";
import { load } from "js-yaml";
import { logIn, type Application } from "../support/login";
import { environment, freshSandbox, type Ran, sandboxCommand, succeeded } from "../support/sandbox";
import { findSecrets } from "../support/secretScanner";
import { changes, nameOf, stackOf, type Stack, type Step } from "../support/stack";

interface Client {
  name: string;
  redirectURIs: string[];
  [setting: string]: unknown;
}
type Outputs = Record<string, Omit<Application, "redirectUri"> & { redirectURIs: string[] }>;

const GIVEN = "given-by-somebody-else";
/** Whatever else a client can be told. */
const EVERYTHING = {
  secretName: "own-name",
  trusted: true,
  respondWithChallenges: true,
  accessTokenMaxAgeSeconds: 600,
  accessTokenInactivityTimeoutSeconds: 900,
};
const UNKNOWN = "The provided client_id is invalid or does not exist.";

let stack: Stack;
let configFile: string;
/** All that commands have written, and all secrets that there have been. */
let told = "";
const secrets: Record<string, string> = { given: GIVEN };
/** By client name: what an application is told by the stack's outputs. */
let apps: Record<string, Application> = {};

/** Runs a command to its good end. */
const done = (ran: Ran): string => {
  told += ran.stdout + ran.stderr;
  return succeeded(ran);
};
const pulumi = async (...args: string[]) => done(await stack.pulumi(...args));
const preview = async () => (JSON.parse(await pulumi("preview", "--json")) as { steps: Step[] }).steps;

/** @returns what the engine told */
async function rollOut(deploy = stack.up): Promise<string> {
  const up = done(await deploy());
  const [outputs] = await Promise.all([
    stack.pulumi("stack", "output", "oauthClients", "--json", "--show-secrets"),
    pulumi("refresh", "--preview-only", "--expect-no-changes"),
    pulumi("preview", "--expect-no-changes"),
  ]);
  const clients = Object.entries(JSON.parse(succeeded(outputs)) as Outputs);
  apps = Object.fromEntries(clients.map(([name, { redirectURIs, ...app }]) => [name, { ...app, redirectUri: redirectURIs[0] ?? "" }]));
  for (const [name, { clientSecret }] of Object.entries(apps))
    if (!Object.values(secrets).includes(clientSecret)) secrets[name in secrets ? `${name}, rotated` : name] = clientSecret;
  return up;
}

const clients = async () =>
  (load(await readFile(configFile, "utf8")) as { config: Record<string, Client[]> }).config["kubesphere:oauthClients"] ?? [];

/** As somebody who edits the file. */
async function edit(change: (all: Client[]) => Client[]): Promise<void> {
  await stack.configure({ oauthClients: change(await clients()) });
}
const change = (name: string, settings: Partial<Client>) =>
  edit((all) => all.map((client) => (client.name === name ? { ...client, ...settings } : client)));

/** Who is told to be logged in; or why nobody is. */
const outcome = (app: Application | undefined) =>
  logIn(app as Application).then(
    ({ claims, userInfo }) => ({ aud: claims?.aud, sub: userInfo.sub, email: claims?.["email"] }),
    (failure: Error & { error?: string; error_description?: string }) => {
      if (failure.error === undefined) throw failure;
      return `${failure.error}: ${failure.error_description}`;
    },
  );

/** The inputs of a component that are about to change. Of components the engine says no more than that they do. */
function inputChanges(steps: readonly Step[], name: string): Record<string, unknown[]> {
  const { oldState, newState } = steps.find((step) => nameOf(step) === name) ?? {};
  const [before = {}, after = {}] = [oldState?.inputs, newState?.inputs];
  const changed = Object.keys({ ...before, ...after }).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  return Object.fromEntries(changed.map((key) => [key, [before[key], after[key]]]));
}

beforeAll(async () => {
  await freshSandbox();
  const env = await environment();
  stack = stackOf(env);
  configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  await stack.configure({
    extensions: [],
    ingress: { controller: "none" },
    oauthClients: [
      { name: "web", redirectURIs: ["http://127.0.0.1:5000/cb"], scopes: ["openid", "email"] },
      { name: "cli", redirectURIs: ["http://127.0.0.1:5001/cb"], grantMethod: "prompt", scopes: ["openid", "profile"] },
      { name: "shut", redirectURIs: ["http://127.0.0.1:5002/cb"], grantMethod: "deny", ...EVERYTHING },
    ],
  });
  await pulumi("config", "set", "--secret", "--path", "kubesphere:oauthClients[1].secret", GIVEN);
});

test("people log in at each client that is declared, but where it denies them", async () => {
  // It ends when the console answers; the engine's own `up` does not wait for that.
  await rollOut(() => sandboxCommand(["start"]));
  expect(await outcome(apps["web"])).toEqual({ aud: ["web"], sub: "admin", email: "admin@kubesphere.io" });
  expect(apps["cli"]?.clientSecret).toBe(GIVEN);
  // KubeSphere 4.1 asks nobody for consent.
  expect(await outcome(apps["cli"])).toEqual({ aud: ["cli"], sub: "admin", email: undefined });
  expect(await outcome(apps["shut"])).toBe("invalid_grant: The resource owner or authorization server denied the request.");
});

test("a preview shows one client's scopes change and nothing else, and the scope that went is refused", async () => {
  const web = apps["web"];
  await change("web", { scopes: ["openid"] });
  const [steps, shown] = await Promise.all([preview(), pulumi("preview", "--diff")]);
  expect(changes(steps)).toEqual(["update oauth-web", 'update oauth-web-config data["configuration.yaml"]']);
  expect(inputChanges(steps, "oauth-web")).toEqual({ scopes: [["openid", "email"], ["openid"]] });
  expect(shown).toMatch(/~ scopes *: \[\n.*\[0\]: "openid"\n.*- \[1\]: "email"/);
  await rollOut();
  expect(apps["web"]?.clientSecret).toBe(web?.clientSecret);
  expect(await outcome(web)).toBe("invalid_scope: The requested scope is invalid or not supported.");
  expect(await outcome(apps["web"])).toEqual({ aud: ["web"], sub: "admin", email: undefined });
});

test("a rotation is shown with the old secret's end, which is refused from then on", async () => {
  const before = apps["web"];
  await change("web", { rotate: "2026-11" });
  const steps = await preview();
  expect(changes(steps)).toEqual(["replace oauth-web-secret keepers", "update oauth-web", "update oauth-web-config data"]);
  expect(inputChanges(steps, "oauth-web")).toEqual({ rotate: [undefined, "2026-11"] });
  await rollOut();
  expect(apps["web"]?.clientSecret).not.toBe(before?.clientSecret);
  expect(await outcome(before)).toBe("unauthorized_client: Invalid client credential.");
  expect(await outcome(apps["web"])).toEqual({ aud: ["web"], sub: "admin", email: undefined });
});

test("a rename replaces the client, the old one first, since KubeSphere would refuse two; its secret stays", async () => {
  const before = apps["cli"];
  await change("cli", { name: "desktop", renamedFrom: "cli" });
  expect(changes(await preview())).toEqual([
    'replace oauth-desktop-config data["configuration.yaml"] metadata.labels["config.kubesphere.io/oauthclient"] metadata.name',
    "update oauth-desktop",
  ]);
  expect(await rollOut()).toMatch(
    / kubesphere-oauth-cli-config deleted original [^]* kubesphere-oauth-desktop-config creating replacement /,
  );
  expect(await outcome(before)).toBe(`invalid_client: ${UNKNOWN}`);
  expect(apps["desktop"]?.clientSecret).toBe(GIVEN);
  expect(await outcome(apps["desktop"])).toEqual({ aud: ["desktop"], sub: "admin", email: undefined });
});

test("a client that was removed is unknown; the former name of another one can go meanwhile, without a change", async () => {
  const web = apps["web"];
  await change("desktop", { renamedFrom: undefined });
  await edit((all) => all.filter(({ name }) => name !== "web"));
  expect(changes(await preview())).toEqual(["delete oauth-web", "delete oauth-web-config", "delete oauth-web-secret"]);
  await rollOut();
  expect(await outcome(web)).toBe(`invalid_client: ${UNKNOWN}`);
  expect(await outcome(apps["desktop"])).toEqual({ aud: ["desktop"], sub: "admin", email: undefined });
});

test("no secret, given or generated, former or present, is in clear in what was told, in logs or in the state", async () => {
  expect(Object.keys(secrets)).toEqual(["given", "shut", "web", "web, rotated"]);
  const places = {
    told,
    state: succeeded(await stack.pulumi("stack", "export")) + (await stack.state()),
    configuration: await readFile(configFile, "utf8"),
    log: await readFile(join(dirname(configFile), "sim.log"), "utf8"),
  };
  expect(findSecrets(places, secrets)).toEqual([]);
  // What would show it.
  const shown = succeeded(await stack.pulumi("stack", "export", "--show-secrets"));
  expect(findSecrets({ shown }, secrets)).toEqual(["given in shown", "shut in shown"]);
});
