import { issuerWarnings } from "../../../kubesphere/login/issuer";
import { consoleCertificate, consoleIngressValues, consolePortal, type ConsoleTls } from "../../../kubesphere/login/consoleIngress";
import { portalUrl, type Access, type Portal } from "../../../kubesphere/urls";

const access: Access = { nodeIP: "192.168.50.218" };
const warnings = (portal: Portal, of: Access = access, isOwnIngress = false) =>
  issuerWarnings({ access: of, consolePort: 30880, portal, isOwnIngress });

test("the in-cluster name as issuer is told with the hosts line that makes logins work from outside", () => {
  const portal = { hostname: "ks-console.kubesphere-system.svc", http: { port: 30880 } };
  expect(warnings(portal)).toEqual([
    "kubesphere:ksCore.portal.hostname: ks-console.kubesphere-system.svc is known inside the cluster only. On every machine whose browser or application signs in, add this line to the hosts file: 192.168.50.218 ks-console.kubesphere-system.svc",
  ]);
  expect(warnings(portal, { domain: "ks.example.com" })[0]).toMatch(
    /hosts file: <address of ks\.example\.com> ks-console\.kubesphere-system\.svc$/,
  );
});

test("an issuer where the console answers is not remarked on", () => {
  expect(warnings({ hostname: "192.168.50.218", http: { port: 30880 } })).toEqual([]);
  expect(warnings({ hostname: "ks.example.com", http: { port: 30880 } }, { domain: "ks.example.com" })).toEqual([]);
  expect(warnings({ hostname: "ks.other.com", http: { port: 30880 }, https: { port: 443 } }, access, true)).toEqual([]);
});

test.each<[Portal, string]>([
  [{ hostname: "ks.example.com", http: { port: 30880 } }, "http://ks.example.com:30880"],
  [{ hostname: "192.168.50.218", http: { port: 80 } }, "http://192.168.50.218"],
  [{ hostname: "192.168.50.218", http: { port: 30880 }, https: { port: 443 } }, "https://192.168.50.218"],
])("an issuer other than where the console answers is told, since logins may end nowhere: %j", (portal, issuer) => {
  expect(warnings(portal)).toEqual([
    `kubesphere:ksCore.portal: the issuer is ${issuer}, and the console answers at http://192.168.50.218:30880. Logins work where the first leads to the second: see to DNS and the proxy between them, or leave the portal out.`,
  ]);
});

const ingress = (tls: ConsoleTls) => consoleIngressValues({ className: "nginx", tls })["ingress"];
const on = { enabled: true, ingressClassName: "nginx" };

test("ks-core's Ingress takes the certificate from where the stack has it", () => {
  expect(ingress({ generate: true })).toEqual({ ...on, tls: { enabled: true, source: "generation" } });
  expect(ingress({ secretName: "own-tls" })).toEqual({ ...on, tls: { enabled: true, source: "importation", secretName: "own-tls" } });
  const ours = { ...on, tls: { enabled: true, source: "importation", secretName: "ks-console-tls" } };
  expect(ingress({ certificate: "c", key: "k" })).toEqual(ours);
  expect(ingress({ certManager: { issuer: "ca" } })).toEqual(ours);
});

test("cert-manager is asked for a certificate of the console's host, by the issuer of the stack's choice", () => {
  const expected = (kind: string) => ({
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: "ks-console-tls", namespace: "kubesphere-system" },
    spec: {
      secretName: "ks-console-tls",
      dnsNames: ["ks.example.com"],
      issuerRef: { group: "cert-manager.io", kind, name: "ca" },
    },
  });
  expect(consoleCertificate("ks.example.com", { issuer: "ca" }, "kubesphere-system")).toEqual(expected("Issuer"));
  expect(consoleCertificate("ks.example.com", { clusterIssuer: "ca" }, "kubesphere-system")).toEqual(expected("ClusterIssuer"));
});

test("the issuer is the Ingress's address, so that tokens name where they come from", () => {
  const portal = consolePortal({ hostname: "ks.example.com", port: 30443, className: "nginx", tls: { generate: true } }, 30880);
  expect(portal).toEqual({ hostname: "ks.example.com", http: { port: 30880 }, https: { port: 30443 } });
  expect(portalUrl(portal)).toBe("https://ks.example.com:30443");
});
