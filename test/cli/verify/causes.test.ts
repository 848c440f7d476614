/** A name without an address, told by what is behind it: whoever looks for a fault in the wrong place finds none. */
import { statedIngress } from "../../../cli/shared/statedIngress";
import { unanswered, unresolved } from "../../../cli/verify/causes";
import { NoAnswer } from "../../../cli/verify/http";

const NODE = { nodeIP: "192.168.50.208" };
const cause = (host: string, access: Parameters<typeof unresolved>[2] = NODE) => unresolved(host, `http://${host}:30880/`, access);

test.each([
  ["console", "it is a name without a domain: no DNS has a record of it, and each machine looks for it under a domain of its own"],
  ["ks-console.kubesphere-system.svc", "it is a name of the cluster's own DNS, which nobody outside of it asks"],
  ["ks-apiserver.kubesphere-system.svc.cluster.local", "it is a name of the cluster's own DNS, which nobody outside of it asks"],
  ["ks.example.com", "there is no record ks.example.com"],
  ["notnip.io", "there is no record notnip.io"],
])("nip.io is blamed for %s, which is not under it", (host, told) => {
  expect(cause(host).cause).toBe(told);
  expect(Object.values(cause(host)).join(" ")).not.toMatch(/(?:^|\s)nip\.io/);
  expect(cause(host).next).toContain("192.168.50.208");
});

test("a single label is to become another name, or a line in hosts files, and no record of DNS", () => {
  expect(cause("console").next).toBe(
    'name another one in kubesphere:access or kubesphere:ksCore.portal, or put "192.168.50.208 console" into the hosts file of each machine; until then: npx luban verify --resolve console:30880:192.168.50.208',
  );
});

test.each([
  [NODE, "demo.192.168.50.208.nip.io", "192.168.50.208"],
  [{ domain: "10.0.0.1.sslip.io" }, "demo.10.0.0.1.sslip.io", "10.0.0.1"],
])("a name that says its address is looked for among somebody's records (%j)", (access, host, address) => {
  const zone = host.split(".").slice(-2).join(".");
  expect(cause(host, access)).toEqual({
    cause: `${zone} is not asked, or its answer is not let through: some resolvers refuse names that lead to private addresses`,
    next: `let the resolver pass ${zone}, put "${address} ${host}" into the hosts file, or go around it: npx luban verify --resolve ${host}:30880:${address}`,
  });
});

test("a name under nip.io without an address in it is nobody's to resolve", () => {
  expect(cause("demo.nip.io")).toEqual({
    cause: "nip.io has no address for it: there is none in the name",
    next: "name another one in kubesphere:access or kubesphere:ksCore.portal",
  });
});

test.each([
  [
    {},
    "give the ingress controller a certificate for that name: controller.extraArgs.default-ssl-certificate in kubesphere:ingress.values, namespace/name of a TLS Secret",
  ],
  [
    { ingress: { controller: "traefik" } },
    "give the ingress controller a certificate for that name: tlsStore.default.defaultCertificate.secretName in kubesphere:ingress.values, the name of a TLS Secret in the namespace traefik",
  ],
  [
    { ingress: { controller: "contour" } },
    "Contour has no certificate for all hosts: give the extension's Ingress spec.tls with a Secret, or take another controller",
  ],
  [{ ingressNginx: { install: false } }, "give the cluster's ingress controller a certificate for that name"],
])("whoever lacks a certificate for an extension is told where this controller takes it from (%j)", (config, next) => {
  const place = { url: "https://demo.example.com/", access: NODE, server: "the ingress controller", ingress: statedIngress(config) };
  expect(unanswered(new NoAnswer(place.url, "SELF_SIGNED_CERT", "self-signed"), place).next).toBe(next);
});
