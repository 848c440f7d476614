/** Makes a certificate that is signed by its own key. Node reads certificates and cannot make them. */
import { generateKeyPairSync, sign } from "node:crypto";
import { isIPv4 } from "node:net";

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  // The shortest form: Go refuses a certificate with another.
  const { length: n } = content;
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const objectId = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const time = (date: Date) => der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, "")}`));

const ECDSA_SHA256 = sequence(objectId("2a8648ce3d040302"));
const COMMON_NAME = "550403";
const SUBJECT_ALT_NAME = "551d11";

/** RFC 5280's GeneralName: an iPAddress or a dNSName. */
const generalName = (host: string) => (isIPv4(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host)));

/**
 * ECDSA with P-256: with RSA the seventy connections of an API server to its etcd cost half a second more of its start.
 * @param hosts host names and IPv4 addresses that it is for
 * @returns PEM texts
 */
export function selfSigned(hosts: readonly string[], validFrom: Date, validTo: Date): { certificate: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(der(0x31, sequence(objectId(COMMON_NAME), der(0x0c, Buffer.from("kubesphere-luban")))));
  const names = sequence(...hosts.map(generalName));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ECDSA_SHA256,
    name,
    sequence(time(validFrom), time(validTo)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(sequence(objectId(SUBJECT_ALT_NAME), der(0x04, names)))),
  );
  const signed = sequence(body, ECDSA_SHA256, der(0x03, Buffer.from([0]), sign("sha256", body, privateKey)));
  const lines = signed.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
