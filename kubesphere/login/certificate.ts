/** A TLS certificate and its key in PEM, and whether browsers and OAuth clients will accept them for a host. */
import { createPrivateKey, X509Certificate, type KeyObject } from "crypto";
import type { Problem } from "../errors";

/** A TLS certificate and its private key. */
export interface KeyPair {
  /** PEM: the host's own certificate first, then the intermediate ones. */
  readonly certificate: string;
  /** PEM, not encrypted; a secret. */
  readonly key: string;
}

/** A certificate that ends within so many days is warned of. */
const NOTICE = 30;
const DAY = 24 * 3600 * 1000;

/**
 * @param path of the pair, e.g. `kubesphere:ksCore.https.tls`
 * @param hostname that the certificate must cover
 * @returns problems, none of which shows the key; and a warning where the certificate ends soon
 */
export function checkKeyPair(path: string, pair: KeyPair, hostname: string, now: Date): { problems: Problem[]; warnings: string[] } {
  const certificate = read(() => new X509Certificate(pair.certificate));
  const key = read(() => createPrivateKey(pair.key));
  const problems = [
    ...(certificate === undefined ? [NO_CERTIFICATE(path)] : checkCertificate(`${path}.certificate`, certificate, hostname, now)),
    ...(key === undefined ? [NO_KEY(path)] : certificate && !belongs(certificate, key) ? [OTHER_KEY(path)] : []),
  ];
  const days = certificate === undefined ? Infinity : Math.floor((Date.parse(certificate.validTo) - now.getTime()) / DAY);
  const isEnding = problems.length === 0 && days < NOTICE;
  return { problems, warnings: isEnding ? [`${path}.certificate: it ends in ${days} days, on ${certificate?.validTo}. Renew it.`] : [] };
}

function checkCertificate(path: string, certificate: X509Certificate, hostname: string, now: Date): Problem[] {
  const { validFrom, validTo, subjectAltName } = certificate;
  const problems: Problem[] = [];
  const refuse = (given: string, allowed: string, mend: string) => problems.push({ path, given, allowed, mend });
  if (now.getTime() > Date.parse(validTo)) refuse(`valid until ${validTo}`, "a certificate that has not ended", "Renew it.");
  if (now.getTime() < Date.parse(validFrom))
    refuse(`valid from ${validFrom}`, "a certificate that is valid already", "Check the clock too.");
  // Browsers and Go look at the alternative names only.
  if (certificate.checkHost(hostname, { subject: "never" }) === undefined)
    refuse(
      subjectAltName ?? "no names",
      `a certificate for ${hostname}`,
      "Issue it for that name, or set https.hostname to one that it has.",
    );
  return problems;
}

const belongs = (certificate: X509Certificate, key: KeyObject) => certificate.checkPrivateKey(key);

const NO_CERTIFICATE = (path: string): Problem => ({
  path: `${path}.certificate`,
  given: "[not shown]",
  allowed: "certificates in PEM",
  mend: "Write them as a block of text that begins with -----BEGIN CERTIFICATE-----.",
});
const NO_KEY = (path: string): Problem => ({
  path: `${path}.key`,
  given: "[not shown]",
  allowed: "a private key in PEM, not encrypted",
  mend: "Set it with `pulumi config set --secret --path`.",
});
const OTHER_KEY = (path: string): Problem => ({
  path: `${path}.key`,
  given: "[not shown]",
  allowed: "the key that the certificate was made with",
  mend: "Take the two from the same place; the host's own certificate comes first.",
});

function read<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
