import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { fillConfig, saltOf } from "../../sandbox/src/stackConfig";

const template = readFileSync(join(__dirname, "../../Pulumi.sandbox.yaml"), "utf8");
const values = { kubeconfig: "/cache/kubeconfig", context: "kubesphere-sandbox-x", ingressPort: 31888, consolePort: 31880, salt: "v1:abc" };

test("the copy is the template with the sandbox's cluster, ports and salt", () => {
  const { config } = load(template) as { config: Record<string, Record<string, unknown>> };
  expect(load(fillConfig(template, values))).toEqual({
    config: {
      ...config,
      "kubesphere:ports": { ingress: 31888, console: 31880 },
      "kubesphere:cluster": { ...config["kubesphere:cluster"], kubeconfig: "/cache/kubeconfig", context: "kubesphere-sandbox-x" },
    },
    encryptionsalt: "v1:abc",
  });
});

test("what a user has set in the copy stays, and a second start changes nothing", () => {
  const changed = fillConfig(template, values).replace("config:\n", "config:\n  kubesphere:mine: 1\n");
  const again = fillConfig(changed, values);
  expect((load(again) as { config: Record<string, unknown> }).config["kubesphere:mine"]).toBe(1);
  expect(fillConfig(again, values)).toBe(again);
});

test("names that a browser here cannot open become names under localhost and back, and an address that a user has set stays", () => {
  const access = (text: string) => (load(text) as { config: Record<string, unknown> }).config["kubesphere:access"];
  const local = fillConfig(template, { ...values, zone: "localhost" });
  expect([access(template), access(local)]).toEqual([{ nodeIP: "127.0.0.1" }, { domain: "localhost" }]);
  expect(access(fillConfig(local, { ...values, zone: "nip.io" }))).toEqual({ nodeIP: "127.0.0.1" });
  const own = local.replace("domain: localhost", "domain: apps.example");
  expect(access(fillConfig(own, { ...values, zone: "nip.io" }))).toEqual({ domain: "apps.example" });
});

test("the salt comes from the stack's state, so that a lost copy does not lose the stack's secrets", () => {
  const state = { checkpoint: { latest: { secrets_providers: { type: "passphrase", state: { salt: "v1:abc" } } } } };
  expect([saltOf(JSON.stringify(state)), saltOf(JSON.stringify({ checkpoint: {} }))]).toEqual(["v1:abc", undefined]);
});
