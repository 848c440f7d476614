/** Classes of IP addresses: how far traffic to an address goes. */
import { BlockList, isIPv4, isIPv6 } from "net";

/** From this machine outwards. */
export type Reach = "loopback" | "link-local" | "private" | "public";

type Subnet = readonly [network: string, prefix: number];

/** IANA's special-purpose registries (RFC 6890). BlockList compares IPv4 in IPv6 (`::ffff:0:0/96`) as IPv4. */
const NETWORKS: Readonly<Record<Exclude<Reach, "public">, readonly Subnet[]>> = {
  // The unspecified addresses lead to this machine on Linux.
  loopback: [
    ["127.0.0.0", 8],
    ["0.0.0.0", 8],
    ["::1", 128],
    ["::", 128],
  ],
  // 169.254.169.254 is where clouds keep a machine's credentials; fd00:ec2::254 is Amazon's of IPv6.
  "link-local": [
    ["169.254.0.0", 16],
    ["fe80::", 10],
    ["fd00:ec2::254", 128],
  ],
  private: [
    ["10.0.0.0", 8],
    ["172.16.0.0", 12],
    ["192.168.0.0", 16],
    ["fc00::", 7],
    ["fec0::", 10],
  ],
};

/** Neither private nor public: a provider's NAT (CGNAT), tests, documentation, multicast, reserved. */
const UNROUTED: readonly Subnet[] = [
  ["100.64.0.0", 10],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
  ["100::", 64],
  ["2001:db8::", 32],
  ["ff00::", 8],
];

function blockList(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, isIPv4(network) ? "ipv4" : "ipv6");
  return list;
}

const LISTS = Object.entries(NETWORKS).map(([reach, subnets]) => [reach as Reach, blockList(subnets)] as const);
const UNROUTED_LIST = blockList(UNROUTED);
/** Translators between IPv6 and IPv4 (RFC 6052): the IPv4 address is in the last 32 bits. */
const NAT64 = blockList([["64:ff9b::", 96]]);

const inList = (list: BlockList, address: string): boolean => list.check(address, isIPv4(address) ? "ipv4" : "ipv6");

/**
 * @param address IPv4 or IPv6, without brackets; a zone (`%eth0`) is ignored
 * @returns undefined if it is not an address
 */
export function reachOf(address: string): Reach | undefined {
  const [bare = ""] = address.split("%");
  if (!isIPv4(bare) && !isIPv6(bare)) return undefined;
  const plain = isIPv6(bare) && inList(NAT64, bare) ? embedded(bare) : bare;
  return LISTS.find(([, list]) => inList(list, plain))?.[0] ?? "public";
}

/** Whether the whole Internet can reach the address: it is neither private nor {@link UNROUTED}. */
export const isGlobal = (address: string): boolean => {
  const [bare = ""] = address.split("%");
  return reachOf(bare) === "public" && !inList(UNROUTED_LIST, isIPv6(bare) && inList(NAT64, bare) ? embedded(bare) : bare);
};

/** The IPv4 address in the last 32 bits of an IPv6 one. */
function embedded(address: string): string {
  // The URL standard writes IPv6 with hexadecimal groups alone.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(":");
  const [high = 0, low = 0] = groups.slice(-2).map((group) => parseInt(group || "0", 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
