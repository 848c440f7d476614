/** People log in with a real browser: through the sample application, on clients that the stack has declared. */
import { spawn, type ChildProcess } from "child_process";
import { createInterface } from "readline";
import type { Browser, Page } from "playwright-core";
import { describeWithChromium } from "../support/chromium";
import { freePort } from "../support/freePort";
import { CHECKOUT, environment, freshSandbox, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

describeWithChromium("logins in a browser", (launch) => {
  let env: NodeJS.ProcessEnv;
  let stack: Stack;
  let secrets: string[];
  let browser: Browser;
  let page: Page;
  let app: ChildProcess | undefined;
  let said: string[];

  beforeAll(async () => {
    await freshSandbox();
    env = await environment();
    stack = stackOf(env);
    const methods = ["auto", "prompt", "deny"];
    const ports = [await freePort(), await freePort(), await freePort()];
    const oauthClients = methods.map((grantMethod, index) => ({
      name: grantMethod,
      grantMethod,
      redirectURIs: [`http://127.0.0.1:${ports[index]}/auth/callback`],
      scopes: ["openid", "email", "profile"],
    }));
    await stack.configure({ extensions: [], oauthClients, ingress: { controller: "none" } });
    succeeded(await stack.up());
    const outputs = JSON.parse(succeeded(await stack.pulumi("stack", "output", "--json", "--show-secrets"))) as {
      oauthClients: Record<string, { clientSecret: string }>;
    };
    secrets = Object.values(outputs.oauthClients).map(({ clientSecret }) => clientSecret);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });

  beforeEach(async () => {
    // A context of its own knows nobody, as a browser just installed.
    page = await (await browser.newContext()).newPage();
    said = [];
  });
  afterEach(async () => {
    await page.context().close();
    if (app?.exitCode === null) await new Promise((ended) => app?.once("exit", ended).kill("SIGTERM"));
    app = undefined;
  });

  /** Runs the sample application, and opens it. */
  async function open(client: string): Promise<void> {
    const child = spawn(process.execPath, ["cli/luban.mjs", "oidc-app", "--stack", "sandbox", "--client", client], {
      cwd: CHECKOUT,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    app = child;
    const address = await new Promise<string>((found, fail) => {
      createInterface({ input: child.stderr }).on("line", (line) => {
        said.push(line);
        const [, url] = /^open (\S+) to log in/.exec(line) ?? [];
        if (url !== undefined) found(url);
      });
      child.once("exit", (code) => fail(new Error(`exit code ${code}: ${said.join("\n")}`)));
    });
    await page.goto(address);
  }

  async function logIn(password: string): Promise<void> {
    await page.getByLabel("Username").fill("admin");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForLoadState();
  }

  /** What the sample application shows and says, once it is sure that no secret is in it. */
  async function shown(): Promise<string> {
    const text = await page.locator("body").innerText();
    for (const secret of secrets) expect(text + said.join("\n") + page.url()).not.toContain(secret);
    return text;
  }

  // KubeSphere 4.1 asks nobody for consent, whatever the client says.
  test.each(["auto", "prompt"])("from the login page to the claims, with grant method %s", async (client) => {
    await open(client);
    await logIn("P@88w0rd");
    const { OAuth2Token: token, IDTokenClaims: claims } = JSON.parse(await shown()) as Record<string, Record<string, unknown>>;
    expect(token).toMatchObject({ access_token: "*REDACTED*", refresh_token: "*REDACTED*", id_token: "*REDACTED*" });
    expect(claims).toMatchObject({ sub: "admin", aud: [client], email: "admin@kubesphere.io", preferred_username: "admin" });
    expect(said.at(-1)).toBe("admin has logged in");
  });

  test("a wrong password is told, and the right one still leads to the application", async () => {
    await open("auto");
    await logIn("wrong");
    expect(await page.getByRole("alert").innerText()).toBe("Invalid username or password.");
    await logIn("P@88w0rd");
    expect(JSON.parse(await shown())).toMatchObject({ IDTokenClaims: { sub: "admin" } });
  });

  test("a client that denies lets nobody in", async () => {
    await open("deny");
    await logIn("P@88w0rd");
    const refusal = "The login was refused: invalid_grant: The resource owner or authorization server denied the request.";
    expect((await shown()).trim()).toBe(refusal);
    expect(said.at(-1)).toBe(`a login has failed: ${refusal}`);
  });
});
