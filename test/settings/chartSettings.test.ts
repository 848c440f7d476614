/** What a configuration says of a chart's server. */
import { holdsSecret } from "../../settings/clearSecrets";
import { parseSettings } from "../../settings/parsedSettings";
import { CERTIFICATE } from "../support/certificate";

const parse = (raw: object) => parseSettings({ access: { domain: "ks.example.com" }, ...raw }, "dev");
const LOGIN = { username: "reader", password: "fake" };
const ACCESS = { ...LOGIN, caBundle: CERTIFICATE };

test("a login or a certificate is lost on the way to a chart, be it the default one", () => {
  const { ksCore, ingress, harbor } = parse({
    ksCore: { chart: "oci://r.example.com/ks-core", version: "1.2.4", ...ACCESS, portal: { https: { port: 443 } } },
    ingress: { repository: "https://charts.example.com", ...ACCESS },
    harbor: { externalURL: "https://h.example.com", ...ACCESS },
  });
  for (const chart of [ksCore, ingress.installed, harbor]) expect(chart).toMatchObject(ACCESS);
  const plain = { chart: "oci://r.example.com/ingress-nginx", version: "4.15.1", ...LOGIN, plainHttp: true };
  for (const key of ["ingress", "ingressNginx"]) expect(parse({ [key]: plain }).ingress.installed).toMatchObject(plain);
});

const NO_TLS = "allowed: nothing where there is no TLS. Remove it.";
const OCI = { chart: "oci://r.example.com/ks-core", version: "1.2.4" };
test.each<[why: string, raw: object, told: string]>([
  ["there is no TLS", { ksCore: { chart: "http://charts.example.com/ks-core-1.2.4.tgz", caBundle: CERTIFICATE } }, NO_TLS],
  ["the registry has none", { ksCore: { ...OCI, ...ACCESS, plainHttp: true } }, NO_TLS],
  ["the provider does not heed it", { ksCore: { ...OCI, caBundle: CERTIFICATE } }, "Add them to what the machine trusts ($SSL_CERT_FILE)."],
  [
    "the provider does not heed it",
    { ingress: { controller: "nginx", caBundle: CERTIFICATE } },
    "without one, Pulumi's provider does not heed",
  ],
  [
    "the package is on the disk",
    { extensions: [{ source: "./a", caBundle: CERTIFICATE }] },
    "nothing beside what is on this machine. Remove it.",
  ],
  [
    "there is a list",
    { extensions: [{ ...LOGIN, versions: [{ source: "./a" }] }] },
    "nothing beside `versions`, each of which has its own. Move it into the list.",
  ],
])("what nobody would heed is taken: %s", (_, raw, told) => {
  expect(() => parse(raw)).toThrow(told);
});

test("a package in a registry with a login needs its source on the disk, too", () => {
  const packages = [{ chartURL: "oci://r.example.com/demo:0.1.0", ...LOGIN }];
  expect(parse({ extensions: packages }).extensions[0]?.packages).toEqual([expect.objectContaining(packages[0])]);
  expect(parse({ extensions: [{ versions: packages }] }).extensions[0]?.packages).toEqual(packages);
});

test("beside a chart's password all of its values become secrets, which no preview shows", () => {
  const encrypted = { secure: "v1:…" };
  const file = () => ({
    ksCore: { password: encrypted, values: { a: 1 } },
    harbor: { values: { harborAdminPassword: encrypted } },
    ingress: encrypted,
    extensions: [{ password: encrypted, install: { config: {} } }],
  });
  const secretKeys = ["ksCore", "harbor", "ingress", "extensions", "elsewhere"];
  const is = (key: string, part: string) => holdsSecret({ secretKeys, file }, key, part);
  expect(["ksCore", "harbor", "ingress", "elsewhere", "none"].map((key) => is(key, "values"))).toEqual([false, true, true, true, false]);
  expect([is("extensions", "*.install"), is("extensions", "*.password")]).toEqual([false, true]);
});
