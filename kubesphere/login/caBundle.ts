/** Certificate authorities, as a text. */
import { X509Certificate } from "crypto";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Says why a text is not a bundle of certificates; undefined if it is one. */
export function caBundleMistake(pem: string): string | undefined {
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) return "there is no -----BEGIN CERTIFICATE----- in it";
  const broken = blocks.findIndex((block) => !isCertificate(block));
  return broken === -1 ? undefined : `number ${broken + 1} cannot be read`;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
