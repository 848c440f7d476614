/** Secrets in clear in a stack's file: in git they are everybody's, and for good. */
import { mkdtempSync, rmSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import * as pulumi from "@pulumi/pulumi";
import { clearSecrets } from "../../settings/clearSecrets";
import { readConfig } from "../../settings/config";
import { parseSettings } from "../../settings/parsedSettings";
import { stackFileConfig } from "../../settings/stackFile";
import { declare } from "../support/mocks";

const nothing = () => ({});
const client = (name: string, secret?: string) => ({ name, secret, redirectURIs: ["https://app.example.com/cb"] });
const paths = (...given: Parameters<typeof clearSecrets>) => clearSecrets(...given).map(({ path }) => path);

test("a secret in clear is told by its path and the command that mends it, and never by itself", () => {
  expect(clearSecrets({ values: { oauthClients: [client("a"), client("b", "hush")] }, secretKeys: [], file: nothing })).toEqual([
    {
      path: "kubesphere:oauthClients[1].secret",
      given: "[not shown]",
      allowed: "a Pulumi secret: in clear it is everybody's who reads the stack's file",
      mend: "Choose another one, and set it with `pulumi config set --secret --path 'kubesphere:oauthClients[1].secret'`",
    },
  ]);
});

test("of all settings that take a secret, only a client's is looked at", () => {
  const values = {
    adminPassword: "hush",
    oauthClients: [client("a", "hush")],
    extensionRepositories: [{ name: "ours", password: "hush" }],
    ksCore: { https: { tls: { key: "hush" } } },
    harbor: { values: { harborAdminPassword: "hush", secretKey: "hush" } },
    memberClusters: [{ name: "edge", kubeconfig: "users:\n- name: me\n" }],
    cluster: { kubekey: { hosts: [{ password: "hush" }], registry: { auths: { "registry.lan": { password: "hush" } } } } },
  };
  expect(paths({ values, secretKeys: [], file: nothing })).toEqual([
    "kubesphere:adminPassword",
    "kubesphere:oauthClients[0].secret",
    "kubesphere:extensionRepositories[0].password",
    "kubesphere:ksCore.https.tls.key",
    "kubesphere:harbor.values.harborAdminPassword",
    "kubesphere:harbor.values.secretKey",
    "kubesphere:memberClusters[0].kubeconfig",
    "kubesphere:cluster.kubekey.hosts[0].password",
    'kubesphere:cluster.kubekey.registry.auths["registry.lan"].password',
  ]);
  expect(paths({ values, secretKeys: Object.keys(values), file: nothing })).toEqual([]);
  expect(paths({ values: { adminPassword: "$2a$10$hash", oauthClients: "no list" }, secretKeys: [], file: nothing })).toEqual([]);
});

test("the path of a member's kubeconfig would be called a secret that everybody reads", () => {
  const values = {
    memberClusters: [
      { name: "edge", kubeconfig: "./edge.yaml" },
      { name: "lyon", kubeconfig: '{"users":[]}' },
    ],
  };
  expect(paths({ values, secretKeys: [], file: nothing })).toEqual(["kubesphere:memberClusters[1].kubeconfig"]);
  // The contents of one are encrypted, those of the other are not.
  const file = () => ({ memberClusters: [{ kubeconfig: { secure: "v1:…" } }, { kubeconfig: '{"users":[]}' }] });
  const both = {
    memberClusters: [
      { name: "edge", kubeconfig: "a\nb" },
      { name: "lyon", kubeconfig: '{"users":[]}' },
    ],
  };
  expect(paths({ values: both, secretKeys: ["memberClusters"], file })).toEqual(["kubesphere:memberClusters[1].kubeconfig"]);
});

test("beside one that is encrypted, another one in clear goes unseen", () => {
  const values = { oauthClients: [client("a", "hush"), client("b", "hush too")] };
  const file = () => ({ oauthClients: [{ secret: { secure: "v1:…" } }, { secret: "hush too" }] });
  expect(paths({ values, secretKeys: ["oauthClients"], file })).toEqual(["kubesphere:oauthClients[1].secret"]);
  // A file that is not the one in use says nothing.
  expect(paths({ values, secretKeys: ["oauthClients"], file: () => ({ oauthClients: [{ secret: "former" }] }) })).toEqual([]);
});

test("production takes a secret in clear", () => {
  const raw = { access: { nodeIP: "192.168.50.208" }, adminPassword: "of-our-own", production: true, oauthClients: [client("a", "hush")] };
  const told =
    'kubesphere:oauthClients[0].secret: "[not shown]" is not allowed; allowed: a Pulumi secret, as `production` is true. ' +
    "Choose another one, and set it with `pulumi config set --secret --path 'kubesphere:oauthClients[0].secret'`.";
  expect(() => parseSettings(raw, "prod", ["adminPassword"])).toThrow(new Error(told));
  expect(parseSettings(raw, "prod", ["adminPassword", "oauthClients"]).production).toBe(true);
  expect(parseSettings({ ...raw, production: false }, "dev").production).toBe(false);
});

describe("as the engine hands it over", () => {
  const warn = jest.spyOn(pulumi.log, "warn");
  let folder: string;
  beforeEach(() => {
    warn.mockReset().mockResolvedValue();
    folder = mkdtempSync(join(tmpdir(), "stack-file-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = (config: Record<string, string>) =>
    declare(() => Promise.resolve(readConfig()), { config: { "kubesphere:access": '{"nodeIP": "192.168.50.208"}', ...config } });

  test("elsewhere it is a warning, and the stack's file tells which of several it is", async () => {
    const file = join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, "config: {kubesphere:oauthClients: [{secret: {secure: v1}}, {secret: hush}]}");
    const before = { ...process.env };
    process.env["PULUMI_OPTION_CONFIG_FILE"] = file;
    process.env["PULUMI_CONFIG_SECRET_KEYS"] = '["kubesphere:oauthClients"]';
    try {
      await read({ "kubesphere:oauthClients": JSON.stringify([client("a", "hidden"), client("b", "hush")]) });
    } finally {
      process.env = before;
    }
    expect(warn.mock.calls).toEqual([
      [
        'kubesphere:oauthClients[1].secret: "[not shown]" is a risk; better: a Pulumi secret: in clear it is everybody\'s who reads the ' +
          "stack's file. Choose another one, and set it with `pulumi config set --secret --path 'kubesphere:oauthClients[1].secret'`.",
      ],
    ]);
  });

  test("a stack's file is looked for elsewhere than Pulumi does, or one that is not there ends the run", () => {
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: {kubesphere:adminPassword: hush}");
    writeFileSync(join(folder, "Pulumi.torn.yaml"), "config: {");
    expect(stackFileConfig("dev", folder, {})).toEqual({ "kubesphere:adminPassword": "hush" });
    for (const stack of ["torn", "none"]) expect(stackFileConfig(stack, folder, {})).toEqual({});
  });

  test.each(["1234567890", "12345678901234567890", "0123", "true", "null", "{}", '"quoted"', "1e5"])(
    "an administrator's password %s is taken for no text, or for another one",
    async (password) => {
      const { result } = await read({ "kubesphere:adminPassword": password });
      expect(result.adminPassword).toBe(password);
    },
  );
});
