import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import { delimiter, dirname, join } from "path";
import { dump } from "js-yaml";
import { accessOf, connection, oneContext, readKubeconfig, type Access, type Surroundings } from "../../../kubesphere/cluster/kubeconfig";

const root = mkdtempSync(join(tmpdir(), "kubeconfig-"));
afterAll(() => rmSync(root, { recursive: true }));

const at = (path: string) => join(root, path);
function write(path: string, content: string | object): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), typeof content === "string" ? content : dump(content));
  return at(path);
}
const base64 = (text: string) => Buffer.from(text).toString("base64");

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
}
/** A kubeconfig whose one context, cluster and user are all called `name`. */
const single = (name: string, { cluster, user, context }: Parts = {}) => ({
  apiVersion: "v1",
  kind: "Config",
  "current-context": name,
  contexts: [{ name, context: { cluster: name, user: name, ...context } }],
  clusters: [{ name, cluster: { server: `https://${name}:6443`, ...cluster } }],
  users: [{ name, user: user ?? { token: `fake-${name}` } }],
});

const surroundings = (env: Surroundings["env"] = {}): Surroundings => ({ env, home: at("home"), serviceAccount: at("pod") });
const access = (given: string | undefined, context?: string, from = surroundings()): Access =>
  accessOf(oneContext(readKubeconfig(given, from), context));
const plain = { namespace: "default", isInsecure: false, special: [] };

describe("where it comes from", () => {
  test("a kubeconfig is taken as text or as a path, also under ~", () => {
    const expected = { ...plain, server: "https://a:6443", token: "fake-a" };
    expect(access(dump(single("a")))).toEqual(expected);
    expect(access(JSON.stringify(single("a")))).toEqual(expected);
    expect(access(write("a.yaml", single("a")))).toEqual(expected);
    write("home/mine/config", single("a"));
    expect(access("~/mine/config")).toEqual(expected);
  });

  test("several files of $KUBECONFIG are one, in which the first word stands, as kubectl has it", () => {
    const first = write("first.yaml", { ...single("a"), "current-context": "" });
    const second = write("second.yaml", { ...single("b"), users: [...single("b").users, { name: "a", user: { token: "fake-other" } }] });
    const third = write("third.yaml", single("c"));
    const config = readKubeconfig(undefined, surroundings({ KUBECONFIG: [first, at("none.yaml"), second, "", third].join(delimiter) }));
    expect(config.contexts.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(config["current-context"]).toBe("b");
    expect(accessOf(oneContext(config, "a")).token).toBe("fake-a");
  });

  test("without $KUBECONFIG it is ~/.kube/config; inside a Pod, its service account", () => {
    write("pod/token", "fake-pod\n");
    write("pod/ca.crt", "CA");
    write("pod/namespace", "team\n");
    const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
    expect(access(undefined, undefined, surroundings(env))).toEqual({
      ...plain,
      server: "https://[fd00::1]:443",
      namespace: "team",
      ca: "CA",
      token: "fake-pod",
    });
    write("home/.kube/config", single("mine"));
    expect(access(undefined, undefined, surroundings({ ...env, KUBECONFIG: "" })).server).toBe("https://mine:6443");
  });

  test.each([
    ["a file that is not there", () => at("none.yaml"), "ENOENT"],
    ["a folder", () => root, "EISDIR"],
    ["$KUBECONFIG with no file that is there", () => undefined, "ENOENT"],
    ["a text that is no YAML", () => "a: b: c\n", undefined],
    ["a text that is no map", () => "\n", undefined],
  ])("%s is an error whose code tells what is wrong", (_what, given, code) => {
    let found: unknown = "no error";
    try {
      readKubeconfig(given(), surroundings({ KUBECONFIG: at("none.yaml") }));
    } catch (error) {
      found = (error as NodeJS.ErrnoException).code;
    }
    expect(found).toBe(code);
  });
});

describe("what it says", () => {
  test("files are looked for beside the kubeconfig that names them, and data goes before files", () => {
    write("team/pki/ca.crt", "CA");
    write("team/me.key", "KEY");
    write("team/me.token", "fake-file\n");
    const user = {
      "client-certificate-data": base64("CERT"),
      "client-certificate": "none.crt",
      "client-key": "me.key",
      tokenFile: "me.token",
      token: "fake-old",
    };
    const file = write(
      "team/config",
      single("a", { cluster: { "certificate-authority": "pki/ca.crt" }, user, context: { namespace: "n" } }),
    );
    expect(access(file)).toEqual({
      ...plain,
      server: "https://a:6443",
      namespace: "n",
      ca: "CA",
      cert: "CERT",
      key: "KEY",
      token: "fake-file",
    });
  });

  test("the chosen context comes out as a kubeconfig that is good anywhere, with nothing of the others", () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./bin/login", args: ["--fast"] };
    write("exec/config", { ...single("a", { cluster: { "certificate-authority": "ca.crt" }, user: { exec } }) });
    const both = readKubeconfig(undefined, surroundings({ KUBECONFIG: [at("exec/config"), write("b.yaml", single("b"))].join(delimiter) }));
    expect(oneContext(both, "a", "b")).toEqual({
      "current-context": "a",
      contexts: [{ name: "a", context: { cluster: "b", user: "a" } }],
      clusters: [{ name: "b", cluster: { server: "https://b:6443" } }],
      users: [{ name: "a", user: { exec: { ...exec, command: at("exec/bin/login") } } }],
    });
  });

  test("a name that leads nowhere, a file that is gone and a cluster without an address are said by name", () => {
    const text = (parts: Parts) => JSON.stringify(single("a", parts));
    expect(() => access(text({}), "prod")).toThrow(new Error('there is no context "prod"'));
    expect(() => access(text({ context: { cluster: "gone" } }))).toThrow(new Error('there is no cluster "gone"'));
    expect(() => access(text({ context: { user: "gone" } }))).toThrow(new Error('there is no user "gone"'));
    expect(() => access(text({ cluster: { server: "" } }))).toThrow(new Error('cluster "a" has no server'));
    expect(() => access(text({ user: { "client-key": at("gone.key") } }))).toThrow(`open '${at("gone.key")}'`);
  });

  test.each([
    ["a login by a command", { user: { exec: { command: "aws" } } }, ["exec"]],
    ["a login by a provider", { user: { "auth-provider": { name: "oidc" } } }, ["auth-provider"]],
    ["acting as somebody else", { user: { token: "fake", as: "root" } }, ["as"]],
    ["a proxy", { cluster: { "proxy-url": "socks5://localhost:1080" } }, ["proxy-url"]],
  ])("%s is left to a client library", (_what, parts, special) => {
    expect(access(JSON.stringify(single("a", parts))).special).toEqual(special);
  });
});

describe("how the API server is asked", () => {
  const connectionOf = (parts: Parts) => connection(access(JSON.stringify(single("a", parts))));

  test("with a certificate, a token, a name and password, or as nobody", () => {
    expect(connectionOf({ user: { "client-certificate-data": base64("CERT"), "client-key-data": base64("KEY") } })).toEqual({
      cert: "CERT",
      key: "KEY",
      headers: {},
    });
    expect(connectionOf({})).toEqual({ headers: { authorization: "Bearer fake-a" } });
    expect(connectionOf({ user: { username: "me", password: "fake" } })).toEqual({
      headers: { authorization: `Basic ${base64("me:fake")}` },
    });
    expect(connectionOf({ context: { user: undefined } })).toEqual({ headers: {} });
  });

  test("by the certificate authority, the name or the trust that the kubeconfig gives", () => {
    const cluster = { "certificate-authority-data": base64("CA"), "tls-server-name": "kubernetes" };
    expect(connectionOf({ cluster, user: {} })).toEqual({ ca: "CA", servername: "kubernetes", headers: {} });
    expect(connectionOf({ cluster: { "insecure-skip-tls-verify": true }, user: {} })).toEqual({ rejectUnauthorized: false, headers: {} });
  });
});
