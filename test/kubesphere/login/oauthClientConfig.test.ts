import { readFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import { describeProblem } from "../../../kubesphere/errors";
import {
  checkOAuthClient,
  checkOAuthClients,
  oauthClientConfiguration,
  oauthClientLabels,
  type OAuthClientConfiguration,
} from "../../../kubesphere/login/oauthClientConfig";

interface Recorded {
  readonly name: string;
  readonly namespace: string;
  readonly input: {
    readonly type: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly stringData: Readonly<Record<string, string>>;
  };
  readonly result:
    | { readonly admitted: true; readonly labels: Readonly<Record<string, string>>; readonly configurationYaml: string }
    | { readonly admitted: false; readonly message: string };
}

const recorded = JSON.parse(readFileSync(join(__dirname, "../../vectors/oauth-client.json"), "utf8")) as Recorded[];

/** Those that the admission webhook acted on: it labels them, and stores any other Secret as it is. */
const stored = recorded.flatMap(({ name, result }) =>
  result.admitted && "config.kubesphere.io/oauthclient" in result.labels ? [{ name, ...result }] : [],
);

test.each(stored)("the client $name shows no drift on refresh", ({ configurationYaml, labels }) => {
  const client = load(configurationYaml) as OAuthClientConfiguration;
  expect(oauthClientConfiguration(client)).toBe(configurationYaml);
  expect(labels["config.kubesphere.io/oauthclient"]).toBe(client.name);
});

test("a client with the documented settings only is stored as it was declared", () => {
  const declared = oauthClientConfiguration({
    name: "test",
    secret: "fake",
    scopeRestrictions: ["openid", "email", "profile"],
    redirectURIs: ["http://10.8.0.2:5556/auth/google/callback"],
  });
  expect(declared).toBe(stored.find(({ name }) => name === "documented")?.configurationYaml);
  expect(oauthClientLabels("test")).toEqual({ "config.kubesphere.io/type": "oauthclient", "config.kubesphere.io/oauthclient": "test" });
});

const path = "kubesphere:oauthClients[0]";
const good = { name: "test", grantMethod: "auto", scopes: ["openid"], redirectURIs: ["https://a.example/cb"] };
const problems = (client: object) => checkOAuthClient(path, { ...good, ...client }).map(describeProblem);

test.each([
  ["a loopback address", { redirectURIs: ["http://127.0.0.1:5556/cb", "http://[::1]:80/cb", "http://localhost/cb?x=1&y=2"] }],
  ["an app's own scheme", { redirectURIs: ["myapp://cb", "com.example.app:/cb"] }],
  ["timeouts at their bounds", { accessTokenMaxAgeSeconds: 0, accessTokenInactivityTimeoutSeconds: 600 }],
  ["the longest name", { name: "n".repeat(63) }],
  ["a name of digits", { name: "12345" }],
  ["a secret of several lines", { secret: "two\nlines\n" }],
  ["no grant method", { grantMethod: undefined }],
  ["a Secret of another name", { secretName: "oauthclient" }],
  ["a name that is no Secret's, beside one that is", { name: "My_App", secretName: "my-app" }],
  ["a rotation of the generated secret", { rotate: "2026-11" }],
  ["a URI that is known only later", { redirectURIs: [undefined] }],
])("a client that works is not refused: %s", (_, client) => {
  expect(problems(client)).toEqual([]);
});

const NAME =
  "allowed: 1 to 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends. The name is the client_id; choose another.";
const SECRET =
  '.secret: "[not shown]" is not allowed; allowed: a text that is not empty and does not begin with a line break or tab. Leave it out to have one generated.';
const SECRET_NAME = "allowed: a Secret's name: lower-case letters, digits, `-` and `.`, but not that of the console's own client";
const uri = (given: string, mend: string) =>
  `.redirectURIs[0]: ${JSON.stringify(given)} is not allowed; allowed: an absolute URI such as https://app.example.com/callback. ${mend}`;

test.each<[object, string[]]>([
  [{ name: "" }, [`.name: "" is not allowed; ${NAME}`]],
  [{ name: "a b" }, [`.name: "a b" is not allowed; ${NAME}`]],
  [{ name: "客户端" }, [`.name: "客户端" is not allowed; ${NAME}`]],
  [{ name: "n".repeat(64) }, [`.name: "${"n".repeat(64)}" is not allowed; ${NAME}`]],
  [
    { name: "kubesphere" },
    ['.name: "kubesphere" is not allowed; allowed: any other name. The console itself signs in as this client; choose another name.'],
  ],
  [{ name: "My_App" }, [`.secretName: is missing; ${SECRET_NAME}. By default it would be oauthclient-My_App: name another.`]],
  [{ secretName: "My" }, [`.secretName: "My" is not allowed; ${SECRET_NAME}. Leave it out for oauthclient-<name>.`]],
  [
    { secretName: "oauthclient-kubesphere" },
    [`.secretName: "oauthclient-kubesphere" is not allowed; ${SECRET_NAME}. Leave it out for oauthclient-<name>.`],
  ],
  [
    { secret: "hush", rotate: "2026-11" },
    [
      '.rotate: "2026-11" is not allowed; allowed: nothing beside a secret of one\'s own. Change the secret itself, or leave it out to have one generated.',
    ],
  ],
  [{ secret: "" }, [SECRET]],
  [{ secret: "\nx" }, [SECRET]],
  [{ grantMethod: "Auto" }, ['.grantMethod: "Auto" is not allowed; allowed: auto, prompt, deny. Leave it out for auto.']],
  [
    { accessTokenMaxAgeSeconds: 599 },
    [".accessTokenMaxAgeSeconds: 599 is not allowed; allowed: 0, or whole seconds from 600. Leave it out for KubeSphere's own."],
  ],
  [
    { accessTokenInactivityTimeoutSeconds: -1 },
    [".accessTokenInactivityTimeoutSeconds: -1 is not allowed; allowed: 0, or whole seconds from 600. Leave it out for KubeSphere's own."],
  ],
  [
    { scopes: [] },
    [
      ".scopes: [] is not allowed; allowed: one or more of openid, email, profile. KubeSphere denies every login of a client without scopes; OpenID Connect needs openid.",
    ],
  ],
  [
    { scopes: ["openid", "groups"] },
    ['.scopes[1]: "groups" is not allowed; allowed: openid, email, profile. KubeSphere knows no other scope; remove it.'],
  ],
  [{ scopes: ["openid", "openid"] }, ['.scopes[1]: "openid" is not allowed; allowed: each scope once. Remove it.']],
  [
    { redirectURIs: [] },
    [".redirectURIs: [] is not allowed; allowed: one or more absolute URIs. Name the URI to which the application has the login return."],
  ],
  [
    { redirectURIs: ["https://a.example/cb", "https://a.example/cb"] },
    ['.redirectURIs[1]: "https://a.example/cb" is not allowed; allowed: each URI once. Remove it.'],
  ],
  [{ redirectURIs: ["/cb"] }, [uri("/cb", "Write it whole, with scheme and host.")]],
  [{ redirectURIs: ["localhost:8080/cb"] }, [uri("localhost:8080/cb", "Write it whole, with scheme and host.")]],
  [{ redirectURIs: ["https:///cb"] }, [uri("https:///cb", "Write it whole, with scheme and host.")]],
  [
    { redirectURIs: ["http://h.example/#frag"] },
    [uri("http://h.example/#frag", "A login returns without the fragment: remove `#` and what follows.")],
  ],
  [{ redirectURIs: ["http://q.example/a b"] }, [uri("http://q.example/a b", "A URI has no spaces: write them as %20.")]],
  [
    { redirectURIs: ["https://*.example.com/cb"] },
    [uri("https://*.example.com/cb", "KubeSphere compares URIs character by character and knows no wildcards: list each one.")],
  ],
])("a client that KubeSphere would refuse, or no login would ever match, is named before anything is declared: %j", (client, expected) => {
  expect(problems(client)).toEqual(expected.map((text) => `${path}${text}`));
});

test("two clients of one name are named before KubeSphere refuses the second in the middle of a deployment", () => {
  const clients = [good, { ...good, name: "other" }, good];
  expect(checkOAuthClients("kubesphere:oauthClients", clients).map(({ path, given }) => ({ path, given }))).toEqual([
    { path: "kubesphere:oauthClients[2].name", given: "test" },
  ]);
});

const told = (clients: Parameters<typeof checkOAuthClients>[1], taken?: string[]) =>
  checkOAuthClients("kubesphere:oauthClients", clients, taken).map(describeProblem);

test("a client named like one that the program makes itself is named before KubeSphere refuses it", () => {
  expect(told([good, { ...good, name: "harbor" }], ["harbor"])).toEqual([
    'kubesphere:oauthClients[1].name: "harbor" is not allowed; allowed: a name that no other client has. KubeSphere finds a client by its name alone: rename one of the two.',
  ]);
});

test("two clients in one Secret are named before one of them is lost", () => {
  const clients = [
    { ...good, secretName: "shared" },
    { ...good, name: "two", secretName: "shared" },
    { ...good, name: "three", secretName: "oauthclient-four" },
    { ...good, name: "four" },
  ];
  expect(told(clients)).toEqual([
    'kubesphere:oauthClients[1].secretName: "shared" is not allowed; allowed: a Secret of its own for each client. Leave it out for oauthclient-<name>.',
    'kubesphere:oauthClients[3].secretName: "oauthclient-four" is not allowed; allowed: a Secret of its own for each client. Leave it out for oauthclient-<name>.',
  ]);
});

test("a client cannot have been renamed from one that is still there", () => {
  expect(told([good, { ...good, name: "new", renamedFrom: "test" }, { ...good, name: "newer", renamedFrom: "old" }])).toEqual([
    'kubesphere:oauthClients[1].renamedFrom: "test" is not allowed; allowed: a name that no client has any more. Leave it out: the client of that name is still declared.',
  ]);
});

/** What this program never sends: text that is no such configuration, and what only the cluster can know. */
const NOT_FROM_HERE = ["bad-yaml", "duplicate-key", "timeout-string", "empty-config", "wrong-key", "renamed", "duplicate-name"];

test.each(recorded.filter(({ name, result }) => !result.admitted && !NOT_FROM_HERE.includes(name)))(
  "what KubeSphere's admission webhook refuses is refused before: $name",
  ({ input }) => {
    const client = load(input.stringData["configuration.yaml"] ?? "") as OAuthClientConfiguration;
    const { scopeRestrictions: scopes, ...rest } = client;
    // A missing or null name is the schema's to refuse; here it is empty.
    expect(checkOAuthClient(path, { ...rest, scopes, name: client.name ?? "" })).not.toEqual([]);
  },
);
