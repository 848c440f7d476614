/** A kubeconfig that names a file, or a command, works here and not in the Pod of KubeSphere's manager. */
import { mkdtempSync, rmSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import { memberKubeconfig } from "../../../kubesphere/member/memberKubeconfig";
import { CERTIFICATE } from "../../support/certificate";

const folder = mkdtempSync(join(tmpdir(), "member-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const encoded = (text: string) => Buffer.from(text).toString("base64");

const kubeconfig = ({ user = { token: "fake-token" } as object, cluster = {} as object, ...rest }: Record<string, unknown> = {}) => ({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "edge",
  contexts: [{ name: "edge", context: { cluster: "edge", user: "me" } }],
  clusters: [{ name: "edge", cluster: { server: "https://edge:6443/", ...(cluster as object) } }],
  users: [{ name: "me", user }],
  ...rest,
});
const PATH = "kubesphere:memberClusters[0].kubeconfig";
const of = (config: object) => memberKubeconfig(PATH, JSON.stringify(config));

test("a flat kubeconfig stays as it is written, so that a member joined by hand with it shows no difference", () => {
  const text = `# the edge\n${JSON.stringify(kubeconfig())}\n`;
  expect(memberKubeconfig(PATH, text)).toEqual({ text, server: "https://edge:6443", validTo: undefined, isSandbox: false });
  // And the same from a file.
  expect(memberKubeconfig(PATH, file("flat", text)).text).toBe(text);
});

test("a sandbox's own member would be warned of: the manager that plays there reaches this machine", () => {
  const extensions = (...names: unknown[]) => of(kubeconfig({ cluster: { extensions: names.map((name) => ({ name, extension: {} })) } }));
  expect([extensions("other", "sandbox.kubesphere-luban"), extensions("other")].map(({ isSandbox }) => isSandbox)).toEqual([true, false]);
});

test("files that a kubeconfig names are read in, relative to it, and other clusters' logins are left out", () => {
  file("ca.crt", "authority");
  file("me.crt", CERTIFICATE);
  file("me.key", "key");
  const config = kubeconfig({
    cluster: { "certificate-authority": "ca.crt" },
    user: { "client-certificate": "me.crt", "client-key": "me.key", "client-key-data": encoded("wins") },
  });
  const given = file("config", JSON.stringify({ ...config, users: [...config.users, { name: "other", user: { token: "not-of-edge" } }] }));
  const { text, validTo } = memberKubeconfig(PATH, given);
  expect(JSON.parse(text)).toEqual(
    kubeconfig({
      cluster: { "certificate-authority-data": encoded("authority") },
      user: { "client-certificate-data": encoded(CERTIFICATE), "client-key-data": encoded("wins") },
    }),
  );
  expect(validTo?.toISOString()).toBe("2126-10-30T01:09:28.000Z");
  const token = kubeconfig({ user: { tokenFile: file("token", "fresh\n"), token: "stale" } });
  expect(JSON.parse(of(token).text)).toEqual(kubeconfig({ user: { token: "fresh" } }));
});

test.each<[what: string, given: () => string, told: string]>([
  [
    "a file that is not there",
    () => join(folder, "none"),
    `${PATH}: "${join(folder, "none")}" is not allowed; allowed: a kubeconfig that can be read (ENOENT). Set the contents with \`pulumi config set --secret --path\`, or write the path of a file.`,
  ],
  [
    "no kubeconfig, of which nothing is quoted",
    () => "password: hush\n- so",
    `${PATH}: "[not shown]" is not allowed; allowed: a kubeconfig that can be read (it is none, or a part of it is missing). Set`,
  ],
  [
    "one without a current context",
    () => JSON.stringify(kubeconfig({ "current-context": "" })),
    `${PATH}: "[not shown]" is not allowed; allowed: a kubeconfig with a current context. \`kubectl config view --flatten --minify --context NAME\``,
  ],
  [
    "a login by a command",
    () => JSON.stringify(kubeconfig({ user: { exec: { command: "aws" } } })),
    `${PATH}: "[not shown]" is not allowed; allowed: a kubeconfig with a token or a client certificate, as KubeSphere's manager cannot log in by exec. Make a ServiceAccount`,
  ],
  [
    "a certificate that is none",
    () => JSON.stringify(kubeconfig({ user: { "client-certificate-data": encoded("hush") } })),
    `${PATH}: "[not shown]" is not allowed; allowed: a kubeconfig that can be read`,
  ],
])("%s is refused with the remedy", (_what, given, told) => {
  expect(() => memberKubeconfig(PATH, given())).toThrow(told);
});
