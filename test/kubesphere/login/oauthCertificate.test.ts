import { checkKeyPair, type KeyPair } from "../../../kubesphere/login/certificate";
import { describeProblem } from "../../../kubesphere/errors";
import { selfSigned } from "../../support/selfSigned";

const path = "kubesphere:ksCore.https.tls";
const now = new Date("2026-06-01T00:00:00Z");
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const good = selfSigned(["ks.example.com"], day("2026-01-01"), day("2027-01-01"));
const check = (pair: Partial<KeyPair>) => {
  const { problems, warnings } = checkKeyPair(path, { ...good, ...pair }, "ks.example.com", now);
  return { problems: problems.map(describeProblem), warnings };
};

test("a certificate that browsers take for the console is not refused", () => {
  expect(check({})).toEqual({ problems: [], warnings: [] });
  expect(check(selfSigned(["*.example.com"], day("2026-01-01"), day("2027-01-01")))).toEqual({ problems: [], warnings: [] });
});

test("a chain is read by its first certificate, which is the host's own", () => {
  const authority = selfSigned(["authority"], day("2026-01-01"), day("2027-01-01"));
  expect(check({ certificate: good.certificate + authority.certificate })).toEqual({ problems: [], warnings: [] });
});

const other = selfSigned(["other.example.com"], day("2026-01-01"), day("2027-01-01"));
const ended = selfSigned(["ks.example.com"], day("2026-01-01"), day("2026-05-01"));
const early = selfSigned(["ks.example.com"], day("2026-07-01"), day("2027-05-01"));

test.each<[string, Partial<KeyPair>, string]>([
  [
    "no certificate",
    { certificate: "hello" },
    '.certificate: "[not shown]" is not allowed; allowed: certificates in PEM. Write them as a block of text that begins with -----BEGIN CERTIFICATE-----.',
  ],
  [
    "no key",
    { key: "hunter2" },
    '.key: "[not shown]" is not allowed; allowed: a private key in PEM, not encrypted. Set it with `pulumi config set --secret --path`.',
  ],
  [
    "another certificate's key",
    { key: other.key },
    '.key: "[not shown]" is not allowed; allowed: the key that the certificate was made with. Take the two from the same place; the host\'s own certificate comes first.',
  ],
  [
    "a certificate for another host",
    other,
    '.certificate: "DNS:other.example.com" is not allowed; allowed: a certificate for ks.example.com. Issue it for that name, or set https.hostname to one that it has.',
  ],
  [
    "a certificate that has ended",
    ended,
    '.certificate: "valid until May  1 00:00:00 2026 GMT" is not allowed; allowed: a certificate that has not ended. Renew it.',
  ],
  [
    "a certificate of the future",
    early,
    '.certificate: "valid from Jul  1 00:00:00 2026 GMT" is not allowed; allowed: a certificate that is valid already. Check the clock too.',
  ],
])("%s is refused before the console answers with it, and the key is never shown", (_, pair, expected) => {
  expect(check(pair)).toEqual({ problems: [`${path}${expected}`], warnings: [] });
});

test("a certificate that ends within a month is told of", () => {
  const pair = selfSigned(["ks.example.com"], day("2026-01-01"), day("2026-06-20"));
  expect(check(pair)).toEqual({
    problems: [],
    warnings: [`${path}.certificate: it ends in 19 days, on Jun 20 00:00:00 2026 GMT. Renew it.`],
  });
});
