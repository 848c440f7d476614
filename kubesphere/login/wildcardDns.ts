/**
 * nip.io and sslip.io resolve any name to the address within it. One program answers for both since 2025
 * (cunnie/sslip.io, `xip/xip.go`: NameToA and NameToAAAA); nip.io had one of its own before (exentriquesolutions/nip.io, `backend.py`).
 * Others of the kind publish no rules, or are gone as xip.io is: their names are names like any other.
 */
import { isIPv4, isIPv6 } from "net";

const OCTET = "(?:25[0-5]|(?:2[0-4]|1?[0-9])?[0-9])";
const within = (separator: string) => new RegExp(`(?:^|[.-])(${OCTET}(?:${separator}${OCTET}){3})(?:$|[.-])`);
/** The first matching pattern decides, by its first match: `8-8-8-8.10.0.0.1.sslip.io` is 8.8.8.8. */
const IPV4 = [within("-"), within("\\.")];
const HEXADECIMAL = /(?:^|\.)([0-9a-f]{8})(?:$|\.)/;

/**
 * The addresses that a name of such a service has by its rules.
 * @param name in lower case, without a dot at its end
 * @returns undefined for other names; [] for a name that does not resolve
 */
export function wildcardAddresses(name: string): readonly string[] | undefined {
  const zone = /(?:^|\.)(nip|sslip)\.io$/.exec(name)?.[1];
  if (zone === undefined) return undefined;
  const found = [...ipv4In(name), ...ipv6In(name)];
  // It is unknown which of nip.io's two programs answers.
  return zone === "nip" ? [...found, ...lastIpv4In(name.replace(/\.?nip\.io$/, ""))] : found;
}

function ipv4In(name: string): string[] {
  for (const pattern of IPV4) {
    const match = pattern.exec(name)?.[1]?.replaceAll("-", ".");
    // A number with a leading zero matches the pattern, but Go does not accept the address.
    if (match !== undefined) return isIPv4(match) ? [match] : [];
  }
  const digits = HEXADECIMAL.exec(name)?.[1];
  return digits === undefined ? [] : [ofHexadecimal(digits)];
}

/** The leftmost, and of those that begin there the longest, as Go's `Longest` has it; with dashes for colons. */
function ipv6In(name: string): string[] {
  for (let start = 0; start < name.length; start++) {
    if (start > 0 && !/[.-]/.test(name[start - 1] ?? "")) continue;
    for (let end = Math.min(name.length, start + MAX_IPV6); end > start + 1; end--) {
      if (end < name.length && !/[.-]/.test(name[end] ?? "")) continue;
      const address = name.slice(start, end).replaceAll("-", ":");
      if (isIPv6(address)) return [address];
    }
  }
  return [];
}

/** In characters, with an IPv4 address at its end. */
const MAX_IPV6 = 45;

/** The former nip.io: hexadecimal at the end, else the last four parts, however they are separated. */
function lastIpv4In(name: string): string[] {
  const digits = /(?:^|[.-])([0-9a-f]{8})$/.exec(name)?.[1];
  const address = digits === undefined ? name.split(/[.-]/).slice(-4).join(".") : ofHexadecimal(digits);
  return isIPv4(address) ? [address] : [];
}

const ofHexadecimal = (digits: string) => (digits.match(/../g) ?? []).map((octet) => parseInt(octet, 16)).join(".");
