/**
 * Replays what KubeSphere 4.1.2 answered. One difference is meant and stands beside what is compared: a browser that has to sign in
 * is also given a cookie, which does what the console's front end does on a real platform.
 */
import { readFileSync } from "fs";
import { join } from "path";
import { adminSecret, clientSecret, startServer, type OAuthServer } from "./server";

interface Exchange {
  name: string;
  request: {
    method: string;
    path: string;
    query?: Record<string, string>;
    form?: Record<string, string>;
    json?: object;
    bearer?: string;
    basicAuth?: [string, string];
  };
  response: { status: number; headers: Record<string, string>; body?: unknown; bodyText?: string; locationCode?: unknown };
}

const { clients, steps, errors } = JSON.parse(readFileSync(join(__dirname, "../../../vectors/oidc.json"), "utf8")) as {
  clients: Record<string, object>;
  steps: Exchange[];
  errors: Exchange[];
};
const BUILT_IN = "name: kubesphere\nsecret: kubesphere\ngrantMethod: auto\ntrusted: true\n";
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const HEADERS = ["Content-Type", "Cache-Control", "Pragma", "Location"];

let server: OAuthServer;
beforeAll(async () => {
  const secrets = [
    ...Object.entries(clients).map(([name, client]) => clientSecret(name, client)),
    clientSecret("built-in", BUILT_IN),
    adminSecret("P@88w0rd"),
  ];
  server = await startServer(secrets, "http://127.0.0.1:30880");
});
afterAll(() => server.close());

/** What the recording calls `<jwt>` and `<access_token>`. */
interface Held {
  accessToken: string;
  refreshToken: string;
  code: string;
}

async function send({ method, path, query, form, json, bearer, basicAuth }: Exchange["request"], held: Held) {
  const filled = Object.entries(form ?? {}).map(
    ([key, value]) => [key, value !== "<jwt>" ? value : key === "refresh_token" ? held.refreshToken : held.code] as [string, string],
  );
  const headers = {
    ...(bearer && { authorization: `Bearer ${held.accessToken}` }),
    ...(basicAuth && { authorization: `Basic ${Buffer.from(basicAuth.join(":")).toString("base64")}` }),
    ...(json && { "content-type": "application/json" }),
  };
  const body = form ? new URLSearchParams(filled) : json && JSON.stringify(json);
  const url = `${server.url}${path}${query ? `?${new URLSearchParams(query).toString()}` : ""}`;
  return fetch(url, { method, headers, redirect: "manual", ...(body !== undefined && { body }) });
}

const part = (base64: string) => JSON.parse(Buffer.from(base64, "base64url").toString()) as Record<string, unknown>;

/** A token in the recording's form. */
function described(jwt: string) {
  const [header = "", claims = ""] = jwt.split(".");
  const { iat, exp, ...rest } = part(claims) as { iat: number; exp: number };
  const kid = "kid" in part(header) ? { kid: "<kid>" } : {};
  return {
    "<jwt>": {
      header: { ...part(header), ...kid },
      claims: { ...rest, exp: "<number: exp>", iat: "<number: iat>", "<exp-iat>": exp - iat },
    },
  };
}

const describeAll = (text: string): unknown =>
  JSON.parse(text, (key, value: unknown) => {
    if (typeof value !== "string") return value;
    if (key === "kid") return "<kid>";
    if (key === "n") return `<base64url:${value.length}>`;
    return value.replace(JWT, "") === "" && value !== "" ? described(value) : value;
  });

async function observed(answer: Response, recorded: Exchange["response"]): Promise<Exchange["response"]> {
  const text = await answer.text();
  const location = answer.headers.get("location") ?? "";
  const [code] = location.match(JWT) ?? [];
  const headers = HEADERS.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value.replace(JWT, "<jwt>")]];
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(code !== undefined && { locationCode: described(code) }),
    ...("body" in recorded ? { body: describeAll(text) } : { bodyText: text.replace(JWT, "<jwt>") }),
  };
}

const requestOf = (name: string) => steps.find((step) => step.name === name)?.request as Exchange["request"];

async function signIn(): Promise<Held> {
  const answer = await send(requestOf("password grant of the built-in client"), { accessToken: "", refreshToken: "", code: "" });
  const { access_token: accessToken, refresh_token: refreshToken } = (await answer.json()) as Record<string, string>;
  return { accessToken: accessToken ?? "", refreshToken: refreshToken ?? "", code: "" };
}

async function newCode(held: Held, name = "authorize"): Promise<string> {
  const location = (await send(requestOf(name), held)).headers.get("location");
  return location?.match(JWT)?.[0] ?? "";
}

/** Two that were asked for in one second: the recording has no word of when the second began. */
async function twin(held: Held): Promise<string> {
  const ask = () => newCode(held, "authorize with a PKCE challenge (S256)");
  for (;;) {
    const [first, second] = [await ask(), await ask()];
    if (first === second) return first;
  }
}

test("a login goes otherwise than on real KubeSphere", async () => {
  const held = await signIn();
  for (const { name, request, response } of steps) {
    if (name === "exchange: first of two codes asked for in the same second") held.code = await twin(held);
    const answer = await send(request, held);
    const copy = answer.clone();
    expect({ name, ...(await observed(answer, response)) }).toEqual({ name, ...response });
    held.code = copy.headers.get("location")?.match(JWT)?.[0] ?? held.code;
    if (request.path !== "/oauth/token" || copy.status !== 200) continue;
    const tokens = (await copy.json()) as Record<string, string>;
    Object.assign(held, { accessToken: tokens["access_token"], refreshToken: tokens["refresh_token"] });
  }
});

/** What the recording sent where it has only a placeholder. */
const SENT: Record<string, (held: Held) => Promise<Partial<Held>>> = {
  "reused code": async (held) => {
    await send(requestOf("code exchange"), held);
    return {};
  },
  "access token as code": async ({ accessToken }) => ({ code: accessToken }),
  "access token as refresh token": async ({ accessToken }) => ({ refreshToken: accessToken }),
  // Its first part begins with an `m` once it is decoded.
  "userinfo bad bearer": async () => ({ accessToken: "bad.bearer.token" }),
  "authorize bad bearer": async () => ({ accessToken: "bad" }),
};

test.each(errors.map((it) => [it.name, it] as const))(
  "a refusal differs from real KubeSphere's: %s",
  async (name, { request, response }) => {
    const signedIn = await signIn();
    const held = { ...signedIn, code: await newCode(signedIn) };
    const sent = { ...held, ...(await SENT[name]?.(held)) };
    expect(await observed(await send(request, sent), response)).toEqual(response);
  },
);
