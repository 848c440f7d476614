/** KubeSphere's OAuth server and the login page before it, at the console's address; as recorded from KubeSphere 4.1.2. */
import { SCOPES } from "../../../../kubesphere/login/oauthClientConfig";
import type { Answer } from "../bundles.js";
import type { Request } from "../httpListener.js";
import { json, plain, redirect } from "./answers.js";
import { authorize } from "./authorize.js";
import { callerOf } from "./bearer.js";
import { ADMIN, isPasswordRight, readIssuer, type Issuer, type Reader } from "./platform.js";
import { endSession, forgetReturn, homePage, keepReturn, loginPage, returnOf, startSession } from "./session.js";
import { UNINITIALIZED, token } from "./token.js";
import { Tokens, lifetimes } from "./tokens.js";

interface Call extends Request {
  issuer: Issuer;
  isSignedIn: boolean;
}

type Endpoint = (call: Call) => Promise<Answer>;

/** Answers what belongs to the OAuth server and its login page; undefined for any other path. @param tokens that it issues */
export function oauthServer(cluster: Reader, tokens = new Tokens()): (request: Request) => Promise<Answer | undefined> {
  const login: Endpoint = async ({ issuer, body, headers, method }) => {
    const form = new URLSearchParams(body);
    if (!(await isPasswordRight(cluster, form.get("username") ?? "", form.get("password") ?? "")))
      return loginPage(401, "Invalid username or password.");
    const ages = lifetimes(issuer);
    const { access_token: accessToken } = await tokens.pair(issuer, ages, UNINITIALIZED);
    const cookies = [startSession(String(accessToken), ages.access), forgetReturn()];
    return redirect(method, returnOf(headers) ?? "/", { "set-cookie": cookies });
  };

  const signOut = ({ isSignedIn }: Call) => {
    if (isSignedIn) tokens.revoke(ADMIN.name);
    return { "set-cookie": endSession() };
  };

  const endpoints: Record<string, Record<string, Endpoint>> = {
    "/": { GET: async ({ isSignedIn }) => (isSignedIn ? homePage(ADMIN.name) : loginPage(200)) },
    "/login": { POST: login },
    "/logout": { GET: async (call) => redirect("GET", "/", signOut(call)) },
    "/.well-known/openid-configuration": { GET: async ({ issuer }) => json(200, discovery(issuer.url)) },
    "/oauth/authorize": {
      GET: (call) => {
        const way = keepReturn(`${call.path}?${call.query.toString()}`);
        const toLogin = () => redirect("GET", call.issuer.url, { "set-cookie": way });
        return authorize({ ...call, parameters: call.query }, cluster, call.issuer, tokens, toLogin);
      },
      POST: (call) =>
        authorize({ ...call, parameters: new URLSearchParams(call.body) }, cluster, call.issuer, tokens, () =>
          redirect("POST", call.issuer.url),
        ),
    },
    "/oauth/token": {
      POST: async ({ issuer, body, headers }) =>
        headers["content-type"]?.startsWith("application/x-www-form-urlencoded")
          ? token(new URLSearchParams(body), cluster, issuer, tokens)
          : plain(415, "Unsupported Media Type"),
    },
    "/oauth/userinfo": { GET: async ({ isSignedIn }) => (isSignedIn ? json(200, USER_INFO) : json(401, "login_required")) },
    "/oauth/keys": { GET: async () => json(200, { keys: [await tokens.jwk()] }) },
    // Not recorded; a bearer's every token ends.
    "/oauth/logout": { GET: async (call) => json(200, { message: "success" }, signOut(call)) },
  };

  return async (request) => {
    const methods = endpoints[request.path];
    if (!methods) return request.path.startsWith("/oauth/") ? plain(404, "Page Not Found") : undefined;
    const issuer = await readIssuer(cluster);
    const caller = await callerOf(request, cluster, issuer, tokens);
    if ("refusal" in caller) return caller.refusal;
    const endpoint = methods[request.method === "HEAD" ? "GET" : request.method];
    return endpoint ? endpoint({ ...request, issuer, ...caller }) : plain(405, "Method Not Allowed");
  };
}

const USER_INFO = { sub: ADMIN.name, url: ADMIN.name, email: ADMIN.email, preferred_username: ADMIN.name };

const discovery = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/oauth/authorize`,
  token_endpoint: `${issuer}/oauth/token`,
  userinfo_endpoint: `${issuer}/oauth/userinfo`,
  jwks_uri: `${issuer}/oauth/keys`,
  grant_types_supported: ["authorization_code", "refresh_token"],
  response_types_supported: ["code", "id_token"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  // KubeSphere says so and looks at no code_verifier.
  code_challenge_methods_supported: ["plain", "S256"],
  scopes_supported: SCOPES,
  token_endpoint_auth_methods_supported: ["client_secret_post"],
  claims_supported: ["iss", "sub", "aud", "iat", "exp", "email", "locale", "preferred_username"],
});
