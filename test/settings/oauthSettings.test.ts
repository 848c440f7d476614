import { readFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../settings/config";
import { parseSettings } from "../../settings/parsedSettings";
import { checkLogins } from "../../settings/oauthChecks";
import { declare } from "../support/mocks";
import { selfSigned } from "../support/selfSigned";

// In production there must be a password, whatever else is wrong.
const minimal = { access: { nodeIP: "192.168.50.208" }, adminPassword: "of-our-own" };
const parse = (raw: object) => parseSettings({ ...minimal, ...raw }, "dev", ["adminPassword"]);
const warnings = (raw: object, now = new Date()) => checkLogins(parse(raw), now).warnings;

interface Refusal {
  /** YAML of the configuration. */
  readonly given: string;
  readonly told: string | string[];
}
const refusals = load(readFileSync(join(__dirname, "oauthRefusals.yaml"), "utf8")) as Refusal[];

test.each(refusals)("$given is refused: the key, the value but no secret, what is allowed, how to mend it", ({ given, told }) => {
  const lines = [told].flat();
  expect(() => parse(load(given) as object)).toThrow(new Error(lines.join("\n")));
  for (const line of lines) expect(line).toMatch(/^kubesphere:\S+: .+; allowed: .+\. .+\.$/);
  expect(lines.join()).not.toMatch(/hush|20180605/);
});

const generate = { tls: { generate: true } };

test("a console with https answers on the ingress controller's NodePort, under a name that an Ingress takes", () => {
  const { ksCore } = parse({ ports: { ingressHttps: 30443 }, ksCore: { https: generate } });
  expect(ksCore.portal).toEqual({ hostname: "192.168.50.208.nip.io", http: { port: 30880 }, https: { port: 30443 } });
  expect(ksCore.https).toEqual({ hostname: "192.168.50.208.nip.io", className: "nginx", port: 30443, tls: { generate: true } });
});

test("a console with https behind a load balancer or a controller of one's own answers on the usual port", () => {
  const https = { hostname: "ks.example.com", className: "traefik", port: 443, tls: { certManager: { clusterIssuer: "ca" } } };
  expect(parse({ ksCore: { https } }).ksCore).toMatchObject({
    portal: { hostname: "ks.example.com", http: { port: 30880 }, https: { port: 443 } },
    https,
  });
  const elsewhere = parse({ access: { domain: "ks.example.com" }, ingressNginx: { install: false }, ksCore: { https: generate } });
  expect(elsewhere.ksCore.portal).toEqual({ hostname: "ks.example.com", http: { port: 30880 }, https: { port: 443 } });
});

const day = 24 * 3600 * 1000;
const pair = (days: number) => selfSigned(["ks.example.com"], new Date(Date.now() - day), new Date(Date.now() + days * day));
const withPair = (days: number) => ({ ksCore: { https: { hostname: "ks.example.com", port: 443, tls: pair(days) } } });

test("a certificate for the console's name is taken, and one that ends soon is told of", () => {
  expect(warnings(withPair(60.5))).toEqual([]);
  expect(warnings(withPair(10.5))).toEqual([
    expect.stringMatching(/^kubesphere:ksCore\.https\.tls\.certificate: it ends in 10 days, on .+\. Renew it\.$/),
  ]);
});

test("Harbor comes from its public repository, pinned, unless the stack names a mirror", () => {
  const secure = { ports: { ingressHttps: 30443 }, ksCore: { https: { tls: { secretName: "own" } } } };
  const externalURL = "https://harbor.example.com";
  const defaults = { externalURL, autoOnboard: true, verifyCert: true, values: {} };
  expect(parse({ ...secure, harbor: { externalURL } }).harbor).toEqual({
    ...defaults,
    chart: "harbor",
    repository: "https://helm.goharbor.io",
    version: "1.19.1",
  });
  const mirror = { chart: "oci://registry.example.com/harbor", version: "1.18.0" };
  expect(parse({ ...secure, harbor: { externalURL, ...mirror } }).harbor).toEqual({ ...defaults, ...mirror });
  expect(warnings({ ...secure, harbor: { externalURL, adminGroup: "admins" } })).toEqual([
    "kubesphere:harbor.adminGroup: KubeSphere 4.1 sends no groups with a login, so nobody becomes Harbor's administrator by one. Make the first administrator in Harbor itself.",
  ]);
});

test("a self-signed console and a Harbor that does not check it go together", () => {
  const harbor = { externalURL: "https://harbor.example.com", verifyCert: false };
  expect(parse({ ports: { ingressHttps: 30443 }, ksCore: { https: generate }, harbor }).harbor?.verifyCert).toBe(false);
});

test("the in-cluster issuer is told with the stack's own hosts line", () => {
  expect(warnings({ ksCore: { portal: { hostname: "ks-console.kubesphere-system.svc" } } })).toEqual([
    expect.stringMatching(/hosts file: 192\.168\.50\.208 ks-console\.kubesphere-system\.svc$/),
  ]);
});

test("what is worth a warning is told when the stack is deployed", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const config = {
    "kubesphere:access": '{"nodeIP": "192.168.50.218"}',
    "kubesphere:ksCore": '{"portal": {"hostname": "ks-console.kubesphere-system.svc"}}',
  };
  await declare(() => Promise.resolve(readConfig()), { config });
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/hosts file: 192\.168\.50\.218 ks-console\.kubesphere-system\.svc$/)]]);
  warn.mockRestore();
});

test("a stack that says nothing of logins hears nothing of them", () => {
  expect(warnings({})).toEqual([]);
});
