/** Whether traffic to a host stays on this machine, in the cluster or on a network of one's own. */
import { BlockList, isIPv4, isIPv6 } from "net";

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["127.0.0.0", 8],
  // RFC 1918 and link-local.
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
] as const)
  PRIVATE.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::1", 128],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  PRIVATE.addSubnet(network, prefix, "ipv6");

/** Names that no public DNS has: of one machine, of a cluster's Services, of a local network. */
const PRIVATE_NAME = /^[^.]+$|(?:^|\.)(?:localhost|local|internal|home\.arpa|svc|cluster\.local)$/;

/** These resolve any name to the IPv4 address within it, written with dots or dashes. */
const WILDCARD_DNS = /(?:^|[.-])(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})\.(?:nip|sslip)\.io$/;

/** @param host as `URL.hostname` has it, IPv6 in brackets. */
export function isPrivateHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  const address = name.replace(/^\[|\]$/g, "");
  if (isIPv4(address)) return PRIVATE.check(address, "ipv4");
  if (isIPv6(address)) return PRIVATE.check(address, "ipv6");
  const within = WILDCARD_DNS.exec(name)?.slice(1).join(".");
  return within === undefined ? PRIVATE_NAME.test(name) : isIPv4(within) && PRIVATE.check(within, "ipv4");
}
